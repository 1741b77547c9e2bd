"""Working days: Monday to Friday, without holidays."""

import datetime as dt

_SATURDAY = 5


def is_weekend(day: dt.date) -> bool:
    """Return True on a Saturday or Sunday."""
    return day.weekday() >= _SATURDAY


def after(day: dt.date, count: int) -> dt.date:
    """Return the day a number of working days later."""
    while count:
        day += dt.timedelta(days=1)
        count -= not is_weekend(day)
    return day


def last_before(day: dt.date) -> dt.date:
    """Return the last working day before a day."""
    day -= dt.timedelta(days=1)
    while is_weekend(day):
        day -= dt.timedelta(days=1)
    return day
