"""A disabled module is hidden everywhere, and its open transactions can be finished."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.placements.actions import counts
from saas.catalogue.placements.models import Slot
from saas.kernel import hooks, modules, schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.offers import home_hooks, screen_hooks, shelf_hooks
from saas.kernel.search import search_hooks
from saas.kernel.values import calendars
from tenants.community.kiosk.queries.playlist import Target, programme
from tenants.community.neighbourhood import clock as neighbourhood_clock
from tenants.spaces import hosts
from tenants.spaces.actions import modules as actions
from tenants.spaces.models import Change, SpaceStanding
from tests.fixtures.people import Browse, Count, SpaceClient, make_user
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_loan_out, make_thing, slot
from tests.tenants.community.rides.making import make_ride
from tests.tenants.spaces.hosts.dns import administrator, switch
from tests.tenants.spaces.wizard import words_of

EVERY = ("deals", "gatherings", "kiosk", "lending", "mediastore", "rides", "treaties")
# The pages that show things of other rooms, or lead to them.
ELSEWHERE = (
    *("/", "/welcome/", "/classifieds/", "/classifieds/new/", "/search/?q=velo", "/saved/"),
    *("/messages/", "/notifications/", "/neighbourhood/", "/council/", "/me/", "/me/card/"),
    *("/admin/space/", "/admin/people/", "/admin/modules/", "/api/v1/search/?q=velo"),
)


def addresses_of(label: str) -> str:
    """The first segment of a room's addresses."""
    return {"mediastore": "media", "treaties": "neighbours"}.get(label, label)


@pytest.mark.parametrize("label", EVERY)
def test_room_is_gone_everywhere_and_comes_back(
    camille: User, teammate: User, browse: Browse, label: str
) -> None:
    at = timezone.now()
    make_thing(teammate, at=at, title="Vélo pliant")
    make_ride(teammate, at=at)
    make_gathering(teammate, at=at)
    make_deal(teammate, at=at)
    client, path = browse(camille), addresses_of(label)
    assert client.get(f"/{path}/").status_code == 200
    href = re.compile(rf'"/{path}/')
    before = [url for url in ELSEWHERE if href.search(client.get(url).text)]
    assert before or label == "treaties"

    switch(label)
    page = client.get(f"/{path}/")
    assert (page.status_code, "Son administration en décide" in words_of(page)) == (403, True)
    assert "/admin/modules/" in page.text
    for url in ELSEWHERE:
        found = client.get(url)
        assert found.status_code == 200, url
        assert not [
            link for link in re.findall(r'"(/[^"]*)"', found.text) if link.startswith(f"/{path}/")
        ], url
    switch(label, on=True)
    assert client.get(f"/{path}/").status_code == 200
    assert [url for url in ELSEWHERE if href.search(client.get(url).text)] == before


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("lending", "/api/v1/things/"),
        ("rides", "/api/v1/rides/"),
        ("gatherings", "/api/v1/gatherings/"),
        ("deals", "/api/v1/deals/"),
        ("mediastore", "/api/v1/media/"),
        ("kiosk", "/api/v1/screens/"),
        ("treaties", "/api/v1/neighbours/"),
    ],
)
def test_api_says_so_as_a_problem(camille: User, browse: Browse, label: str, url: str) -> None:
    assert browse(camille).get(url).status_code == 200
    switch(label)
    answer = browse(camille).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "n’utilise pas cette rubrique" in answer.json()["detail"]
    assert browse().get(url).status_code == 401  # a stranger does not see the enabled modules


def test_every_hook_that_shows_asks_nothing_of_a_room_that_is_off(camille: User) -> None:
    shown = {
        name: hook
        for room in (hooks, home_hooks, search_hooks, screen_hooks, shelf_hooks, calendars)
        for name, hook in vars(room).items()
        if isinstance(hook, hooks.Hook)
    }
    for name, hook in shown.items():
        quiet = hook._shows and not hook._finishing  # noqa: SLF001 - how it was made
        assert quiet == (name in SHOWING) or name == "rail_counts", name


SHOWING = {
    *("feed", "offers_of", "offered_items", "slides", "novelties", "chances", "search"),
    *("tiles_by_reference", "screens_sold", "is_shown", "shelf_places", "shelf_is_bare"),
    *("offerers", "offered_titles", "on_map"),
}


def test_borrowed_thing_is_returned_though_lending_is_off(
    camille: User, owner: User, teammate: User, browse: Browse
) -> None:
    at = timezone.now()
    thing = make_thing(owner, at=at)
    loan = make_loan_out(thing, teammate, slot(at), at=at)
    shown = browse(camille).get("/admin/modules/lending/")
    assert "1 objet prêté n’est pas encore rendu" in words_of(shown)
    assert browse(camille).post("/admin/modules/lending/", {"used": "off"}).status_code == 303

    his = browse(teammate)
    assert his.get(thing.get_absolute_url()).status_code == 403
    assert '"/lending/new/"' not in his.get("/lending/loans/").text
    assert '"/lending/loans/"' in his.get("/mine/").text  # what waits for him is found
    assert '"/lending/loans/"' not in browse(camille).get("/mine/").text
    assert his.get(loan.get_absolute_url()).status_code == 200
    assert his.get("/api/v1/loans/").status_code == 200
    codes = his.get(f"{loan.get_absolute_url()}handover/")
    assert codes.status_code == 200
    returned = browse(owner).post(loan.get_absolute_url(), {"verb": "give_back"})
    loan.refresh_from_db()
    assert (returned.status_code, loan.state) == (303, "returned")
    assert '"/lending/loans/"' not in his.get("/mine/").text


