"""The drill of the switch finds nothing wrong here, and finds each fault that is built in."""

from typing import Any

import pytest

from infra.drills import switching
from infra.drills.inside import faults
from tests.infra.drills import house

QUICK = ("drill_switching", "--rounds", "1200", "--spaces", "5", "--seed", "7")
LASTING = {"no_forget_on_rollback"}
BY_JOBS = {"job_without_its_space"}


def walked(process: str = "web", plant: str = "") -> dict[str, Any]:
    return house.said(*QUICK, process=process, plant=plant)


def test_no_row_is_read_or_written_in_another_space(own_database: None) -> None:
    """By pooled connections and by lasting ones, in the same spaces."""
    for process in ("web", "bench"):
        told = walked(process)
        assert told["wrong_rows"] == 0, told["wrong"]
        assert told["lost"] == []
        assert told["switches"] > 1000
        assert told["written"] > 10
        assert not told["errors"]


@pytest.mark.proof
def test_the_same_seed_takes_the_same_steps(own_database: None) -> None:
    first, second = walked()["tried"], walked()["tried"]
    assert first == second
    assert len(first) > 10


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(switching.FAULTS - BY_JOBS))
def test_a_fault_that_is_built_in_is_found(own_database: None, plant: str) -> None:
    told = walked("bench" if plant in LASTING else "web", plant)
    assert told["wrong_rows"] > 0


def test_what_the_drill_knows_can_be_built_in() -> None:
    assert set(faults.FAULTS) >= switching.FAULTS
