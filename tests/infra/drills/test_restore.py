"""The drill `restore` restores a single space without harm to others; it reports failures."""

from collections.abc import Iterator

import pytest

from infra.benches.point_in_time import RestoreBench, restore_bench
from infra.drills import restore
from infra.drills.running.harness import Bar, DrillOptions

SPACES = 3
# The text found for each fault; the two faults planted beside it do not produce it.
FOUND = {
    "late": "from after the moment",
    "neighbour": "lost elsewhere",
    "numbers": "nothing can be added",
}


@pytest.fixture(scope="module")
def bench() -> Iterator[RestoreBench]:
    with restore_bench(SPACES, rows=5, lasting=False) as found:
        found.take_base()
        yield found


def play(bench: RestoreBench, plant: str = "") -> list[str]:
    report = restore.play(bench, DrillOptions(rounds=SPACES, plant=plant), Bar("restore"))
    assert all(report.tried.values()), report.tried
    return report.found


def test_space_is_put_back_to_the_moment_and_no_other_is_harmed(bench: RestoreBench) -> None:
    assert not play(bench)


@pytest.mark.proof
def test_planted_faults_are_found(bench: RestoreBench) -> None:
    found = play(bench, ",".join(FOUND))
    assert [plant for plant, words in FOUND.items() if words not in "\n".join(found)] == []


def test_every_planted_fault_is_known() -> None:
    assert set(FOUND) == restore.FAULTS
