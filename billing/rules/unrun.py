"""What of a campaign has not run yet, and what of its price goes back when it stops today."""

import datetime as dt
from fractions import Fraction
from typing import NamedTuple

from saas.kernel.money import half_up

A_DAY = dt.timedelta(days=1)


class Days(NamedTuple):
    """How many days a flight has, and how many of them begin tomorrow or later."""

    all: int
    left: int


class Unrun(NamedTuple):
    """One flight's part of what goes back."""

    description: str
    days: Days
    net_cents: int
    vat_cents: int

    @property
    def gross_cents(self) -> int:
        """What goes back for it, tax included."""
        return self.net_cents + self.vat_cents


def days_of(starts_on: dt.date, ends_on: dt.date, *, today: dt.date) -> Days:
    """Count a flight's days, and those that have not begun; today counts as flown."""
    first = max(starts_on, today + A_DAY)
    return Days((ends_on - starts_on).days + 1, max((ends_on - first).days + 1, 0))


def part_of(cents: int, days: Days) -> int:
    """Return the part of an amount that falls on the days that are left, to the cent."""
    return half_up(Fraction(cents * days.left, days.all))


def unrun_of(description: str, days: Days, *, net_cents: int, vat_cents: int) -> Unrun:
    """Return what goes back for a flight, off the price and the tax that its order froze."""
    return Unrun(description, days, part_of(net_cents, days), part_of(vat_cents, days))
