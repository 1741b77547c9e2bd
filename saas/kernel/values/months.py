"""Calendar months, each named by its first day."""

import calendar
import datetime as dt

A_YEAR = 12


def first_of(day: dt.date) -> dt.date:
    """Return the first day of a day's month, which identifies the month."""
    return day.replace(day=1)


def months_later(day: dt.date, months: int = 1) -> dt.date:
    """Return the same day some months later, or earlier; the last day of a shorter month."""
    year, month = divmod(day.year * A_YEAR + day.month - 1 + months, A_YEAR)
    return in_month(day.day, year, month + 1)


def in_month(day: int, year: int, month: int) -> dt.date:
    """Return a day of a month, or its last where it is shorter."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def year_until(month: dt.date) -> list[dt.date]:
    """Return the twelve months that end with the given month, oldest first."""
    return [months_later(month, back) for back in range(1 - A_YEAR, 1)]
