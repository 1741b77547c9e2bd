"""The model of the drill of payments: exact sums, no party a cent short or ahead."""

from fractions import Fraction

import pytest

from billing.ledger.rules import split
from billing.ledger.rules.split import Part
from infra.drills.inside.money import model

# Two councils of a single sale, with exact parts of 5 582.74 and 10.74 cents.
SOLD = 100_000
PARTS = [
    Part(council_id=1, net_cents=SOLD, rate_bp=10_000, weight=558_274, weight_total=10_000_000),
    Part(council_id=2, net_cents=SOLD, rate_bp=10_000, weight=1_074, weight_total=10_000_000),
]


def after(remaining_net: int, now: dict[int, int]) -> dict[int, int]:
    return split.shares_after(
        PARTS, sold_net_cents=SOLD, remaining_net_cents=remaining_net, current=now
    )


def due(remaining_net: int) -> dict[int, Fraction]:
    return split.exact_shares(PARTS, sold_net_cents=SOLD, remaining_net_cents=remaining_net)


def test_a_cent_stays_with_who_had_it_where_nobody_else_may_gain_it() -> None:
    sold = split.shares_of(PARTS, sold_net_cents=SOLD)
    assert sold == {1: 5_583, 2: 10}
    assert model.mismatch(sold, due(SOLD), untouched=True) == ""
    shares_after = after(SOLD - 15, sold)
    assert shares_after == sold, "their sum still rounds to the same, and the other has what it had"
    assert shares_after[1] - due(SOLD - 15)[1] > 1
    assert model.mismatch(shares_after, due(SOLD - 15), untouched=False) == ""


@pytest.mark.parametrize(
    ("cents", "untouched", "problem"),
    [
        ({1: 5_582, 2: 10}, False, "shares of 5592, not 5593"),
        ({1: 5_583, 2: 11}, False, "shares of 5594, not 5593"),
        ({1: 5_582, 2: 11}, True, "shares {1: 5582, 2: 11}, not {1: 5583, 2: 10}"),
        ({1: 5_582, 2: 11}, False, ""),
        ({1: 5_584, 2: 9}, False, "council 2 has 9, not 10.74"),
        ({1: 5_581, 2: 12}, False, "council 1 has 5581, not 5582.74"),
    ],
)
def test_anything_else_is_found(cents: dict[int, int], *, untouched: bool, problem: str) -> None:
    assert model.mismatch(cents, due(SOLD), untouched=untouched) == problem


def test_share_of_a_single_space_is_half_a_cent_away_at_the_most() -> None:
    alone = {1: Fraction(201, 2)}
    assert model.mismatch({1: 101}, alone, untouched=False) == ""
    assert model.mismatch({1: 100}, alone, untouched=False) == "shares of 100, not 101"


def test_no_share_exceeds_by_more_than_the_others_can_lack() -> None:
    parts = {1: Fraction(3), 2: Fraction(9, 10), 3: Fraction(9, 10)}
    assert model.mismatch({1: 5, 2: 0, 3: 0}, parts, untouched=False) == ""
    parts |= {1: Fraction(2)}
    assert model.mismatch({1: 4, 2: 0, 3: 0}, parts, untouched=False) == ""
    taken = {1: Fraction(2), 2: Fraction(19, 10), 3: Fraction(9, 10)}
    assert model.mismatch({1: 5, 2: 0, 3: 0}, taken, untouched=False) == "council 1 has 5, not 2.00"


def test_refusal_moves_the_sum_of_shares_by_half_a_cent_at_most() -> None:
    parts = {1: Fraction(104, 10), 2: Fraction(204, 10)}
    shares = {1: 10, 2: 20}
    assert model.mismatch(shares, parts, untouched=False) == "shares of 30, not 31"
    assert model.mismatch(shares, parts, untouched=False, refusals=1) == ""
    lower = {1: 10, 2: 19}
    assert model.mismatch(lower, parts, untouched=False, refusals=1) == "shares of 29, not 31"
