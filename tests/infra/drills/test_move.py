"""The drill `move` finds nothing in the product, and each planted fault."""

import pytest

from infra.drills import move
from infra.drills.inside.moving import faults
from infra.drills.running.harness import Bar, DrillOptions

FINDINGS = {
    "flip_before_catch_up": "accepted once and is there 0 times",
    "forgotten_sequence": "was answered 500",
    "writer_past_the_gate": "",
}


@pytest.mark.nightly
def test_nothing_is_lost_while_a_space_moves() -> None:
    report = move.run(DrillOptions(rounds=4), Bar("move"))
    assert report.found == []
    assert report.tried["moves"] == 4
    assert report.tried["second movers refused"] == 1
    assert report.tried["classified accepted"] > 0


@pytest.mark.nightly
@pytest.mark.parametrize("plant", sorted(move.FAULTS))
def test_planted_fault_of_a_move_is_found(plant: str) -> None:
    report = move.run(DrillOptions(rounds=2, plant=plant), Bar("move"))
    assert FINDINGS[plant] in "\n".join(report.found)
    assert report.found


def test_faults_of_a_move_can_be_built_in() -> None:
    assert move.FAULTS == {fault.__name__ for fault in faults.PLANTS} == set(FINDINGS)
    assert set(move.STEPS) == set(faults.STEPS)
    for owner, name in faults.STEPS.values():
        assert callable(getattr(owner, name))
