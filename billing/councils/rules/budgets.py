"""Budgets of a works council: the operating budget (AEP), and activities (ASC).

A budget's part is computed on the cumulative amount, never on a single amount. So the parts of all
lines of a share add up to the part of their sum, to the cent, whatever was taken back.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from saas.kernel.money import BASIS, half_up


class Budgets(NamedTuple):
    """An amount, taken apart by budget."""

    aep_cents: int
    asc_cents: int

    @property
    def cents(self) -> int:
        """The whole amount."""
        return self.aep_cents + self.asc_cents


NOTHING = Budgets(0, 0)


def parted(so_far_cents: int, *, aep_bp: int) -> Budgets:
    """Split the cumulative amount of a share."""
    aep = half_up(Fraction(so_far_cents * aep_bp, BASIS))
    return Budgets(aep, so_far_cents - aep)


def moved(before_cents: int, cents: int, *, aep_bp: int) -> Budgets:
    """Split an amount added to an earlier cumulative amount."""
    before = parted(before_cents, aep_bp=aep_bp)
    after = parted(before_cents + cents, aep_bp=aep_bp)
    return Budgets(after.aep_cents - before.aep_cents, after.asc_cents - before.asc_cents)


def together(parts: Iterable[Budgets]) -> Budgets:
    """Return the sum of split amounts."""
    found = list(parts)
    return Budgets(sum(one.aep_cents for one in found), sum(one.asc_cents for one in found))
