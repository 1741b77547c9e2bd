"""Prices of placements, worked out for any days, people, prices and discounts."""

import calendar
import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas.catalogue.placements.models import Price, Slot
from saas.catalogue.placements.models.slots import SLOTS
from saas.catalogue.placements.rules.campaigns import days_lost, next_month
from saas.catalogue.placements.rules.price_lists import check_prices
from saas.catalogue.placements.rules.prices import (
    Limits,
    Line,
    NewPrice,
    Period,
    Quote,
    day_cents,
    month_from,
    work_out_flight,
)
from saas.kernel.errors import Refused
from saas.kernel.money import vat_on
from tests.fixtures.people import AT

days_of_life = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
cents = st.integers(0, 1_000_000)


def price(**given: int) -> Price:
    values = {"day_cents": 350, "day_per_hundred_cents": 50, "weekend_bp": 10_000}
    return Price(slot=Slot.HOME_FEED, **{**values, **given})


def line(list_cents: int, vat_bp: int = 2_000) -> Line:
    period = Period(dt.date(2026, 11, 30), dt.date(2026, 11, 30))
    working = work_out_flight(price(), 100, period, monthly=False)
    return Line(1, "north", "Nord", "home_feed", period, 100, working, list_cents, vat_bp)


@given(start=days_of_life, days=st.integers(1, 90))
def test_weekend_days_are_saturdays_and_sundays(start: dt.date, days: int) -> None:
    period = Period(start, start + dt.timedelta(days=days - 1))
    counted = sum((start + dt.timedelta(days=n)).weekday() >= 5 for n in range(days))
    assert (period.days, period.weekend_days) == (days, counted)


