"""The drill of the switch finds nothing wrong here, and finds each planted fault."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.drills import switching
from tests.infra.drills import drill_processes

SPACES = ("drill_switching", "--spaces", "5")
LASTING = {"no_forget_on_rollback"}
BY_JOBS = {"job_without_its_space"}


@pytest.fixture(scope="module")
def spaces_again(django_db_setup: None) -> Iterator[Callable[[], None]]:
    """Found the spaces once; each call puts them back as they were."""
    drill_processes.run_command(*SPACES, "--rounds", "0", process="web")
    with drill_processes.copy_of_now("switching") as put_back:
        yield put_back


@pytest.fixture(autouse=True)
def spaces(spaces_again: Callable[[], None], own_database: None) -> None:
    """Find the spaces in the test's database."""
    spaces_again()


def walked(process: str = "web", plant: str = "", rounds: int = 800) -> dict[str, Any]:
    words = (*SPACES, "--rounds", str(rounds), "--seed", "7")
    return drill_processes.run_command(*words, process=process, plant=plant)


def test_no_row_is_read_or_written_in_another_space() -> None:
    """Check pooled connections and lasting connections, in the same spaces."""
    for process in ("web", "bench"):
        result = walked(process)
        assert result["wrong_rows"] == 0, result["wrong"]
        assert result["lost"] == []
        assert result["switches"] > 500
        assert result["written"] > 10
        assert not result["errors"]


@pytest.mark.proof
def test_same_seed_takes_the_same_steps() -> None:
    first, second = (walked(rounds=300)["tried"] for _ in range(2))
    assert first == second
    assert len(first) > 10


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(switching.FAULTS - BY_JOBS))
def test_fault_that_is_built_in_is_found(plant: str) -> None:
    result = walked("bench" if plant in LASTING else "web", plant, rounds=600)
    assert result["wrong_rows"] > 0
