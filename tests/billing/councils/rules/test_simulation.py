"""A simulation of other terms, calculated by the rules of the real shares."""

from hypothesis import given
from hypothesis import strategies as st

from billing.councils.rules import simulation
from billing.councils.rules.budgets import Budgets
from billing.councils.rules.simulation import Return, Sold
from billing.ledger.rules import split
from saas.kernel.money import vat_on

OURS, THEIRS = 1, 2


def sold(
    net: int, *, rate_bp: int = 4_000, merchant: int = 7, returned: int = 0, both: bool = False
) -> Sold:
    weights = [(OURS, 300), (THEIRS, 100)] if both else [(OURS, 300)]
    total = sum(weight for _, weight in weights)
    parts = tuple(split.Part(who, net, rate_bp, weight, total) for who, weight in weights)
    returns = (Return(returned),) if returned else ()
    return Sold(net, net + vat_on(net, 2_000), merchant, parts, returns)


@given(st.integers(100, 1_000_000), st.integers(0, 10_000), st.booleans())
def test_at_the_rate_of_the_sale_it_is_what_the_council_has(
    net: int,
    rate_bp: int,
    both: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    sale = sold(net, rate_bp=rate_bp, both=both)
    real = split.shares_of(sale.parts, sold_net_cents=net)[OURS]
    assert simulation.share_of(sale, OURS, rate_bp=None) == real
    assert simulation.share_of(sale, OURS, rate_bp=rate_bp) == real


@given(st.integers(100, 1_000_000), st.integers(0, 9_999))
def test_a_higher_rate_never_brings_less(net: int, rate_bp: int) -> None:
    sale = sold(net, both=True)
    lower = simulation.share_of(sale, OURS, rate_bp=rate_bp)
    assert lower <= simulation.share_of(sale, OURS, rate_bp=rate_bp + 1) <= net


def test_refunded_sale_brings_nothing_at_any_rate() -> None:
    sale = sold(10_000, returned=12_000)
    assert simulation.share_of(sale, OURS, rate_bp=10_000) == 0


def test_second_dispute_takes_only_what_the_first_left() -> None:
    """The bank gives 48.00 of 120.00 again: two fifths of the share, not nothing."""
    first, second = Return(4_800, "first"), Return(12_000, "second")
    given_again = Return(4_800, "first", is_regained=True)
    sale = sold(10_000)._replace(returns=(first, second, given_again))
    assert simulation.share_of(sale, OURS, rate_bp=None) == 1_600


def test_a_council_gets_back_no_more_than_the_dispute_took() -> None:
    """Check that the cent of rounding does not move: a council had two cents, the other zero."""
    lost, given_again = Return(9, "lost"), Return(9, "lost", is_regained=True)
    sale = sold(10, rate_bp=3_333, both=True)._replace(returns=(lost, Return(3), given_again))
    assert [simulation.share_of(sale, who, rate_bp=None) for who in (OURS, THEIRS)] == [1, 1]


def test_money_that_was_never_lost_is_not_given_again() -> None:
    regained = Return(1, "never lost", is_regained=True)
    for cents in range(1, 13):
        plain = sold(10, both=True, returned=cents)
        odd = plain._replace(returns=(regained, *plain.returns))
        assert simulation.share_of(odd, OURS, rate_bp=None) == simulation.share_of(
            plain, OURS, rate_bp=None
        )


def test_share_never_falls_by_what_a_bank_gives_again() -> None:
    """Another cent would be rounded away: it was, when the refund came between."""
    lost, given_again = Return(1, "lost"), Return(1, "lost", is_regained=True)
    before = sold(50, rate_bp=2_500, both=True)._replace(returns=(lost, Return(50)))
    after = before._replace(returns=(*before.returns, given_again))
    assert [simulation.share_of(sale, THEIRS, rate_bp=None) for sale in (before, after)] == [1, 1]


def test_a_further_merchant_brings_what_the_average_one_does() -> None:
    sales = [sold(10_000), sold(20_000, merchant=8)]
    found = simulation.simulated(sales, OURS, rate_bp=5_000, aep_bp=2_000, more=1)
    assert found.now == Budgets(0, 12_000)
    assert found.other == Budgets(3_000, 12_000)
    assert found.more == Budgets(1_500, 6_000)
    assert (found.sales, found.merchants, found.difference_cents) == (2, 2, 10_500)
    again = [*sales, sold(10_000)]
    found = simulation.simulated(again, OURS, rate_bp=5_000, aep_bp=0, more=1)
    assert (found.sales, found.merchants, found.more.cents) == (3, 2, 10_000)


def test_without_a_sale_nobody_guesses() -> None:
    found = simulation.simulated([], OURS, rate_bp=5_000, aep_bp=0, more=50)
    assert (found.together.cents, found.difference_cents) == (0, 0)
