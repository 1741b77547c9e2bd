"""Placements on screens: they are shown, they are gone when they must, their plays agree."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as campaign_actions
from saas.catalogue.placements.actions import counts as count_actions
from saas.catalogue.placements.models import Campaign, FlightDay, FlightPlay, SpaceInventory
from saas.catalogue.placements.queries import places, prices
from saas.catalogue.placements.rules.campaigns import Timing
from saas.kernel import schema
from saas.kernel.offers.screen_hooks import SILENT_FOR, SoldOnScreens
from tenants.community.kiosk import wording
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.queries import playlist
from tenants.community.kiosk.queries import screens as queries
from tenants.community.neighbourhood.clock import hand_over
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, Browse
from tests.saas.catalogue.making import describe_again, make_merchant, run_campaign
from tests.tenants.community.kiosk.making import Device, paired, play

type Bought = tuple[Merchant, Campaign]

A_SLIDE = dt.timedelta(seconds=10)
SLOTS = ["home_feed", "neighbourhood", "kiosk"]


@pytest.fixture
def bought(manager: User, browse: Browse) -> Bought:
    """Return a merchant with a noon campaign for feed, page and the two screens of a space."""
    with schema.in_public():
        count_actions.record_places(tenant_schema="north", screens=2, at=AT)
    merchant = make_merchant(at=AT)
    return merchant, run_campaign(merchant, slots=SLOTS, at=AT, timing=Timing(day_part="noon"))


def flight_of(campaign: Campaign) -> str:
    with schema.in_public():
        return str(campaign.flights.get(slot="kiosk").reference)


def placed(device: Device) -> list[dict[str, Any]]:
    slides = device.client.get("/screen/playlist/").json()["slides"]
    return [slide for slide in slides if slide["flight"]]


def test_placement_is_played_in_the_hours_that_were_bought(
    browse: Browse, manager: User, bought: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playlist, "MOST_SLIDES", 0)  # placements are exempt from the limit
    device, _screen = paired(browse(), manager, AT)
    [slide] = placed(device)
    assert slide["id"] == f"placement:{flight_of(bought[1])}"
    assert "Sponsorisé par Maison Cazal" in slide["html"]
    noon = AT.replace(hour=13, minute=0, second=0, microsecond=0)  # two o'clock in Paris
    assert slide["windows"][0][1] == int(noon.timestamp() * 1000)


def test_placement_that_ends_or_changes_does_so_on_the_screens_at_once(
    browse: Browse, manager: User, bought: Bought, django_capture_on_commit_callbacks: Any
) -> None:
    merchant, campaign = bought
    device, _screen = paired(browse(), manager, AT)

    def fetched_again(etag: str) -> Any:
        return device.client.get("/screen/playlist/", headers={"if-none-match": etag})

    first = device.client.get("/screen/playlist/")
    assert fetched_again(first["ETag"]).status_code == 304
    with django_capture_on_commit_callbacks(execute=True), schema.in_public():
        describe_again(merchant, name="Chez Cazal", at=AT)
    changed = fetched_again(first["ETag"])
    assert "par Chez Cazal" in changed.text
    with django_capture_on_commit_callbacks(execute=True), schema.in_public():
        campaign_actions.stop(campaign_id=campaign.pk, at=AT)
    assert fetched_again(changed["ETag"]).status_code == 200
    assert placed(device) == []


def test_plays_stand_in_the_merchant_s_report_as_screens_counted_them(
    browse: Browse, manager: User, bought: Bought
) -> None:
    _merchant, campaign = bought
    flight = flight_of(campaign)
    for name, count in (("Hall", 3), ("Cantine", 2)):
        device, screen = paired(browse(), manager, AT, name=name)
        sent = [
            play(screen, flight=flight, slide=f"placement:{flight}", shown_at=AT + number * A_SLIDE)
            for number in range(count)
        ]
        sent.append(play(screen, shown_at=AT - A_SLIDE))  # a deal: not paid by a merchant
        for _time in range(2):
            device.say("/screen/plays/", {"plays": sent})
            hand_over(AT)
    counted = Counter({one.screen_name: one.plays for one in queries.plays_since(AT.date())})
    with schema.in_public():
        report = places.plays_of(prices.for_billing(campaign.pk))
        assert Counter({row.screen: row.plays for row in report.rows}) == counted
        assert counted == {"Hall": 3, "Cantine": 2}
        assert (report.plays, report.seconds) == (5, 50)
        assert FlightPlay.objects.count() == 2
        assert not FlightDay.objects.exists()  # plays are no views


def test_space_reports_how_many_screens_merchants_may_book(browse: Browse, manager: User) -> None:
    paired(browse(), manager, AT)
    paired(browse(), manager, AT, name="Salle de repos", is_quiet=True)  # it plays no placement
    _device, dead = paired(browse(), manager, AT, name="Cave")
    Screen.objects.filter(pk=dead.pk).update(alive_at=AT - SILENT_FOR)  # unplugged
    hand_over(AT)
    with schema.in_public():
        counted = SpaceInventory.objects.get(tenant__schema_name="north")
    assert (counted.screens, counted.dark_since) == (1, None)
    hand_over(AT + SILENT_FOR - dt.timedelta(hours=1))
    hand_over(AT + SILENT_FOR)  # the other screen has never sent a heartbeat
    with schema.in_public():
        counted.refresh_from_db()
    assert (counted.screens, counted.dark_since) == (0, AT)


def test_placements_sold_are_named_before_and_none_of_their_hours_is_slept_away(
    browse: Browse, manager: User, bought: Bought
) -> None:
    client, (device, screen) = browse(manager), paired(browse(), manager, AT)
    part = {"name": "Sieste", "weekdays": list(range(7)), "mode": "sleep", "starts": "660"}
    refused = client.refused("/kiosk/hours/new/", {**part, "ends": "840"})
    assert "est payée à ces heures jusqu’au 01/12/2026" in refused
    assert client.post("/kiosk/hours/new/", {**part, "ends": "765"}).status_code == 303
    for path in ("/kiosk/", "/kiosk/hours/new/", f"/kiosk/screens/{screen.reference}/"):
        assert "Vendu sur les écrans" in client.get(path).text, path
    device.say("/screen/alive/", {"instance": "one"})
    seen_at = Screen.objects.get().alive_at
    assert seen_at
    for days, counted in ((1, 0), (3, 1), (4, 1)):
        screen_actions.call_managers(at=seen_at + dt.timedelta(days=days))
        assert Notification.objects.filter(person=manager).count() == counted
    device.say("/screen/alive/", {"instance": "one"})


def test_silent_screen_names_the_ad_that_is_paid_for_longest_there() -> None:
    paid = [
        SoldOnScreens(title, "Maison Cazal", AT.date() + dt.timedelta(days=days), (0, 24))
        for title, days in (("Formule du midi", 2), ("Menu du soir", 9), ("Goûter", 4))
    ]
    text = wording.is_silent(Screen(name="Hall"), AT, paid).text
    assert "Menu du soir\u00a0» (Maison Cazal) y est payée jusqu’au 04/12/2026" in text


def test_screen_that_sleeps_all_day_is_not_sold(browse: Browse, manager: User) -> None:
    paired(browse(), manager, AT)
    part = {"name": "Nuit", "weekdays": list(range(7)), "mode": "sleep"}
    browse(manager).post("/kiosk/hours/new/", {**part, "starts": "840", "ends": "660"})
    hand_over(AT)
    with schema.in_public():
        counted = SpaceInventory.objects.get(tenant__schema_name="north")
    assert counted.unshown == "morning afternoon"
