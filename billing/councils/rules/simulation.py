"""Simulation of other terms: past sales, split again by the real rules.

Each sale is replayed: its share is rounded once, then each refund, lost dispute and dispute won on
appeal changes it in its order, as `settlement.claims` and `settlement.restitutions` do. So with the
same terms the sums equal the ledger to the cent.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from billing.councils.rules import budgets
from billing.councils.rules.budgets import Budgets
from billing.ledger.rules import split
from saas.kernel.money import half_up


class Return(NamedTuple):
    """Cents of a sale, with VAT, that were refunded, or lost or regained in a dispute.

    `space_id` is the space that refused its flights; its own councils bear the refund.
    """

    cents: int
    dispute: str = ""
    is_regained: bool = False
    space_id: int = 0


class Sold(NamedTuple):
    """A past sale: its amounts, its returns, and every council's part in it.

    `aep_bp` is the part of the council's share for its operating budget. `nets` are the prices of
    the flights by space, filled if a space refused them.
    """

    net_cents: int
    gross_cents: int
    merchant_id: int
    parts: tuple[split.Part, ...]
    returns: tuple[Return, ...] = ()
    aep_bp: int = 0
    nets: tuple[tuple[int, int], ...] = ()


class Simulation(NamedTuple):
    """Budgets of a council: actual, under other terms, and with additional merchants.

    With `more_merchants` it is an estimate: their spending is unknown.
    """

    sales: int
    merchants: int
    now: Budgets
    other: Budgets
    more: Budgets
    more_merchants: int

    @property
    def is_estimate(self) -> bool:
        """Whether something in it is a guess, and must not be told to the cent as a fact."""
        return self.more_merchants > 0

    @property
    def together(self) -> Budgets:
        """The sum that the other terms and the further merchants would bring."""
        return budgets.together([self.other, self.more])

    @property
    def difference_cents(self) -> int:
        """Cents more, or less, than now."""
        return self.together.cents - self.now.cents


def share_of(sold: Sold, council_id: int, *, rate_bp: int | None) -> int:
    """Return a council's share of a sale as it would be at another rate, or as it was."""
    parts = [
        part._replace(rate_bp=rate_bp)
        if rate_bp is not None and part.council_id == council_id
        else part
        for part in sold.parts
    ]
    return _Replay(sold, parts).final_shares()[council_id]


class _Replay:
    """The shares of a sale while its returns are deducted from them, in their order."""

    def __init__(self, sold: Sold, parts: list[split.Part]) -> None:
        self.sold, self.parts = sold, parts
        self.shares = split.shares_of(parts, sold_net_cents=sold.net_cents)
        self.returned_cents = 0
        self.refused: Counter[int] = Counter()
        self.lost: dict[str, tuple[int, dict[int, int]]] = {}

    def final_shares(self) -> dict[int, int]:
        """Return the cents that each council keeps in the end."""
        for event in self.sold.returns:
            if event.is_regained:
                self._give_again(event)
            else:
                self._take(event)
        return self.shares

    def _take(self, event: Return) -> None:
        cents = event.cents
        if event.dispute:
            # A bank may take an amount already being refunded: it is counted once.
            cents = min(cents, max(self.sold.gross_cents - self.returned_cents, 0))
        self.returned_cents += cents
        if event.space_id:
            self.refused[event.space_id] += cents
        left = self._after(self.shares, refusing_space=event.space_id or None)
        if event.dispute:
            lost = {council: share - left[council] for council, share in self.shares.items()}
            self.lost[event.dispute] = cents, lost
        self.shares = left

    def _give_again(self, event: Return) -> None:
        cents, lost = self.lost.pop(event.dispute, (0, {}))
        self.returned_cents -= cents
        most = {council: share + lost.get(council, 0) for council, share in self.shares.items()}
        left = self._after(most)
        self.shares = {council: max(share, left[council]) for council, share in self.shares.items()}

    def _after(
        self, current: dict[int, int], *, refusing_space: int | None = None
    ) -> dict[int, int]:
        remaining_net_cents = split.remaining_net(
            net_cents=self.sold.net_cents,
            gross_cents=self.sold.gross_cents,
            returned_cents=min(self.returned_cents, self.sold.gross_cents),
        )
        return split.shares_after(
            self.parts,
            sold_net_cents=self.sold.net_cents,
            remaining_net_cents=remaining_net_cents,
            current=current,
            spaces=split.refused_spaces(
                dict(self.sold.nets),
                self.refused,
                net_cents=self.sold.net_cents,
                gross_cents=self.sold.gross_cents,
            ),
            refusing_space=refusing_space,
        )


def simulated(
    sales: Iterable[Sold], council_id: int, *, rate_bp: int, aep_bp: int, more: int
) -> Simulation:
    """Split the sales of a year again; each further merchant adds the present average.

    Budgets are computed sale by sale, as on statements.
    """
    sales = list(sales)
    now = budgets.together(
        budgets.parted(share_of(sold, council_id, rate_bp=None), aep_bp=sold.aep_bp)
        for sold in sales
    )
    other = budgets.together(
        budgets.parted(share_of(sold, council_id, rate_bp=rate_bp), aep_bp=aep_bp) for sold in sales
    )
    merchants = len({sold.merchant_id for sold in sales})
    further = half_up(Fraction(other.cents * more, merchants)) if merchants else 0
    return Simulation(
        sales=len(sales),
        merchants=merchants,
        now=now,
        other=other,
        more=budgets.parted(further, aep_bp=aep_bp),
        more_merchants=more if merchants else 0,
    )