def test_participant_keeps_a_gathering_and_nobody_else_gets_in(
    camille: User, owner: User, teammate: User, browse: Browse
) -> None:
    gathering = make_gathering(owner, at=timezone.now())
    page, late = gathering.get_absolute_url(), make_user("Hugo")
    assert browse(teammate).post(f"{page}join/").status_code == 303
    assert "1 activité à venir a des inscriptions" in words_of(
        browse(camille).get("/admin/modules/gatherings/")
    )
    switch("gatherings")
    assert browse(late).get(page).status_code == 403
    assert browse(late).post(f"{page}join/").status_code == 403
    assert f"{page}join/" not in browse(owner).get(page).text
    assert browse(owner).get(page).status_code == browse(teammate).get(page).status_code == 200
    left = browse(teammate).post(f"{page}leave/")
    assert (left.status_code, left["Location"]) == (303, "/gatherings/mine/")
    assert browse(teammate).get(page).status_code == 403


def test_ride_takes_nobody_more_and_its_author_ends_it(
    owner: User, teammate: User, camille: User, browse: Browse
) -> None:
    ride = make_ride(owner, at=timezone.now())
    switch("rides")
    assert browse(teammate).get(ride.get_absolute_url()).status_code == 403
    assert browse(teammate).post(ride.get_absolute_url(), {}).status_code == 403
    assert browse(owner).get(ride.get_absolute_url()).status_code == 200
    assert browse(owner).post(f"{ride.get_absolute_url()}close/").status_code == 303


def test_everybody_reads_who_decided_and_administrators_alone_decide(
    camille: User, teammate: User, browse: Browse
) -> None:
    assert browse(camille).post("/admin/modules/rides/", {"used": "off"}).status_code == 303
    for person in (camille, teammate):
        assert "Rubrique éteinte · Covoiturage Camille" in words_of(
            browse(person).get("/admin/modules/")
        )
    assert "Covoiturage" in words_of(browse(camille).get("/admin/space/"))
    assert browse(teammate).post("/admin/modules/rides/", {"used": "on"}).status_code == 403
    by, rides = administrator("south"), modules.module_of("rides")
    assert rides is not None
    with schema.in_public(), pytest.raises(NotAllowed):
        actions.switch(schema_name="north", module=rides, on=True, by=by, at=timezone.now())
    switch("rides")  # it is off already: nothing is written
    with schema.in_public():
        assert list(Change.objects.values_list("what", flat=True)) == ["module_off"]


@pytest.mark.parametrize(("label", "placed"), [("kiosk", Slot.KIOSK), ("mediastore", Slot.SHELF)])
def test_module_with_paid_ads_stays_on_and_one_that_is_off_sells_none(
    in_north: None, label: str, placed: str
) -> None:
    at = timezone.now()
    on_sale: dict[str, Any] = {"slots": [placed], "at": at}
    with schema.in_public():
        counts.record_places(tenant_schema="north", screens=1, shelf_places=1, at=at)
        shop = make_merchant()
        campaign = run_campaign(shop, **on_sale)
        last = max(flight.ends_on for flight in campaign.flights.all())
    with pytest.raises(Refused, match=f"payée jusqu’au {last:%d/%m/%Y}"):
        switch(label, at=at)
    switch(label, at=at + dt.timedelta(days=200))
    on_sale["at"] = at + dt.timedelta(days=200)
    with schema.in_public(), pytest.raises(Refused, match=r"écran allumé|pas de place"):
        draw_up(shop, starts_on=(on_sale["at"] + dt.timedelta(days=3)).date(), **on_sale)
    neighbourhood_clock.hand_over(on_sale["at"])
    with schema.in_public():  # no visit for 200 days: give the space active members
        SpaceStanding.objects.filter(tenant__slug="north").update(active_members=450)
    with schema.in_public(), pytest.raises(Refused, match=r"écran allumé|pas de place"):
        draw_up(shop, starts_on=(on_sale["at"] + dt.timedelta(days=3)).date(), **on_sale)


def test_screen_that_hangs_goes_dark(in_north: None) -> None:
    card: Any = hosts.find_space("north.localhost") or hosts.find_space("north.testserver")
    switch("kiosk")
    shown = programme(Target("", is_quiet=False), card, at=timezone.now())
    assert {span.part.mode for span in shown.spans} == {"sleep"}
    assert not any(shown.orders)


def test_switches_cost_no_statement(camille: User, browse: Browse, count_queries: Count) -> None:
    client: SpaceClient = browse(camille)
    before = {url: len(count_queries(client, url)) for url in ("/", "/search/?q=velo")}
    switch("deals")
    for url, many in before.items():
        assert len(count_queries(client, url)) <= many, url
