"""Days of a campaign that have not run yet, and the refund when it stops today."""

import datetime as dt
from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from saas.catalogue.placements.rules.prices import OpenDays, Period, Working, days_without
from saas.kernel.money import half_up

A_DAY = dt.timedelta(days=1)


class Days(NamedTuple):
    """How many days a flight has, and how many of them begin tomorrow or later."""

    all: int
    left: int


class Worth(NamedTuple):
    """The price of a flight's days, and of those that are left."""

    all: int
    left: int


class Unrun(NamedTuple):
    """The refunded part of a flight."""

    description: str
    days: Days
    net_cents: int
    vat_cents: int

    @property
    def gross_cents(self) -> int:
        """Cents that go back for it, tax included."""
        return self.net_cents + self.vat_cents


def days_of(period: Period, *, today: dt.date, closed_days: Collection[dt.date] = ()) -> Days:
    """Count a flight's paid days, and those that have not begun; today counts as flown."""
    whole, left = days_without(period, closed_days), _left_of(period, today)
    return Days(whole.days, days_without(left, closed_days).days)


def worth_of(
    period: Period, working: Working, *, today: dt.date, closed_days: Collection[dt.date] = ()
) -> Worth:
    """Return the price of all of a flight's paid days, and of the days not begun."""
    whole, left = days_without(period, closed_days), _left_of(period, today)
    return Worth(_cost_of(whole, working), _cost_of(days_without(left, closed_days), working))


def _left_of(period: Period, today: dt.date) -> Period:
    return Period(max(period.starts_on, today + A_DAY), period.ends_on)


def _cost_of(paid: OpenDays, working: Working) -> int:
    weekdays = paid.days - paid.weekend_days
    return weekdays * working.day_cents + paid.weekend_days * working.weekend_cents


def unrun_of(
    description: str, days: Days, worth: Worth, *, net_cents: int, vat_cents: int
) -> Unrun:
    """Return the refund of a flight, computed from its order's frozen price and tax.

    Each day is weighted by its price; if all days are free, they weigh the same.
    """
    whole, left = worth if worth.all else days
    net, vat = (half_up(Fraction(cents * left, whole)) for cents in (net_cents, vat_cents))
    return Unrun(description, days, net, vat)


def left_of_part(cents: int, *, gross_cents: int, returned_cents: int) -> int:
    """Return the rest of a part of an order after refunds spread over all parts.

    Rounded down: a cent more would be taken from parts that stay.
    """
    return cents * max(gross_cents - returned_cents, 0) // gross_cents
