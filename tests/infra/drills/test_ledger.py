"""The drill `ledger`: both books agree, every other change is refused, and faults are seen."""

import pytest

from tests.fixtures.billing import KINDS
from tests.infra.drills import drill_processes

# Booked by operators on the console alone, from a paper or a statement of the bank.
BY_OPERATORS = {"manual", "paid_by_hand", "renounced", "banked", "stranded"}
pytestmark = pytest.mark.usefixtures("own_database")


def test_the_books_equal_the_model_and_nothing_else_is_taken() -> None:
    """So many events that each kind comes which the product books."""
    result = drill_processes.run_command("drill_ledger", "--rounds", "5000", process="bench")
    assert result["found"] == []
    assert result["tried"].pop("events") >= 5_000
    assert result["tried"].pop("statements refused") > 80
    assert set(result["tried"]) == set(KINDS.split()) - BY_OPERATORS


@pytest.mark.proof
def test_a_share_that_is_rounded_down_is_found() -> None:
    words = ("drill_ledger", "--rounds", "150")
    result = drill_processes.run_command(*words, process="bench", plant="split_rounded_down")
    assert any("share.cost" in what for what in result["found"]), result["found"]
