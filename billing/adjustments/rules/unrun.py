"""Days of a campaign that have not run yet, and the refund when it stops today."""

import datetime as dt
from fractions import Fraction
from typing import NamedTuple

from saas.catalogue.placements.rules.prices import Period, Working
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


def days_of(period: Period, *, today: dt.date) -> Days:
    """Count a flight's days, and those that have not begun; today counts as flown."""
    return Days(period.days, max(_left_of(period, today).days, 0))


def worth_of(period: Period, working: Working, *, today: dt.date) -> Worth:
    """Return the price of all of a flight's days, and of the days not begun."""
    return Worth(_cost_of(period, working), _cost_of(_left_of(period, today), working))


def _left_of(period: Period, today: dt.date) -> Period:
    return Period(max(period.starts_on, today + A_DAY), period.ends_on)


def _cost_of(period: Period, working: Working) -> int:
    weekend = period.weekend_days
    weekdays = max(period.days, 0) - weekend
    return weekdays * working.day_cents + weekend * working.weekend_cents


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
