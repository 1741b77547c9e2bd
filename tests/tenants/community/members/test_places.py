"""The five places: what leads where, which kind words choose, and all that runs of a member."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import modules
from saas.kernel.offers import home_hooks
from tenants.community.members.rules import publishing
from tests.fixtures.people import Browse, SameCost, SpaceClient
from tests.tenants.community.classifieds.making import make_classified

type Offer = Callable[..., None]

PLACES = ("/", "/search/", "/publish/", "/messages/", "/mine/")
ROOMS = (
    *("/classifieds/", "/lending/", "/gatherings/", "/rides/", "/deals/", "/media/"),
    *("/neighbourhood/", "/council/", "/classifieds/mine/", "/lending/loans/", "/rides/mine/"),
    *("/gatherings/mine/", "/saved/", "/notifications/", "/me/", "/classifieds/new/"),
    *("/lending/new/", "/gatherings/new/", "/rides/new/", "/deals/new/"),
)


def links_of(page: str) -> set[str]:
    return {url.partition("?")[0] for url in re.findall(r'<a[^>]*?href="([^"#]+)', page)}


def part(page: str, begins: str, ends: str) -> str:
    return page[page.index(begins) :].partition(ends)[0]


@pytest.mark.parametrize("frame", ['<nav class="tabs"', '<nav class="rail"'])
def test_phone_and_wide_column_show_the_same_five_places(hers: SpaceClient, frame: str) -> None:
    shown = re.findall(r'<a[^>]*?href="([^"]+)"', part(hers.get("/").text, frame, "</nav>"))

    assert tuple(shown) == PLACES


def test_each_room_is_two_taps_away(hers: SpaceClient) -> None:
    reached = set().union(*(links_of(hers.get(place).text) for place in PLACES))

    assert set(ROOMS) - reached == set()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "/"),
        ("/lending/", "/search/"),
        ("/council/", "/search/"),
        ("/classifieds/new/", "/publish/"),
        ("/messages/", "/messages/"),
        ("/me/", "/mine/"),
    ],
)
def test_tab_marks_the_place_of_a_page(hers: SpaceClient, address: str, place: str) -> None:
    tabs = part(hers.get(address).text, '<nav class="tabs"', "</nav>")
    marked = re.findall(r'href="([^"]+)"\s+aria-current', tabs)

    assert marked == [place]


def test_roles_stand_under_one_entry(browse: Browse, administrator: User, teammate: User) -> None:
    own = part(browse(administrator).get("/").text, '<nav class="rail"', "</nav>")

    assert own.count('id="roles-entry"') == 1
    assert reverse("members:people") in part(own, '<details id="roles-entry"', "</details>")
    assert 'id="roles-entry"' not in browse(teammate).get("/").text
    assert reverse("members:people") in browse(administrator).get("/mine/").text


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Vends vélo pliant", "sell"),
        ("Vélo pliant 180 €", "sell"),
        ("armoire ancienne", "sell"),
        ("selling my bike", "sell"),
        ("Donne poussette", "give"),
        ("free moving boxes", "give"),
        ("Perceuse à prêter ce week-end", "lend"),
        ("perceuse", "lend"),
        ("lending a tent", "lend"),
        ("Cherche tente 4 places", "wanted"),
        ("looking for a ladder", "wanted"),
        ("cours de maths", "service"),
        ("Garde d’enfants le mercredi", "service"),
        ("dog sitting", "service"),
        ("Covoiturage depuis Valmorin", "ride"),
        ("cherche covoiturage", "ride"),
        ("a lift home", "ride"),
        ("Badminton jeudi midi", "gathering"),
        ("lunch on Friday", "gathering"),
        ("-15 % chez Cazal", "deal"),
        ("code promo cinéma", "deal"),
    ],
)
def test_first_words_choose_the_kind(words: str, kind: str) -> None:
    assert publishing.kind_of(words) == kind


def test_chosen_kind_opens_its_form_with_the_words(hers: SpaceClient) -> None:
    page = hers.get("/publish/?words=Perceuse 18 V").text
    chosen = part(page, 'id="kinds"', "</p>")

    assert 'href="/lending/new/?title=Perceuse+18+V"' in chosen
    assert len(re.findall(r'<a class="card"', page)) == 8
    assert 'value="Perceuse 18 V"' in hers.get("/lending/new/?title=Perceuse+18+V").text
    assert "/publish/?words=Perceuse" in hers.get("/lending/new/?title=Perceuse+18+V").text
    for url in ("/gatherings/new/", "/deals/new/", "/classifieds/new/"):
        assert 'value="Tarot"' in hers.get(f"{url}?title=Tarot").text


def test_kinds_of_a_room_that_is_off_are_not_offered(
    hers: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "is_used", lambda label: label not in {"lending", "rides"})
    page = hers.get("/publish/?words=perceuse").text

    assert "/lending/new/" not in page
    assert "/rides/new/" not in page
    assert 'href="/classifieds/new/?kind=sell&amp;title=perceuse"' in page


def test_own_page_orders_all_rooms_by_what_is_due_next(hers: SpaceClient, offer: Offer) -> None:
    def row(hours: int, title: str, *, due: bool = False) -> home_hooks.Running:
        at = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
        return home_hooks.Running(at, "note", title, f"/{title}/", "tag", due=due)

    rows = [row(900, "Annonce"), row(60, "Course"), row(700, "Trajet", due=True)]
    offer(home_hooks.running, one=lambda *_: rows, other=lambda *_: [row(-3, "Scie", due=True)])
    page = hers.get("/mine/").text

    assert re.findall(r'class="lead" href="/(\w+)/"', page) == [
        "Scie",
        "Trajet",
        "Course",
        "Annonce",
    ]
    assert re.findall(r'<h2 id="(today|week|later)"', page) == ["today", "week", "later"]


def test_own_page_without_anything_leads_on(hers: SpaceClient, offer: Offer) -> None:
    offer(home_hooks.running)

    assert "Rien en cours" in hers.get("/mine/").text


def test_own_page_costs_the_same_for_one_and_for_three_classifieds(
    hers: SpaceClient, owner: User, same_cost: SameCost
) -> None:
    make_classified(owner)
    with same_cost(hers, "/mine/"):
        make_classified(owner)
        make_classified(owner)
