"""A campaign over the change of the clock: each day once, each day's money once."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from billing.adjustments.rules import unrun
from saas.catalogue.placements.models import Campaign, Flight, Price
from saas.catalogue.placements.queries import summaries
from saas.catalogue.placements.rules import prices
from saas.catalogue.placements.rules.campaigns import days_to_carry_over, today
from saas.catalogue.placements.rules.prices import Period
from saas.kernel import schema
from tenants.community.neighbourhood.queries.flights import running_on
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import make_merchant, owner_of, run_campaign

PARIS = ZoneInfo("Europe/Paris")
SPRING = Period(dt.date(2028, 3, 25), dt.date(2028, 3, 27))  # the 26th has 23 hours
AUTUMN = Period(dt.date(2026, 10, 24), dt.date(2026, 10, 26))  # the 25th has 25 hours


@pytest.mark.parametrize("period", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_each_day_is_paid_once_over_the_clock_change(period: Period) -> None:
    price = Price(slot="home_feed", day_cents=333, day_per_hundred_cents=0, weekend_bp=5_000)
    working = prices.work_out_flight(price, 100, period, monthly=False)
    assert working.net_cents == 333 + 2 * 167  # Monday, Saturday and Sunday
    left = []
    for count in range(-1, 3):
        day = period.starts_on + dt.timedelta(days=count)
        late = dt.datetime.combine(day, dt.time(23, 59), PARIS)
        early = dt.datetime.combine(day, dt.time(0, 1), PARIS)
        assert today(late.astimezone(dt.UTC)) == today(early.astimezone(dt.UTC)) == day
        left.append(unrun.worth_of(period, working, today=today(late)).left)
    assert left == [667, 500, 333, 0]
    closed = period.starts_on + dt.timedelta(days=-1)
    assert days_to_carry_over(period, closed_on=closed, day=period.ends_on) == 2


@pytest.mark.django_db
def test_campaign_over_the_clock_change_is_shown_each_day() -> None:
    at = dt.datetime(2028, 3, 24, 9, tzinfo=dt.UTC)
    campaign = run_campaign(make_merchant(at=at), at=at, starts_on=SPRING.starts_on, days=3)
    Campaign.objects.update(review=Campaign.Review.APPROVED)
    assert Flight.objects.get(campaign=campaign).ends_on == SPRING.ends_on
    with schema.inside("north"):
        shown = [running_on(SPRING.starts_on + dt.timedelta(days=day)).count() for day in range(4)]
    assert shown == [1, 1, 1, 0]


@pytest.mark.django_db
@pytest.mark.usefixtures("going_on_from_at")
def test_report_without_a_row_says_when_figures_come(browse: Browse) -> None:
    shop = make_merchant()
    campaign = run_campaign(shop)
    found = summaries.summary_of(
        Campaign.objects.prefetch_related("flights__tenant").get(pk=campaign.pk)
    )
    figures = {stat.title: stat.value for stat in found.stats}
    assert found.courses == []
    assert "0" not in figures.values()
    desk = browse(owner_of(shop), space="")
    page = desk.get(f"/desk/campaigns/{campaign.reference}/").text
    assert "Les premiers chiffres arrivent" in page
    assert desk.get(f"/desk/campaigns/{campaign.reference}/sheet/").status_code == 200
