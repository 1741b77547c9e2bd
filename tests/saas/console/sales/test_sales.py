"""Operators see places sold by day, campaigns that deliver too little, and groups with counts."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Order
from saas.catalogue.placements.models import Campaign, Flight, FlightDay
from saas.catalogue.placements.queries import slow
from saas.console.queries import navigation
from saas.console.sales import queries
from saas.console.waiting.registry import waiting_rows
from saas.console.waiting.shapes import Waiting, counted
from tenants.spaces.models import SpaceStanding, Tenant
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import Browse, SpaceClient
from tests.saas.catalogue.making import owner_of
from tests.saas.console.conftest import failed_founding, sold
from tests.tenants.community.council.reading import text_in


@pytest.fixture
def flight(console: SpaceClient, till: Till) -> Flight:
    """A paid flight in the home feed that began on Monday, seen on Wednesday."""
    make_council("north")
    order = sold(till)
    Flight.objects.filter(campaign=order.campaign_id).update(
        starts_on="2026-11-30", ends_on="2026-12-11"
    )
    return Flight.objects.get(campaign=order.campaign_id)


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 12, day, 9, tzinfo=dt.UTC)


def test_flight_too_little_seen_is_listed_on_its_second_day(flight: Flight) -> None:
    assert not slow.slow_flights(at=dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)).exists()
    assert [row.pk for row in slow.slow_flights(at=at(1))] == [flight.pk]
    counted = FlightDay.objects.create(flight=flight, day="2026-11-30", views=21, gathered_at=at(1))
    assert slow.slow_flights(at=at(1)).exists()
    counted.views = 22
    counted.save()
    assert not slow.slow_flights(at=at(1)).exists()


def test_merchant_reads_on_the_second_day_that_few_see_a_flight(
    browse: Browse, flight: Flight
) -> None:
    campaign = Campaign.objects.select_related("merchant").get()
    merchant = campaign.merchant
    assert not slow.slow_words(merchant, at=dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC))
    [[words]] = slow.slow_words(merchant, at=at(1)).values()
    assert "moins de 22 membres" in words
    now = timezone.now().date()
    Flight.objects.update(starts_on=now - dt.timedelta(days=9), ends_on=now)
    desk = browse(owner_of(merchant), space="")
    for page in ("/desk/", f"/desk/campaigns/{campaign.reference}/"):
        assert "Troovon est prévenu" in desk.get(page).content.decode()
    Campaign.objects.update(paused_at=timezone.now())
    assert not slow.slow_words(merchant, at=timezone.now())


def test_weekend_asks_for_no_views(flight: Flight) -> None:
    FlightDay.objects.create(flight=flight, day="2026-12-04", views=90, gathered_at=at(5))
    for day in (5, 6, 7):
        assert slow.last_working_day(at(day)) == dt.date(2026, 12, 4)
        assert not slow.slow_flights(at=at(day)).exists()
    assert not slow.slow_flights(at=at(12)).exists(), "it is over"


def test_slow_campaign_leads_to_its_stop_and_refund(console: SpaceClient, flight: Flight) -> None:
    now = timezone.now().date()
    Flight.objects.update(starts_on=now - dt.timedelta(days=9), ends_on=now)
    order = Order.objects.get(campaign=flight.campaign_id)
    page = console.get("/deliveries/").content.decode()
    assert f"/orders/{order.reference}/stop/" in page
    assert "0 / 22" in text_in(page.encode())
    assert "1 campagne trop peu vue" in text_in(console.get("/").content)


def test_capacity_shows_sold_places_of_each_day_and_refuses_no_date(
    console: SpaceClient, flight: Flight
) -> None:
    SpaceStanding.objects.update(state="proven")
    rows, _page = queries.capacity_page("north", "1", dt.date(2026, 12, 10), at=at(1))
    feed = next(row for row in rows[0].rows if row.words == "Fil d’accueil")
    assert [cell.sold for cell in feed.cells[:3]] == [1, 1, 0]
    for day in ("2026-12-10", "demain", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert console.get("/capacity/", {"from": day}).status_code == 200, day
    assert "Rien avec ces mots" in text_in(console.get("/capacity/?q=zzz").content)
    assert "Boulangerie" in text_in(console.get("/capacity/").content)


def test_each_group_counts_the_rows_that_wait_on_its_pages(
    console: SpaceClient, till: Till
) -> None:
    failed_founding()
    rows = counted(waiting_rows(at=till.at))
    assert navigation.counts_by_entry(rows) == {"jobs": 1}
    groups = navigation.navigation(rows)
    assert len(groups) == 5
    assert [group.waiting for group in groups] == [1, 0, 0, 0, 1]
    page = console.get("/jobs/").content.decode()
    for nav in (entry.nav for group in navigation.GROUPS for entry in group.entries):
        answer = console.get(f"/{nav}/" if nav != "home" else "/")
        assert answer.status_code == 200, nav
        assert 'aria-current="page"' in answer.content.decode(), nav
    assert 'href="/operators/"' in page
    assert 'href="/ledger/"' not in page


def test_to_do_page_counts_waiting_rows_once(console: SpaceClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert console.get("/").status_code == 200
    counting = [query["sql"] for query in queries if query["sql"].count("UNION ALL") > 5]
    assert len(counting) == 1


def test_statement_of_the_navigation_is_built_once_a_minute_and_counts_again_on_each_page(
    console: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[dt.datetime] = []

    def rows(*, at: dt.datetime) -> list[Waiting]:
        built.append(at)
        return waiting_rows(at=at)

    monkeypatch.setattr(navigation, "waiting_rows", rows)
    moment = dt.datetime(2031, 5, 6, 9, 30, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert [group.waiting for group in navigation.counted_now()] == [0, 0, 0, 0, 0]
    failed_founding()
    moment += dt.timedelta(seconds=40)
    assert [group.waiting for group in navigation.counted_now()] == [1, 0, 0, 0, 1]
    moment += dt.timedelta(seconds=40)
    assert [group.waiting for group in navigation.counted_now()] == [1, 0, 0, 0, 1]
    assert [at.minute for at in built] == [30, 31]


def test_spaces_by_name_ignore_case_and_accents(console: SpaceClient) -> None:
    for slug, name in (("north", "Élan"), ("south", "fabrique")):
        Tenant.objects.filter(slug=slug).update(name=name)
    page = console.get("/spaces/?sort=name").content.decode()
    assert page.index("Élan") < page.index("fabrique")


@pytest.mark.parametrize(
    "path", ["orders", "merchants", "spaces", "refunds", "disputes", "subscriptions"]
)
def test_list_takes_any_order_and_state_of_its_address(console: SpaceClient, path: str) -> None:
    for query in ("sort=oldest", "sort=largest&state=paid", "sort=paid", "sort='&state=x&page=z"):
        assert console.get(f"/{path}/?{query}").status_code == 200, query


def test_orders_are_sorted_by_amount_and_found_by_merchant_reference(
    console: SpaceClient, till: Till
) -> None:
    small, large = sold(till, net_cents=5_000), sold(till, net_cents=50_000)
    page = console.get("/orders/?sort=largest").content.decode()
    assert page.index(large.reference) < page.index(small.reference)
    shop = make_shop(name="Élan 12")
    other = till.open(make_campaign(shop, {"north": 5_000}, at=till.at))
    found = console.get(f"/orders/?q={shop.reference}").content.decode()
    assert other.reference in found
    assert small.reference not in found
