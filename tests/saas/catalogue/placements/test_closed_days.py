"""Days on which the shop or the workplace is closed: neither shown nor charged, to the cent."""

import datetime as dt
from fractions import Fraction

import pytest

from billing.adjustments.rules import unrun
from billing.councils.rules import trace
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, Price
from saas.catalogue.placements.queries.prices import quote_of
from saas.catalogue.placements.rules import prices as rules
from saas.catalogue.placements.rules.campaigns import Timing
from saas.catalogue.placements.rules.prices import Period
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.money import half_up
from tenants.community.neighbourhood.queries.flights import running_on
from tenants.spaces.models import Site
from tests.fixtures.people import AT, Browse
from tests.saas.catalogue.making import draw_up, make_merchant, owner_of, run_campaign

CHRISTMAS, ST_STEPHEN = dt.date(2026, 12, 25), dt.date(2026, 12, 26)
WEEK = Period(dt.date(2026, 12, 21), dt.date(2026, 12, 27))
A_DAY = dt.timedelta(days=1)


def days_of(period: Period) -> list[dt.date]:
    return [period.starts_on + count * A_DAY for count in range(period.days)]


@pytest.mark.parametrize("weekend_bp", [0, 3_333, 6_667, 10_000, 20_000])
@pytest.mark.parametrize("closed", [(), (CHRISTMAS,), (CHRISTMAS, ST_STEPHEN), (ST_STEPHEN,)])
def test_price_is_the_sum_of_the_open_days(weekend_bp: int, closed: tuple[dt.date, ...]) -> None:
    price = Price(slot="home_feed", day_cents=349, day_per_hundred_cents=51, weekend_bp=weekend_bp)
    found = rules.work_out_flight(price, 130, WEEK, monthly=False, closed_days=closed)
    saturday = half_up(Fraction(451 * weekend_bp, 10_000))
    each = [saturday if day.weekday() >= 5 else 451 for day in days_of(WEEK) if day not in closed]
    assert found.net_cents == sum(each)
    assert found.days == len(each)


@pytest.mark.parametrize("paid_cents", [1, 2_999, 3_001])
def test_refund_weighs_open_days_alone_and_never_loses_a_cent(paid_cents: int) -> None:
    price = Price(slot="home_feed", day_cents=349, day_per_hundred_cents=51, weekend_bp=3_333)
    closed = [CHRISTMAS]
    working = rules.work_out_flight(price, 130, WEEK, monthly=False, closed_days=closed)
    before, gross = paid_cents, []
    for today in [WEEK.starts_on - A_DAY, *days_of(WEEK)]:
        days = unrun.days_of(WEEK, today=today, closed_days=closed)
        worth = unrun.worth_of(WEEK, working, today=today, closed_days=closed)
        part = unrun.unrun_of("x", days, worth, net_cents=paid_cents, vat_cents=0)
        assert worth.all == working.net_cents
        assert part.net_cents == half_up(Fraction(paid_cents * worth.left, worth.all))
        assert part.net_cents <= before
        before = part.net_cents
        gross.append(part.net_cents)
    assert (gross[0], gross[-1]) == (paid_cents, 0)
    assert gross[4] == gross[5]  # the closed day costs nothing


def test_council_reads_the_price_on_open_days() -> None:
    parts = trace.by_day(1_000, *WEEK, weekend_bp=3_333, closed_days=[CHRISTMAS])
    assert CHRISTMAS not in parts
    assert sum(parts.values()) == 1_000


@pytest.mark.django_db
def test_closed_days_are_left_out_of_price_and_pages() -> None:
    shop = make_merchant()
    Merchant.objects.filter(pk=shop.pk).update(
        closed_from=dt.date(2026, 11, 27), closed_until=dt.date(2026, 11, 28)
    )
    whole = 7 * 600
    campaign = run_campaign(shop)
    [flight] = Flight.objects.filter(campaign=campaign)
    assert flight.closed_days == [dt.date(2026, 11, 27), dt.date(2026, 11, 28)]
    assert flight.net_cents == whole * 5 // 7
    [line] = quote_of(campaign.pk, at=AT).lines
    assert line.is_explained
    assert line.closed_words.endswith("27/11/2026, 28/11/2026")
    Campaign.objects.update(review=Campaign.Review.APPROVED)
    with schema.inside("north"):
        shown = [running_on(AT.date() + count * A_DAY).exists() for count in range(5)]
    assert shown == [True, True, False, False, True]


@pytest.mark.django_db
def test_public_holiday_of_the_workplace_is_left_out() -> None:
    shop = make_merchant()
    Merchant.objects.update(open_on_holidays=True)
    with schema.in_public():
        Site.objects.filter(tenant__slug="north").update(postcode="67000")
    draw_up(shop, starts_on=WEEK.starts_on)
    assert Flight.objects.get().closed_days == [CHRISTMAS, ST_STEPHEN]


@pytest.mark.django_db
def test_month_keeps_its_price_and_its_days() -> None:
    shop = make_merchant()
    Merchant.objects.update(closed_from=AT.date(), closed_until=AT.date() + 9 * A_DAY)
    draw_up(shop, timing=Timing(Campaign.Rhythm.MONTHLY))
    flight = Flight.objects.get()
    assert (flight.closed_days, flight.net_cents) == ([], 30 * 600)


@pytest.mark.django_db
def test_campaign_on_closed_days_alone_is_refused(browse: Browse) -> None:
    shop = make_merchant()
    with pytest.raises(Refused, match="est fermé ces jours-là"):
        draw_up(shop, starts_on=CHRISTMAS, days=1)
    assert not Campaign.objects.exists()
    campaign = draw_up(shop, starts_on=WEEK.starts_on)
    page = browse(owner_of(shop), space="").get(f"/desk/campaigns/{campaign.reference}/")
    assert "Sans jour fermé" in page.text
    assert "25/12/2026" in page.text
