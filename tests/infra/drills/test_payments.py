"""The drill `payments` finds nothing wrong here, and finds the planted faults."""

import pytest

from infra.drills import payments
from tests.fixtures.services import Simulator
from tests.infra.drills import drill_processes

pytestmark = pytest.mark.usefixtures("own_database")

FEW = ("--more-spaces", "0", "--seed", "3", "--extra-days", "1")


def test_no_cent_is_lost_while_processes_are_killed(stripe_simulator: Simulator) -> None:
    result = drill_processes.run_command(
        "drill_payments", "--rounds", "8", "--kills", "1", *FEW, process="bench"
    )
    assert result["found"] == []
    assert result["tried"]["kills"] == 1
    assert result["tried"]["sale"] > 3
    assert result["tried"]["transfer"] > 3
    assert sum(result["faults_met"].values()) > 5


@pytest.mark.proof
def test_a_fee_that_was_worked_out_is_found(stripe_simulator: Simulator) -> None:
    words = ("drill_payments", "--rounds", "12", "--kills", "0", *FEW)
    result = drill_processes.run_command(*words, process="bench", plant="fee_as_percentage")
    assert any("cents apart" in what for what in result["found"]), result["found"]


@pytest.mark.parametrize(("rounds", "kills"), [(100_000, 2_500), (2_000, 50), (1, 1)])
def test_the_full_length_kills_two_thousand_five_hundred(rounds: int, kills: int) -> None:
    assert payments.kills_of(rounds) == kills
