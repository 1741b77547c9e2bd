"""Addresses of searches, their counts, words at hand, and when news are due."""

import datetime as dt

import pytest

from saas.kernel.search.search_hooks import SearchAnswer, SearchCell
from saas.kernel.search.searching import is_in, without_names, words_of
from tenants.community.search import rules
from tenants.community.search.rules import Filters
from tests.fixtures.people import AT

SITES = {1: "Saint-Avel", 2: "Valmorin"}


def answer(kind: str, *cells: SearchCell, **varieties: str) -> SearchAnswer:
    return SearchAnswer(kind, kind.title(), "tag", varieties, list(cells), [])


CLASSIFIEDS = answer(
    "classifieds",
    SearchCell("sell", 1, 3),
    SearchCell("sell", 2, 2),
    SearchCell("give", 1, 1),
    SearchCell("give", None, 4),
    sell="Vends",
    give="Donne",
    rent="Loue",
)
THINGS = answer("lending", SearchCell("car", 1, 5), car="Coffre")


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(q="vélo & remorque = 2"),
        Filters(q="vélo", kind="classifieds", variety="sell", site=2, max=12_050, sort="price"),
        Filters(free=True),
    ],
)
def test_address_of_a_search_asks_the_same_search(filters: Filters) -> None:
    assert rules.filters_at(rules.address_of(filters)) == filters
    spaced = filters._replace(q=filters.q.replace(" ", "   "))
    assert rules.address_of(spaced) == rules.address_of(filters)


@pytest.mark.parametrize(
    ("filters", "total", "kinds", "varieties", "sites"),
    [
        (Filters(q="x"), 15, [10, 5], [], [9, 2]),
        (Filters(q="x", site=1), 9, [4, 5], [], [9, 2]),
        (Filters(q="x", kind="classifieds"), 10, [10, 5], [5, 5], [4, 2]),
        (Filters(q="x", kind="classifieds", variety="sell"), 5, [10, 5], [5, 5], [3, 2]),
        (Filters(q="x", kind="classifieds", variety="sell", site=2), 2, [2], [2], [3, 2]),
    ],
)
def test_each_facet_counts_as_if_it_were_chosen(
    filters: Filters, total: int, kinds: list[int], varieties: list[int], sites: list[int]
) -> None:
    facets = rules.facets_of([THINGS, CLASSIFIEDS], filters, SITES)

    assert facets.total == total
    assert [one.found for one in facets.kinds] == kinds
    assert [one.found for one in facets.varieties] == varieties
    assert [one.found for one in facets.sites] == sites


def test_chosen_value_without_finds_stays_to_be_taken_away() -> None:
    filters = Filters(kind="classifieds", variety="rent")
    rent = rules.facets_of([CLASSIFIEDS], filters, SITES).varieties[-1]
    assert (rent.value, rent.found, rent.current) == ("rent", 0, True)


@pytest.mark.parametrize(
    ("rhythm", "hours", "due"),
    [
        ("at_once", 0, True),
        ("daily", 21, False),
        ("daily", 23, True),
        ("weekly", 100, False),
        ("weekly", 168, True),
        ("never", 1000, False),
    ],
)
def test_news_come_as_often_as_was_asked(rhythm: str, hours: int, *, due: bool) -> None:
    before = AT - dt.timedelta(hours=hours)
    assert rules.is_news_due(rhythm, before, at=AT) is due


@pytest.mark.parametrize(
    ("words", "forgiving", "there"),
    [
        ("boulangeries", False, True),
        ("MAISON", False, True),
        ("boulangrie", False, False),
        ("boulangrie", True, True),
        ("maison vélo", True, False),
    ],
)
def test_words_are_found_in_a_text_at_hand(words: str, *, forgiving: bool, there: bool) -> None:
    assert is_in(words, "Maison Cazal, boulangerie au levain", forgiving) is there


def test_words_that_name_the_room_are_not_looked_for_in_it() -> None:
    assert without_names("covoiturages Valmorin", "covoiturage trajet") == "Valmorin"
    assert words_of("l’été, 18V ! « x »") == ["l", "été", "18V", "x"]