@given(
    start=days_of_life,
    days=st.integers(1, 90),
    people=st.integers(0, 50_000),
    base=cents,
    more=cents,
    weekend_bp=st.integers(0, 20_000),
)
def test_a_flight_costs_the_sum_of_its_days(
    start: dt.date, days: int, people: int, base: int, more: int, weekend_bp: int
) -> None:
    row = price(day_cents=base, day_per_hundred_cents=more, weekend_bp=weekend_bp)
    period = Period(start, start + dt.timedelta(days=days - 1))
    working = work_out_flight(row, people, period, monthly=False)
    a_day = base + more * -(-people // 100)
    saturday = int(Fraction(a_day * weekend_bp, 10_000) + Fraction(1, 2))
    by_day = sum(
        saturday if (start + dt.timedelta(days=n)).weekday() >= 5 else a_day for n in range(days)
    )
    assert working.net_cents == by_day
    assert day_cents(row, people) == a_day


@given(start=days_of_life, people=st.integers(0, 5_000), weekend_bp=st.integers(0, 20_000))
def test_every_month_costs_the_same(start: dt.date, people: int, weekend_bp: int) -> None:
    row = price(weekend_bp=weekend_bp)
    month = work_out_flight(row, people, month_from(start), monthly=True)
    other = work_out_flight(row, people, month_from(dt.date(2026, 2, 1)), monthly=True)
    assert month.net_cents == other.net_cents
    assert (month.days, month.weekend_days) == (30, 8)


@given(start=days_of_life)
def test_a_month_ends_on_the_eve_of_the_same_day_and_the_next_follows(start: dt.date) -> None:
    month = month_from(start)
    follows = next_month(month, day=start)
    assert 27 <= month.days <= 31
    assert follows.starts_on == month.ends_on + dt.timedelta(days=1)
    if start.day <= 28:
        assert follows.starts_on.day == start.day
    late = month.ends_on + dt.timedelta(days=9)
    assert next_month(month, day=late).starts_on == late


@given(start=days_of_life, count=st.integers(1, 30))
def test_months_on_end_begin_on_day_of_first_wherever_it_exists(start: dt.date, count: int) -> None:
    month = month_from(start)
    for number in range(1, count + 1):
        month = next_month(month, day=start)
        year, index = divmod(start.year * 12 + start.month - 1 + number, 12)
        last = calendar.monthrange(year, index + 1)[1]
        assert month.starts_on == dt.date(year, index + 1, min(start.day, last))


def test_a_month_goes_back_to_its_31st_and_a_moved_one_is_followed_from_where_it_ended() -> None:
    month, begun = month_from(dt.date(2027, 1, 31)), []
    for _ in range(5):
        month = next_month(month, day=month.starts_on)
        begun.append(f"{month.starts_on:%d/%m}–{month.ends_on:%d/%m}")
    assert begun == ["28/02–30/03", "31/03–29/04", "30/04–30/05", "31/05–29/06", "30/06–30/07"]
    moved = Period(dt.date(2027, 3, 7), dt.date(2027, 4, 3))  # 28 days of February, moved by 20
    assert next_month(moved, day=dt.date(2027, 4, 1)) == month_from(dt.date(2027, 4, 4))


@given(
    prices=st.lists(st.integers(1, 9_999_999), min_size=1, max_size=60),
    part=st.fractions(0, 1),
    vat_bp=st.sampled_from([0, 2_000]),
)
def test_a_discount_is_spread_to_the_cent_and_no_line_goes_below_nothing(
    prices: list[int], part: Fraction, vat_bp: int
) -> None:
    quote = Quote(tuple(line(one, vat_bp) for one in prices), 1, vat_bp)
    discount = int(sum(prices) * part)
    less = quote.less(discount)
    assert (less.list_cents, less.discount_cents) == (sum(prices), discount)
    assert less.net_cents == sum(prices) - discount
    for one in less.lines:
        exact = Fraction(discount * one.list_cents, sum(prices))
        assert 0 <= one.net_cents <= one.list_cents
        assert abs(one.discount_cents - exact) < 1
    assert less.vat_cents == vat_on(less.net_cents, vat_bp) == sum(less.vat_parts)
    assert less.gross_cents == less.net_cents + less.vat_cents


@given(prices=st.lists(st.integers(1, 100_000), min_size=1, max_size=60))
def test_tax_is_rounded_once_and_each_line_has_its_part_of_it(prices: list[int]) -> None:
    quote = Quote(tuple(line(one) for one in prices), 1)
    assert abs(quote.vat_cents - Fraction(sum(prices), 5)) <= Fraction(1, 2)
    parts = zip(quote.lines, quote.vat_parts, strict=True)
    assert all(abs(vat - Fraction(one.net_cents, 5)) <= 1 for one, vat in parts)


@given(start=days_of_life, late=st.integers(-30, 30))
def test_no_day_is_lost_when_the_money_comes_late(start: dt.date, late: int) -> None:
    period = Period(start, start + dt.timedelta(days=6))
    paid_on = start + dt.timedelta(days=late)
    moved = period.moved(days_lost(period, day=paid_on))
    assert moved.days == period.days
    assert moved.starts_on == (start if late <= 0 else paid_on + dt.timedelta(days=1))


def of_all_slots(day: int, more: int, weekend_bp: int) -> list[NewPrice]:
    return [NewPrice(slot, day, more, weekend_bp) for slot in SLOTS]


NEW_PRICES, NO_LIMITS = of_all_slots(350, 50, 10_000), Limits(0, None)


@pytest.mark.parametrize(
    ("prices", "limits", "hours", "field"),
    [
        (NEW_PRICES, NO_LIMITS, 0, "valid_from"),
        (NEW_PRICES[:1], NO_LIMITS, 1, ""),
        ([*NEW_PRICES, NEW_PRICES[0]], NO_LIMITS, 1, ""),
        (of_all_slots(0, 0, 0), NO_LIMITS, 1, "day_cents_home_feed"),
        (of_all_slots(1_000_001, 0, 0), NO_LIMITS, 1, "day_cents_home_feed"),
        (of_all_slots(1, 0, 20_001), NO_LIMITS, 1, "weekend_bp_home_feed"),
        (NEW_PRICES, Limits(100, 99), 1, "most_net_cents"),
    ],
)
def test_prices_that_make_no_sense_are_not_published(
    prices: list[NewPrice], limits: Limits, hours: int, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        check_prices(prices, limits, valid_from=AT + dt.timedelta(hours=hours), at=AT)
    assert (refusal.value.field or "") == field


def test_a_line_says_its_own_working() -> None:
    period = Period(dt.date(2026, 12, 1), dt.date(2026, 12, 7))
    working = work_out_flight(price(weekend_bp=5_000), 430, period, monthly=False)
    row = line(working.net_cents)._replace(period=period, working=working)
    assert row.is_explained
    words = row.description.replace("\u00a0", " ")
    assert "5 \u00d7 6,00 € + 2 \u00d7 3,00 € le week-end" in words
