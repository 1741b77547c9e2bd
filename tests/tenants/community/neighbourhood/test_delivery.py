"""Placements are chosen in memory: in turn, at their pace, up to a limit a day."""

import datetime as dt
from collections import Counter
from typing import Any, NamedTuple

import pytest

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import pauses
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel import hooks, revision, schema
from saas.kernel.hooks import Sponsored
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.community.neighbourhood.queries import live
from tests.fixtures.people import AT, Browse, make_user
from tests.saas.catalogue.making import run_campaign

A_DAY = dt.timedelta(days=1)
NEIGHBOURHOOD = "neighbourhood"


class Ad(NamedTuple):
    id: int
    reference: str
    pace: rules.Pace


def order(*ads: Ad, seen: dict[str, int] | None = None, first: dict[str, int] | None = None) -> str:
    return "".join(
        ad.reference for ad in rules.in_rotation(ads, seen=seen or {}, shown_first=first or {})
    )


def test_flight_behind_in_views_a_day_goes_first() -> None:
    slow = Ad(1, "s", rules.Pace(earlier=40, days=4, today=5))
    fast = Ad(2, "f", rules.Pace(earlier=90, days=4, today=5))
    begun = Ad(3, "b", rules.Pace(earlier=0, days=0, today=12))
    assert order(fast, slow, begun) == "sbf"
    assert order(fast, slow, begun, seen={"s": 1, "b": 1}) == "fsb"
    assert order(fast, slow, begun, first={"s": 40}) == "bsf"
    assert order(slow, slow._replace(id=9, reference="n")) == "ns"


def test_closed_days_do_not_slow_a_flight() -> None:
    monday = dt.date(2026, 11, 23)
    closed = [monday, monday + 2 * A_DAY, monday + 9 * A_DAY]
    assert rules.open_days_before(monday + 4 * A_DAY, since=monday, closed=closed) == 2
    assert rules.open_days_before(monday, since=monday, closed=closed) == 0
    assert rules.open_days_before(monday + 90 * A_DAY, since=monday, closed=[]) == 28


def shown_to(member: User, slot: str = NEIGHBOURHOOD, at: dt.datetime = AT) -> list[Sponsored]:
    [found] = hooks.sponsored.ask(slot, member, at)
    return found


def references(found: list[Sponsored]) -> list[str]:
    return [one.values["ref"] for one in found if "ref" in one.values]


def test_each_of_many_placements_is_first_as_often_as_any(
    owner: User, merchant: Merchant, flight: Flight
) -> None:
    for _each in range(4):
        run_campaign(merchant, slots=[NEIGHBOURHOOD], at=AT)
    pages = [references(shown_to(make_user(f"Membre{number}"))) for number in range(20)]
    assert set(Counter(page[0] for page in pages).values()) == {4}
    assert set(Counter(one for page in pages for one in page).values()) == {12}


def test_flight_with_many_earlier_views_stands_back(
    owner: User, merchant: Merchant, flight: Flight
) -> None:
    PlacementEvent.objects.bulk_create(
        PlacementEvent(
            flight_reference=flight.reference,
            day=AT.date(),
            kind=PlacementEvent.Kind.VIEW,
            pseudonym=f"{number:064}",
            at=AT,
        )
        for number in range(3)
    )
    tomorrow = AT + A_DAY
    newer = run_campaign(merchant, slots=[NEIGHBOURHOOD], at=AT, starts_on=tomorrow.date())
    with schema.in_public():
        newest = Flight.objects.get(campaign=newer).reference
    pages = [references(shown_to(owner, at=tomorrow)) for _each in range(3)]
    assert [page[0] for page in pages] == [newest, newest, flight.reference]


def test_placement_is_shown_so_often_a_day_to_a_member(
    browse: Browse,
    owner: User,
    teammate: User,
    flight: Flight,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for _page in range(rules.MOST_VIEWS_A_DAY):
        assert references(shown_to(owner)) == [flight.reference]
        with django_capture_on_commit_callbacks(execute=True):
            browse(owner).post("/neighbourhood/seen/", {"refs": flight.reference})
    [house] = shown_to(owner)
    assert house.template == "components/house_ad.html"
    assert references(shown_to(teammate)) == [flight.reference]
    assert references(shown_to(owner, at=AT + A_DAY)) == [flight.reference]
    assert PlacementEvent.objects.count() == 1


def test_empty_slot_shows_a_house_ad_without_a_counter(
    browse: Browse, owner: User, merchant: Merchant
) -> None:
    titles = {shown_to(owner, at=AT + days * A_DAY)[0].values["title"] for days in range(4)}
    assert len(titles) == 2
    for page in ("/", "/neighbourhood/"):
        text = browse(owner).get(page).text
        assert "Espace libre" in text, page
        assert "data-view-ref" not in text, page
        assert "Payé par" not in text, page
    assert shown_to(owner, "shelf") == []


def test_pages_choose_without_a_statement(
    owner: User, flight: Flight, django_assert_num_queries: Any
) -> None:
    shown_to(owner)
    with django_assert_num_queries(0):
        assert references(shown_to(owner)) == [flight.reference]


def test_snapshot_is_renewed_by_revision_and_by_seconds(
    owner: User,
    flight: Flight,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert references(shown_to(owner)) == [flight.reference]
    with schema.in_public():
        Campaign.objects.update(headline="Autre titre")
    assert shown_to(owner)[0].values["title"] == "Formule du midi"
    monkeypatch.setattr(live, "RENEWED_SECONDS", 0)
    assert shown_to(owner)[0].values["title"] == "Autre titre"
    monkeypatch.undo()
    with django_capture_on_commit_callbacks(execute=True), schema.in_public():
        pauses.pause(campaign_id=flight.campaign_id, at=AT)
    assert references(shown_to(owner)) == []
    revision.renew()
    assert references(shown_to(owner)) == []


def test_process_keeps_few_spaces_in_memory(
    owner: User, stranger: User, flight: Flight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_SPACES", 1)
    assert references(shown_to(owner)) == [flight.reference]
    with schema.inside("south"):
        assert references(shown_to(stranger)) == []
    assert list(live.snapshots) == ["south"]
    assert references(shown_to(owner)) == [flight.reference]
