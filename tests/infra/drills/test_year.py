"""The drill `year` finds nothing wrong in a short year, and finds the planted faults."""

import pytest

from tests.fixtures.services import Simulator
from tests.infra.drills import drill_processes

pytestmark = [pytest.mark.usefixtures("own_database"), pytest.mark.nightly]

FEW = ("--rounds", "1", "--more-spaces", "0", "--seed", "3")


def test_a_year_is_closed_to_the_cent_while_processes_are_killed(
    stripe_simulator: Simulator,
) -> None:
    result = drill_processes.run_command("drill_year", "--kills", "1", *FEW, process="bench")
    assert result["found"] == []
    assert result["tried"]["closings"] == 12
    assert result["tried"]["kills"] == 1
    assert result["tried"]["payouts refused"] == 1
    assert result["tried"]["moves by hand"] == 2
    assert result["tried"]["sales"] == 12


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        ("locks_ignored", "are locked"),
        ("vat_left_out", "VAT of"),
        ("bank_line_left_out", "the bank shows"),
        ("fee_as_percentage", "corrections are posted"),
    ],
)
def test_a_planted_fault_is_found(stripe_simulator: Simulator, plant: str, words: str) -> None:
    run = ("drill_year", "--kills", "0", *FEW)
    result = drill_processes.run_command(*run, process="bench", plant=plant)
    assert any(words in what for what in result["found"]), result["found"]
