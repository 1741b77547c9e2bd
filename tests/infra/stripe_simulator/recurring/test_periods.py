"""The arithmetic of months, and the days on which banks work."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.stripe_simulator.objects.recurring import periods

MOMENTS = st.integers(1_577_836_800, 3_786_912_000)  # from 2020 to the end of 2089


def at(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp())


def day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat()


@pytest.mark.parametrize(
    ("anchor", "count", "then"),
    [
        ("2026-01-31T10:00:00+00:00", 1, "2026-02-28T10:00:00+00:00"),
        ("2026-01-31T10:00:00+00:00", 2, "2026-03-31T10:00:00+00:00"),
        ("2026-01-31T10:00:00+00:00", 3, "2026-04-30T10:00:00+00:00"),
        ("2028-01-31T00:00:00+00:00", 1, "2028-02-29T00:00:00+00:00"),
        ("2026-12-15T23:59:59+00:00", 1, "2027-01-15T23:59:59+00:00"),
        ("2028-02-29T08:00:00+00:00", 12, "2029-02-28T08:00:00+00:00"),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(anchor: str, count: int, then: str) -> None:
    assert day(periods.after(at(anchor), interval="month", count=count)) == then


@given(MOMENTS, st.integers(0, 200))
def test_each_period_begins_where_the_one_before_ended_and_keeps_the_hour(
    anchor: int, count: int
) -> None:
    begun, then, after = (
        periods.after(anchor, interval="month", count=count + step) for step in (0, 1, 2)
    )
    assert begun < then < after
    assert 28 <= (then - begun) // periods.A_DAY <= 31
    assert (then - anchor) % periods.A_DAY == 0
    months = [dt.datetime.fromtimestamp(one, dt.UTC) for one in (begun, then)]
    assert (months[1].year * 12 + months[1].month) - (months[0].year * 12 + months[0].month) == 1


@given(MOMENTS, st.integers(0, 100))
def test_a_long_month_comes_back_to_the_day_of_the_beginning(anchor: int, count: int) -> None:
    begun = dt.datetime.fromtimestamp(anchor, dt.UTC)
    then = dt.datetime.fromtimestamp(periods.after(anchor, interval="month", count=count), dt.UTC)
    tomorrow = then + dt.timedelta(days=1)
    assert then.day == begun.day or (then.day < begun.day and tomorrow.day == 1)


@given(MOMENTS, st.integers(0, 20))
def test_twelve_months_are_a_year_and_seven_days_a_week(anchor: int, count: int) -> None:
    months = periods.after(anchor, interval="month", count=12 * count)
    days = periods.after(anchor, interval="day", count=7 * count)
    assert months == periods.after(anchor, interval="year", count=count)
    assert days == periods.after(anchor, interval="week", count=count)


@given(MOMENTS, st.integers(1, 30))
def test_banks_answer_on_working_days_only(moment: int, count: int) -> None:
    then = periods.banking_days_after(moment, count)
    between = range(moment + periods.A_DAY, then + 1, periods.A_DAY)
    working = [one for one in between if dt.datetime.fromtimestamp(one, dt.UTC).weekday() < 5]
    assert dt.datetime.fromtimestamp(then, dt.UTC).weekday() < 5
    assert len(working) == count
