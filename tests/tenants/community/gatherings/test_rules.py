"""Dates of a series, also across a clock change, and valid values of a gathering."""

import datetime as dt
import zoneinfo

import pytest

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from tenants.community.gatherings import rules
from tenants.community.gatherings.rules import Repeat
from tests.fixtures.people import AT

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("first", "repeat", "others"),
    [
        pytest.param(
            "2026-10-22 12:30",
            Repeat("weekly", dt.date(2026, 11, 5)),
            ["2026-10-29 12:30", "2026-11-05 12:30"],
            id="weekly over the end of summer",
        ),
        pytest.param(
            "2026-03-19 18:00",
            Repeat("fortnightly", dt.date(2026, 4, 15)),
            ["2026-04-02 18:00"],
            id="fortnightly until its last day",
        ),
        pytest.param(
            "2027-01-31 12:00",
            Repeat("monthly", dt.date(2027, 4, 30)),
            ["2027-02-28 12:00", "2027-03-31 12:00", "2027-04-30 12:00"],
            id="monthly on the last day of shorter months",
        ),
    ],
)
def test_series_keeps_its_rhythm_and_its_time_on_the_wall(
    first: str, repeat: Repeat, others: list[str]
) -> None:
    begins = dt.datetime.fromisoformat(first).replace(tzinfo=PARIS)
    found = rules.dates_of(begins, begins + dt.timedelta(hours=1), repeat, zone=PARIS)
    assert [f"{one.astimezone(PARIS):%Y-%m-%d %H:%M}" for one, _ends in found] == [first, *others]


def test_date_in_the_skipped_hour_of_spring_is_an_hour_later_and_keeps_its_length() -> None:
    first = dt.datetime(2027, 3, 21, 2, 30, tzinfo=PARIS)
    found = rules.dates_of(
        first, first + dt.timedelta(minutes=45), Repeat("weekly", dt.date(2027, 3, 28)), zone=PARIS
    )

    begins, ends = found[1]
    assert begins.astimezone(PARIS).time() == dt.time(3, 30)
    assert ends - begins == dt.timedelta(minutes=45)
    assert not rules.exists(dt.date(2027, 3, 28), dt.time(2, 30), PARIS)


def test_hour_that_comes_twice_in_autumn_is_the_first() -> None:
    moment = rules.moment_of(dt.date(2026, 10, 25), dt.time(2, 30), PARIS)

    assert moment == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert rules.exists(dt.date(2026, 10, 25), dt.time(2, 30), PARIS)


@pytest.mark.parametrize(
    ("starts", "lasts", "sentence"),
    [
        (dt.timedelta(0), dt.timedelta(hours=1), "à venir"),
        (-dt.timedelta(days=1), dt.timedelta(hours=1), "à venir"),
        (dt.timedelta(days=1), dt.timedelta(0), "après le début"),
        (dt.timedelta(days=1), -dt.timedelta(hours=1), "après le début"),
        (dt.timedelta(days=1), dt.timedelta(days=15), "deux semaines"),
        (dt.timedelta(days=400), dt.timedelta(hours=1), "dans l’année"),
    ],
)
def test_impossible_times_are_refused(
    starts: dt.timedelta, lasts: dt.timedelta, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        rules.check_times(AT + starts, AT + starts + lasts, at=AT)


@pytest.mark.parametrize("places", [0, 1, 501])
def test_impossible_numbers_of_places_are_refused(places: int) -> None:
    with pytest.raises(Refused, match="Prévoyez de 2 à 500 places"):
        rules.check_places(places)


@pytest.mark.parametrize(
    "ends_on", [dt.date(2026, 11, 25), dt.date(2026, 1, 1), dt.date(2028, 1, 1)]
)
def test_series_that_never_comes_back_or_runs_for_years_is_refused(ends_on: dt.date) -> None:
    with pytest.raises(Refused, match="La série se termine"):
        rules.check_repeat(Repeat("weekly", ends_on), first=dt.date(2026, 11, 25))


def test_council_of_the_space_speaks_before_that_of_a_company() -> None:
    duties = [Duty("administrator", None), Duty("council", 3), Duty("treasurer", None)]

    assert rules.council_of(duties) == Duty("treasurer", None)
    with pytest.raises(NotAllowed, match="élus"):
        rules.council_of(duties[:1])
