"""The operating budget and activities: two parts of a share that always add up to it."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.councils.rules import budgets
from billing.councils.rules.budgets import Budgets


def line_by_line(amounts: Iterable[int], *, aep_bp: int) -> list[Budgets]:
    """Return the budgets of each amount of a share and account, in the order of the books."""
    lines, so_far = [], 0
    for cents in amounts:
        lines.append(budgets.moved(so_far, cents, aep_bp=aep_bp))
        so_far += cents
    return lines


AMOUNTS = st.lists(st.integers(-5_000_000, 5_000_000), max_size=30)
PARTS = st.integers(0, 10_000)


@given(AMOUNTS, PARTS)
def test_lines_of_a_share_add_up_to_parts_of_their_sum(amounts: list[int], aep_bp: int) -> None:
    lines = line_by_line(amounts, aep_bp=aep_bp)
    assert [line.cents for line in lines] == amounts
    assert budgets.together(lines) == budgets.parted(sum(amounts), aep_bp=aep_bp)


@given(st.integers(1, 5_000_000), PARTS)
def test_whole_claim_leaves_nothing_in_either_budget(cents: int, aep_bp: int) -> None:
    lines = line_by_line([cents, -cents // 3, -cents - -cents // 3], aep_bp=aep_bp)
    assert budgets.together(lines) == budgets.NOTHING


@pytest.mark.parametrize(
    ("cents", "aep_bp", "parts"),
    [
        (1, 5_000, (1, 0)),
        (-1, 5_000, (-1, 0)),
        (4_000, 2_000, (800, 3_200)),
        (3_333, 3_333, (1_111, 2_222)),
        (10, 0, (0, 10)),
        (10, 10_000, (10, 0)),
    ],
)
def test_half_a_cent_is_for_operations(cents: int, aep_bp: int, parts: tuple[int, int]) -> None:
    assert budgets.parted(cents, aep_bp=aep_bp) == Budgets(*parts)


def test_one_cent_at_a_time_fills_both_budgets_in_turn() -> None:
    lines = line_by_line([1, 1, 1, 1], aep_bp=5_000)
    assert [line.aep_cents for line in lines] == [1, 0, 1, 0]
