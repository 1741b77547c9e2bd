"""Months that begin on the 31st, and the days on which banks work."""

import calendar
import datetime as dt

A_DAY = 24 * 3600
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}
SATURDAY = 5


def after(anchor: int, *, interval: str, count: int) -> int:
    """Give the moment so many intervals after an anchor; a short month ends on its last day."""
    if interval in DAYS:
        return anchor + count * DAYS[interval] * A_DAY
    begun = dt.datetime.fromtimestamp(anchor, dt.UTC)
    whole, month = divmod(begun.month - 1 + count * MONTHS[interval], 12)
    year = begun.year + whole
    day = min(begun.day, calendar.monthrange(year, month + 1)[1])
    return int(begun.replace(year=year, month=month + 1, day=day).timestamp())


def banking_days_after(moment: int, count: int) -> int:
    """Give the same hour so many days later, Saturdays and Sundays not counted."""
    while count:
        moment += A_DAY
        count -= dt.datetime.fromtimestamp(moment, dt.UTC).weekday() < SATURDAY
    return moment


def midnight_after(moment: int) -> int:
    """Give the beginning of the next day."""
    return moment - moment % A_DAY + A_DAY
