"""Quarters of an hour, breaks, and the nights when the clock changes."""

import datetime as dt

import pytest

from saas.kernel.errors import Refused
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tests.fixtures.people import AT, DAY, HOUR, QUARTER
from tests.tenants.community.lending.making import PARIS

SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2026, 10, 25)
NOON, HALF_PAST_ONE = dt.time(12), dt.time(13, 30)


def moment(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return slots.moment_of(day, dt.time(hour, minute), PARIS)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (SPRING + DAY, 24)])
def test_calendar_has_as_many_quarters_as_the_day(day: dt.date, hours: int) -> None:
    rows = slots.calendar(day, [], [], zone=PARIS, at=moment(day, 0))
    assert len(rows) == hours
    assert sum(len(row.quarters) for row in rows) == 4 * hours
    moments = [quarter.starts_at for row in rows for quarter in row.quarters]
    assert moments == sorted(set(moments))


def test_hour_that_is_skipped_is_refused_and_the_one_that_comes_twice_is_the_first() -> None:
    with pytest.raises(Refused, match="Cette heure n’existe pas"):
        moment(SPRING, 2, 30)
    first = moment(AUTUMN, 2, 30)
    assert first == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_loan_of_a_day_keeps_the_hour_on_the_wall_and_one_of_hours_its_length() -> None:
    for day, length in ((SPRING, 23 * HOUR), (AUTUMN, 25 * HOUR)):
        starts = moment(day - DAY, 18)
        ends = slots.end_of(starts, slots.A_DAY, PARIS)
        assert ends == moment(day, 18)
        assert ends - starts == length
    late = moment(AUTUMN, 1, 30)
    ends = slots.end_of(late, 120, PARIS)
    assert (ends - late, ends.astimezone(PARIS).time()) == (2 * HOUR, dt.time(2, 30))


def test_day_of_autumn_is_not_too_long_for_a_thing_lent_a_day() -> None:
    starts = moment(AUTUMN - DAY, 18)
    slot = LoanSlot(starts, starts + 25 * HOUR)
    slots.check_slot(slot, longest_minutes=slots.A_DAY, zone=PARIS, at=starts)
    longer = LoanSlot(starts, starts + 25 * HOUR + QUARTER)
    with pytest.raises(Refused, match="au plus 1 jour"):
        slots.check_slot(longer, longest_minutes=slots.A_DAY, zone=PARIS, at=starts)


@pytest.mark.parametrize(
    ("starts_after", "lasts", "sentence"),
    [
        (dt.timedelta(), 10 * QUARTER / 15, "au moins quinze minutes"),
        (dt.timedelta(minutes=5), QUARTER, "un quart d’heure"),
        (-HOUR, 2 * HOUR, "Ce moment est passé"),
        (91 * DAY, HOUR, "trois mois à l’avance"),
        (dt.timedelta(), 8 * DAY, "au plus 1 semaine"),
    ],
)
def test_slot_that_cannot_be_is_refused(
    starts_after: dt.timedelta, lasts: dt.timedelta, sentence: str
) -> None:
    starts = slots.floor_quarter(AT) + starts_after
    with pytest.raises(Refused, match=sentence):
        slots.check_slot(
            LoanSlot(starts, starts + lasts), longest_minutes=7 * slots.A_DAY, zone=PARIS, at=AT
        )


def test_quarter_at_hand_may_be_booked() -> None:
    late = AT + dt.timedelta(minutes=7)
    slot = LoanSlot(slots.floor_quarter(late), slots.floor_quarter(late) + 2 * QUARTER)
    slots.check_slot(slot, longest_minutes=60, zone=PARIS, at=late)


def break_at(at: dt.datetime) -> LoanSlot | None:
    return slots.break_slot(NOON, HALF_PAST_ONE, zone=PARIS, at=at)


def test_break_is_what_is_left_of_today_else_of_the_next_workday() -> None:
    friday = dt.date(2026, 11, 27)
    whole = LoanSlot(moment(friday, 12), moment(friday, 13, 30))
    assert break_at(moment(friday, 9)) == whole
    assert break_at(moment(friday, 12, 20)) == LoanSlot(moment(friday, 12, 15), whole.ends_at)
    monday = friday + 3 * DAY
    after = LoanSlot(moment(monday, 12), moment(monday, 13, 30))
    assert break_at(moment(friday, 13, 20)) == after
    assert break_at(moment(friday + DAY, 12)) == after
    assert slots.break_slot(None, None, zone=PARIS, at=whole.starts_at) is None


@pytest.mark.parametrize(
    ("lasts", "before"),
    [(QUARTER, None), (2 * QUARTER, None), (HOUR, QUARTER), (2 * DAY, 3 * HOUR)],
)
def test_reminder_comes_in_time_for_the_length(
    lasts: dt.timedelta, before: dt.timedelta | None
) -> None:
    slot = LoanSlot(AT, AT + lasts)
    assert slots.remind_at(slot) == (slot.ends_at - before if before else None)


def test_day_is_drawn_from_its_first_to_its_last_hour() -> None:
    day = dt.date(2026, 12, 3)
    begin = slots.moment_of(day, dt.time(7), PARIS)
    hour = dt.timedelta(hours=1)
    taken = [LoanSlot(begin - hour, begin + hour), LoanSlot(begin + 20 * hour, begin + 21 * hour)]
    drawn = slots.bars(day, taken, [LoanSlot(begin + 12 * hour, begin + 13 * hour)], zone=PARIS)
    assert drawn == [slots.Bar(0, 77, "taken"), slots.Bar(923, 77, "own")]


def test_month_names_days_that_are_free_partly_and_wholly_taken() -> None:
    at = dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC)
    days = [dt.date(2026, 12, number) for number in range(1, 32)]
    third, fourth = slots.midnight(days[2], PARIS), slots.midnight(days[3], PARIS)
    taken = [LoanSlot(third, fourth), LoanSlot(fourth, fourth + dt.timedelta(hours=9))]
    weeks = slots.month(days[9], taken, [], zone=PARIS, at=at)
    cells = {cell.date: cell for week in weeks for cell in week}
    assert [len(week) for week in weeks] == [7] * len(weeks)
    assert [cells[day].state for day in days[:5]] == ["free", "free", "full", "partly", "free"]
    assert [cells[day].is_open for day in days[:3]] == [False, True, True]
