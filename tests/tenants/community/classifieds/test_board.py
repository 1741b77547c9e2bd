"""The board's search and filters, its order, and how it widens."""

import sys

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.search.searching import forgiven
from tenants.community.classifieds import actions
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import board
from tenants.community.classifieds.queries.board import Filters
from tenants.spaces import spots
from tests.fixtures.people import DAY, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture


def anybody() -> User:
    return User.objects.earliest("pk")


def titles(**params: object) -> list[str]:
    filters = Filters(**params)  # type: ignore[arg-type]
    found = board.board(filters, viewer=anybody(), at=timezone.now())
    return [tile.title for tile in found.tiles]


@pytest.fixture
def things(owner: User, teammate: User) -> None:
    now = timezone.now()
    make_classified(owner, title="Vélo pliant 7 vitesses", at=now - 3 * DAY)
    make_classified(
        teammate,
        kind="swap",
        title="Perceuse-visseuse 18 V",
        description="Deux batteries.",
        price_cents=None,
        place="Hall B",
        at=now - 2 * DAY,
    )
    make_classified(
        owner, kind="give", title="Poussette tout-terrain", price_cents=None, at=now - DAY
    )
    make_classified(owner, title="Œufs en céramique", price_cents=1_250, at=now)


def test_a_search_forgives_accents_and_typos(things: None) -> None:
    for words, title in (
        ("perseuse", "Perceuse-visseuse 18 V"),
        ("perceuze", "Perceuse-visseuse 18 V"),
        ("PERCEUSE", "Perceuse-visseuse 18 V"),
        ("velo", "Vélo pliant 7 vitesses"),
        ("velo plian", "Vélo pliant 7 vitesses"),
        ("pousette", "Poussette tout-terrain"),
        ("oeufs", "Œufs en céramique"),
        ("batterie", "Perceuse-visseuse 18 V"),
        ("hall b", "Perceuse-visseuse 18 V"),
    ):
        assert titles(q=words)[0] == title, words


def test_similar_words_are_found_where_the_exact_ones_are_not(owner: User) -> None:
    make_classified(owner, title="Lampe de bureau")
    assert titles(q="lampes") == titles(q="lamqe") == ["Lampe de bureau"]
    make_classified(owner, title="Rampe de skate")
    assert titles(q="rampe") == ["Rampe de skate"]


def test_each_page_of_a_search_holds_others(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PAGE_SIZE": 2, "MOST_WEIGHED": 4, "MOST_COUNTED": 5}.items():
        monkeypatch.setattr(sys.modules[board.Board.__module__], name, value)
    for number in range(7):
        make_classified(owner, title=f"Lampe {number}")
    pages = [
        board.board(Filters(q="lampe"), viewer=owner, at=timezone.now(), number=number)
        for number in range(1, 5)
    ]
    assert len({tile.url for page in pages for tile in page.tiles}) == 7
    assert [page.next for page in pages] == [2, 3, 4, None]
    assert (pages[0].total, pages[0].many) == (5, True)


def test_a_search_for_what_there_is_not_finds_nothing(things: None) -> None:
    for words in ("tondeuse", "%", "_", "'; DROP TABLE", "☃", "\\"):
        assert titles(q=words) == [], words


def test_the_search_asks_the_columns_of_its_indexes() -> None:
    wanted = str(Classified.objects.filter(forgiven("velo")).query)
    assert '"classifieds_classified"."stems" @@ public.search_query(velo)' in wanted
    assert '"classifieds_classified"."title_key" %> ' in wanted


def test_each_filter_keeps_what_fits(things: None, owner: User) -> None:
    assert titles(kind="swap") == ["Perceuse-visseuse 18 V"]
    assert titles(free=True) == ["Poussette tout-terrain"]
    assert "Vélo pliant 7 vitesses" not in titles(most_cents=17_999)
    assert "Poussette tout-terrain" in titles(most_cents=100)
    assert titles(photo=True) == []
    make_picture(owner, make_classified(owner, title="Lampe"), state="waiting")
    make_picture(owner, make_classified(owner, title="Canapé"))
    assert titles(photo=True) == ["Canapé"]
    site = spots.sites()[0]
    make_classified(owner, title="Ici", site_id=site.pk)
    assert titles(site=site.pk) == ["Ici"]


def test_the_order_is_the_one_asked_for(things: None) -> None:
    assert titles()[0] == "Œufs en céramique"
    assert titles(sort="ending")[0] == "Vélo pliant 7 vitesses"
    assert titles(sort="price") == [
        "Poussette tout-terrain",
        "Œufs en céramique",
        "Vélo pliant 7 vitesses",
        "Perceuse-visseuse 18 V",
    ]


def test_board_hides_ended_classifieds_and_those_of_leavers(owner: User, teammate: User) -> None:
    now = timezone.now()
    make_classified(owner, title="Expirée", at=now - 10 * DAY, days=5)
    closed = make_classified(owner, title="Close")
    actions.close(classified=closed, outcome="here", by=owner, at=now)
    make_classified(teammate, title="Partie")
    teammate.is_active = False
    teammate.save()
    assert titles() == []


def test_each_page_shows_twenty_four_and_counts_all(owner: User) -> None:
    people = [owner, make_user("Ines")]
    for number in range(26):
        make_classified(people[number % 2], title=f"Chose {number}")
    now = timezone.now()
    first = board.board(Filters(), viewer=owner, at=now)
    assert (len(first.tiles), first.total, first.previous, first.next) == (24, 26, None, 2)
    second = board.board(Filters(), viewer=owner, at=now, number=2)
    assert (len(second.tiles), second.total, second.previous, second.next) == (2, 26, 1, None)
    beyond = board.board(Filters(), viewer=owner, at=now, number=400)
    assert beyond.tiles == first.tiles


def test_empty_board_names_the_filter_to_drop(things: None) -> None:
    found = board.board(
        Filters(q="velo", kind="swap", photo=True), viewer=anybody(), at=timezone.now()
    )
    assert found.tiles == []
    assert found.widenings == []
    found = board.board(Filters(q="velo", kind="swap"), viewer=anybody(), at=timezone.now())
    assert [tuple(w) for w in found.widenings] == [("q", 1), ("kind", 1)]


def test_similar_things_come_from_the_same_kind_first(things: None, owner: User) -> None:
    bike = make_classified(owner, title="Vélo de ville")
    near = board.similar_to(bike, viewer=owner, at=timezone.now())
    assert [row.title for row in near][:2] == ["Vélo pliant 7 vitesses", "Œufs en céramique"]
    assert bike not in near


def test_the_feed_brings_what_the_tile_draws(owner: User) -> None:
    classified = make_classified(owner, kind="give", price_cents=None, at=timezone.now())
    (item,) = board.for_feed(owner, timezone.now())
    assert item.template == "components/tile.html"
    assert item.values["title"] == classified.title
    assert item.values["gift"] is True
    assert item.values["url"] == classified.get_absolute_url()
