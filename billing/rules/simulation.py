"""What other terms would have brought: the sales of the past, split again by the real rules."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from billing.rules import budgets, split
from billing.rules.budgets import Budgets
from saas.kernel.money import half_up


class Sold(NamedTuple):
    """A sale of the past: its amounts, what of it came back, and every council's part in it."""

    net_cents: int
    gross_cents: int
    returned_cents: int
    merchant_id: int
    parts: tuple[split.Part, ...]


class Simulation(NamedTuple):
    """What a council was brought, what other terms would have, and more merchants beside."""

    sales: int
    merchants: int
    now: Budgets
    other: Budgets
    more: Budgets

    @property
    def together(self) -> Budgets:
        """What the other terms and the further merchants would bring."""
        return budgets.together([self.other, self.more])

    @property
    def difference_cents(self) -> int:
        """What would come more, or less, than now."""
        return self.together.cents - self.now.cents


def share_of(sold: Sold, council_id: int, *, rate_bp: int | None) -> int:
    """Return a council's share of a sale as it would be at another rate, or as it was."""
    parts = [
        part._replace(rate_bp=rate_bp)
        if rate_bp is not None and part.council_id == council_id
        else part
        for part in sold.parts
    ]
    earned = split.shares_of(parts, sold_net_cents=sold.net_cents)
    kept = split.kept_net(
        net_cents=sold.net_cents,
        gross_cents=sold.gross_cents,
        returned_cents=min(sold.returned_cents, sold.gross_cents),
    )
    left = split.shares_after(
        parts, sold_net_cents=sold.net_cents, kept_net_cents=kept, current=earned
    )
    return left[council_id]


def simulated(
    sales: Iterable[Sold], council_id: int, *, rate_bp: int, aep_bp: int, now_aep_bp: int, more: int
) -> Simulation:
    """Split the sales of a year again; each further merchant brings what the average one does."""
    sales = list(sales)
    now = sum(share_of(sold, council_id, rate_bp=None) for sold in sales)
    other = sum(share_of(sold, council_id, rate_bp=rate_bp) for sold in sales)
    merchants = len({sold.merchant_id for sold in sales})
    further = half_up(Fraction(other * more, merchants)) if merchants else 0
    return Simulation(
        sales=len(sales),
        merchants=merchants,
        now=budgets.parted(now, aep_bp=now_aep_bp),
        other=budgets.parted(other, aep_bp=aep_bp),
        more=budgets.parted(further, aep_bp=aep_bp),
    )
