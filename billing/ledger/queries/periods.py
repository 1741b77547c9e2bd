"""Months and years of the books: their locks, and the obstacles to closing a year."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.utils.formats import date_format

from billing.ledger.queries.accounting import years_of_books
from billing.ledger.rules import chart
from billing.models import Account, ClosedYear, EntryNumber, LedgerEntry, ManualEntry, PeriodAct
from saas.kernel.database import rows
from saas.kernel.values.months import months_later, year_until

_OPEN_MONTHS = """
    SELECT month FROM unnest(%s::date[]) month WHERE NOT billing_period_is_locked(month)
    ORDER BY month
"""


class MonthRow(NamedTuple):
    """A month of the books, its last act if any, and its number of numbered entries."""

    month: dt.date
    act: PeriodAct | None
    entries: int
    is_over: bool
    is_locked: bool


class YearRow(NamedTuple):
    """A year of the books: its months, and its closing if it is closed."""

    year: int
    months: list[MonthRow]
    closed: ClosedYear | None


def years(*, today: dt.date) -> list[YearRow]:
    """Return the years with entries, the newest first, each with the months until today."""
    acts = _last_acts(PeriodAct.objects.select_related("by"))
    closed = {row.year: row for row in ClosedYear.objects.select_related("by")}
    counts = {
        (row["booked_on__year"], row["booked_on__month"]): row["entries"]
        for row in EntryNumber.objects.values("booked_on__year", "booked_on__month")
        .annotate(entries=Count("id"))
        .order_by()
    }
    found = years_of_books()
    open_ones = set(open_months(*found))
    return [
        YearRow(
            year,
            [
                MonthRow(
                    month,
                    acts.get(month),
                    counts.get((month.year, month.month), 0),
                    months_later(month) <= today,
                    month not in open_ones,
                )
                for month in months_of(year)
                if month <= today
            ],
            closed.get(year),
        )
        for year in found
    ]


def months_of(year: int) -> list[dt.date]:
    """Return the first days of a year's months."""
    return year_until(dt.date(year, 12, 1))


def month_in_words(month: dt.date) -> str:
    """Return a month with its year, in the page's language: "novembre 2026"."""
    return date_format(month, "F Y")


def is_locked(month: dt.date) -> bool:
    """Return True if a month is locked: by its last act or by the closing of its year."""
    [(locked,)] = rows.tuples("SELECT billing_period_is_locked(%s)", [month])
    return bool(locked)


def open_months(*years: int) -> list[dt.date]:
    """Return the months of these years that are not locked; a closed year has no open month."""
    months = [month for year in years for month in months_of(year)]
    found = rows.tuples(_OPEN_MONTHS, [months])
    return [month for (month,) in found]


def _last_acts(found: QuerySet[PeriodAct]) -> dict[dt.date, PeriodAct]:
    """Return the last act of each month."""
    return {act.month: act for act in found.order_by("id")}


def proposed_between(first: dt.date, after: dt.date) -> bool:
    """Return True if a manual entry of the days before `after` waits for a second operator."""
    return ManualEntry.objects.filter(
        state=ManualEntry.State.PROPOSED, booked_for__gte=first, booked_for__lt=after
    ).exists()


def closed_year(year: int) -> ClosedYear | None:
    """Return the closing of a year, or None while it is open."""
    return ClosedYear.objects.filter(year=year).first()


def result_cents(year: int) -> int:
    """Return the result of a year in cents, a profit positive (accounts of classes 6 and 7)."""
    balance_sheet = [account for account in Account if chart.is_of_balance_sheet(account)]
    total = (
        LedgerEntry.objects.filter(transaction__entry_number__year=year)
        .exclude(account__in=balance_sheet)
        .aggregate(cents=Sum("amount_cents"))["cents"]
    )
    return -(total or 0)


def noon_of(day: dt.date) -> dt.datetime:
    """Return noon of a day where the seller keeps its books."""
    return dt.datetime.combine(day, dt.time(12), zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE))
