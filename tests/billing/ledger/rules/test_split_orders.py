"""Refunds of a sale in every order: a refusal is borne by its own space."""

from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.adjustments.rules.unrun import left_of_part
from billing.ledger.rules import split
from billing.ledger.rules.split import Part
from saas.kernel.money import half_up

NORTH, SOUTH = 1, 2
REFUNDS = ("refund", "small refund", "refusal", "take-down", "dispute")


@dataclass
class SaleOfTwoSpaces:
    """A sale with a council in each of its two spaces, and its refunded amounts."""

    nets: dict[int, int]
    gross_cents: int
    rates: dict[int, int]
    refused: int = 0
    alike: int = 0
    shares: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shares = split.shares_of(self.parts, sold_net_cents=self.net_cents)

    @property
    def net_cents(self) -> int:
        return sum(self.nets.values())

    @property
    def parts(self) -> list[Part]:
        return [Part(key, cents, self.rates[key], 1, 1, key) for key, cents in self.nets.items()]

    @property
    def left_cents(self) -> int:
        return self.gross_cents - self.refused - self.alike

    def give_back(self, name: str) -> None:
        """Refund as settlement does: a refusal the rest of its part, other causes an amount."""
        north_gross = half_up(Fraction(self.gross_cents * self.nets[NORTH], self.net_cents))
        match name:
            case "refusal":
                own = left_of_part(
                    north_gross, gross_cents=self.gross_cents, returned_cents=self.alike
                )
                self.refused += min(own, self.left_cents)
            case "dispute":
                self.alike += self.left_cents
            case _:
                wanted = {"refund": 10, "small refund": 100, "take-down": 2}[name]
                self.alike += min(self.gross_cents // wanted, self.left_cents)
        self.share_again(refusing_space=NORTH if name == "refusal" else None)

    def share_again(self, *, refusing_space: int | None) -> None:
        self.shares = split.shares_after(
            self.parts,
            sold_net_cents=self.net_cents,
            remaining_net_cents=split.remaining_net(
                net_cents=self.net_cents,
                gross_cents=self.gross_cents,
                returned_cents=self.refused + self.alike,
            ),
            current=self.shares,
            spaces=split.refused_spaces(
                self.nets,
                {NORTH: self.refused},
                net_cents=self.net_cents,
                gross_cents=self.gross_cents,
            ),
            refusing_space=refusing_space,
        )


@settings(max_examples=400)
@given(
    order=st.permutations(REFUNDS),
    nets=st.tuples(st.integers(50, 500_000), st.integers(50, 500_000)),
    rates=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)),
    vat_bp=st.sampled_from([0, 2_000]),
)
def test_refusal_lowers_no_neighbours_share_whatever_came_before(
    order: list[str], nets: tuple[int, int], rates: tuple[int, int], vat_bp: int
) -> None:
    sale = SaleOfTwoSpaces(
        dict(zip((NORTH, SOUTH), nets, strict=True)),
        sum(nets) + sum(nets) * vat_bp // 10_000,
        dict(zip((NORTH, SOUTH), rates, strict=True)),
    )
    for name in order:
        before = dict(sale.shares)
        sale.give_back(name)
        assert all(sale.shares[key] <= before[key] for key in before), "a refund raised a share"
        if name == "refusal":
            assert sale.shares[SOUTH] == before[SOUTH]
        assert sale.refused + sale.alike <= sale.gross_cents
    assert sale.shares == {NORTH: 0, SOUTH: 0}, "all went back"


def test_price_of_a_case_that_was_seen() -> None:
    """188,08 € over two spaces, 10,01 € given back, then the larger space refuses."""
    sale = SaleOfTwoSpaces({NORTH: 10_136, SOUTH: 5_537}, 18_808, {NORTH: 4_000, SOUTH: 4_000})
    sale.alike = 1_001
    sale.share_again(refusing_space=None)
    south = sale.shares[SOUTH]
    assert south == half_up(Fraction(5_537 * 4 * (18_808 - 1_001), 188_080)) == 2_097
    sale.give_back("refusal")
    assert sale.shares == {NORTH: 0, SOUTH: 2_097}
    assert sale.refused == 12_163 * (18_808 - 1_001) // 18_808
