"""The split of a collected amount, to the cent."""

import random
from fractions import Fraction

import pytest

from billing.ledger.rules import split
from billing.ledger.rules.split import Part, SpaceOfSale

A, B, C = 1, 2, 3


def test_thirty_per_cent_over_two_councils_by_their_weights() -> None:
    parts = [Part(A, 20_000, 3_000, 800, 1_230), Part(B, 20_000, 3_000, 430, 1_230)]
    assert split.shares_of(parts, sold_net_cents=20_000) == {A: 3_902, B: 2_098}


def test_one_cent_over_three_councils_goes_to_the_first() -> None:
    parts = [Part(council, 1, 10_000, 1, 3) for council in (C, A, B)]
    assert split.shares_of(parts, sold_net_cents=1) == {A: 1, B: 0, C: 0}


def test_a_share_may_round_to_nothing() -> None:
    assert split.shares_of([Part(A, 1, 4_000, 1, 1)], sold_net_cents=1) == {A: 0}


def test_each_council_has_its_own_rate_and_its_own_flights() -> None:
    parts = [Part(A, 12_000, 4_000, 1, 1), Part(B, 8_000, 2_500, 1, 1)]
    assert split.shares_of(parts, sold_net_cents=20_000) == {A: 4_800, B: 2_000}


def test_weights_count_only_inside_a_space() -> None:
    alone = Part(A, 10_000, 4_000, 10, 10)
    crowded = [Part(B, 10_000, 4_000, 500, 1_000), Part(C, 10_000, 4_000, 500, 1_000)]
    shares = split.shares_of([alone, *crowded], sold_net_cents=20_000)
    assert shares == {A: 4_000, B: 2_000, C: 2_000}


def test_the_third_that_is_refunded_is_taken_from_both() -> None:
    parts = [Part(A, 20_000, 3_000, 800, 1_230), Part(B, 20_000, 3_000, 430, 1_230)]
    stored = split.remaining_net(net_cents=20_000, gross_cents=24_000, returned_cents=8_000)
    after = split.shares_after(
        parts, sold_net_cents=20_000, remaining_net_cents=stored, current={A: 3_902, B: 2_098}
    )
    assert stored == 13_333
    assert after == {A: 2_602, B: 1_398}


def random_sale(dice: random.Random) -> tuple[int, list[Part]]:
    flights = [dice.randint(1, 50_000) for _ in range(dice.randint(1, 4))]
    parts = []
    for number, net in enumerate(flights):
        weights = [dice.randint(1, 900) for _ in range(dice.randint(1, 3))]
        parts += [
            Part(number * 10 + index, net, dice.randint(0, 10_000), weight, sum(weights))
            for index, weight in enumerate(weights)
        ]
    return sum(flights), parts


@pytest.mark.parametrize("hundred", range(3))
def test_sums_are_exact_and_nobody_gains_from_a_refund(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        refund_by_and_by(random.Random(seed))  # noqa: S311 - the same sales in every run


def refund_by_and_by(dice: random.Random) -> None:
    net, parts = random_sale(dice)
    gross = net + dice.randint(0, net)
    shares = split.shares_of(parts, sold_net_cents=net)
    shuffled = dice.sample(parts, len(parts))
    assert split.shares_of(shuffled, sold_net_cents=net) == shares
    returned = 0
    while returned < gross:
        returned = min(gross, returned + dice.randint(1, gross))
        stored = split.remaining_net(net_cents=net, gross_cents=gross, returned_cents=returned)
        exact = split.exact_shares(parts, sold_net_cents=net, remaining_net_cents=stored)
        after = split.shares_after(
            parts, sold_net_cents=net, remaining_net_cents=stored, current=shares
        )
        assert all(after[council] <= shares[council] for council in shares)
        assert abs(sum(after.values()) - sum(exact.values(), Fraction(0))) <= 1
        shares = after
    assert set(shares.values()) == {0}


def test_credit_notes_of_a_sale_add_up_to_its_invoice() -> None:
    refunded, net, vat = 0, 0, 0
    for amount in (1, 7_999, 3_333, 12_667):
        credit = split.credit_of(
            net_cents=20_000,
            gross_cents=24_000,
            refunded_before=refunded,
            refunded_after=refunded + amount,
        )
        assert credit.net_cents + credit.vat_cents == amount
        refunded, net, vat = refunded + amount, net + credit.net_cents, vat + credit.vat_cents
    assert (refunded, net, vat) == (24_000, 20_000, 4_000)


IN_A, IN_B = Part(A, 10_000, 4_000, 1, 1, A), Part(B, 20_000, 4_000, 1, 1, B)


@pytest.mark.parametrize(
    ("refused", "remaining", "after"),
    [
        ({A: 10_000}, 20_000, {A: 0, B: 8_000}),  # a whole space was refunded
        ({A: 4_000}, 26_000, {A: 2_400, B: 8_000}),  # four tenths of it did
        ({A: 2_000}, 18_000, {A: 1_867, B: 5_333}),  # and a third of all, for another reason
        ({A: 10_000}, 10_000, {A: 0, B: 4_000}),  # more than it had left after that third
        ({A: 10_000, B: 20_000}, 0, {A: 0, B: 0}),
    ],
)
def test_refused_part_is_borne_by_the_space_s_own_council(
    refused: dict[int, int], remaining: int, after: dict[int, int]
) -> None:
    spaces = {
        part.space_id: SpaceOfSale(part.net_cents, Fraction(refused.get(part.space_id, 0)))
        for part in (IN_A, IN_B)
    }
    assert after == split.shares_after(
        [IN_A, IN_B],
        sold_net_cents=30_000,
        remaining_net_cents=remaining,
        current={A: 4_000, B: 8_000},
        spaces=spaces,
    )
    left = split.remaining_by_space(spaces, remaining_net_cents=remaining)
    assert left[A] * 10_000 + left[B] * 20_000 == remaining


def test_space_that_refused_nothing_has_nothing_taken_from_it() -> None:
    spaces = split.refused_spaces(
        {A: 10_000, B: 20_000}, {A: 1_200}, net_cents=30_000, gross_cents=36_000
    )
    assert spaces == {A: SpaceOfSale(10_000, Fraction(1_000)), B: SpaceOfSale(20_000, Fraction(0))}


@pytest.mark.parametrize(
    ("sold", "refused", "remaining", "left"),
    [
        ((10_000, 20_000), 1_000, 29_000, {A: Fraction(9, 10), B: Fraction(1)}),
        # More than it had left: the others bear the rest.
        ((100, 200), 100, 100, {A: Fraction(0), B: Fraction(1, 2)}),
    ],
)
def test_refused_part_is_taken_off_its_own_space_while_it_has_something_left(
    sold: tuple[int, int], refused: int, remaining: int, left: dict[int, Fraction]
) -> None:
    spaces = {A: SpaceOfSale(sold[0], Fraction(refused)), B: SpaceOfSale(sold[1], Fraction(0))}
    assert split.remaining_by_space(spaces, remaining_net_cents=remaining) == left
