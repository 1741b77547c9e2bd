"""The drill `slow-clients` finds nothing in the product, and each planted fault."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.drills import slow_clients
from infra.drills.inside.slow_clients import faults
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import hanging_servers, wrong_sign_ins
from tests.infra.drills import drill_processes

FOUND = {
    "no_time_limit": "slow body was let in for",
    "no_size_limit": "80 MiB of a known length were answered",
    "threads_read_bodies": "health took",
    "passwords_among_pages": "ms beside wrong sign-ins",
    "pages_call_providers": "a page took",
    "starts_among_pages": "none was to come back",
    "anybody_holds_all_threads": "another sign-in took",
}


def drilled(folder: Path, plant: str = "") -> Report:
    options = DrillOptions(plant=plant, clients=20, seconds=slow_clients.SHORT_LIMIT_SECONDS + 12)
    env = drill_processes.environment("web", plant)
    # A browser of another test may run its loop in this thread, and a thread has a single loop.
    with ThreadPoolExecutor(1) as elsewhere:
        bar = Bar("slow-clients")
        drill = elsewhere.submit(slow_clients.on, env, folder / "web.log", options=options, bar=bar)
        return drill.result()


def test_slow_clients_hold_up_nobody_and_large_bodies_are_refused(
    own_database: None, tmp_path: Path
) -> None:
    report = drilled(tmp_path)
    assert report.found == []
    assert report.tried["slow clients"] == 20 * 5
    assert report.tried["pages"] > 20
    assert report.tried["bodies too large"] == slow_clients.POSTS
    assert report.tried["wrong sign-ins"] == wrong_sign_ins.MANY


def hung(folder: Path, plant: str = "") -> Report:
    options = DrillOptions(plant=plant, seconds=1)
    env = drill_processes.environment("web", plant)
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(slow_clients.on_hanging, env, folder, options=options).result()


def test_servers_of_others_that_hang_hold_up_nobody(own_database: None, tmp_path: Path) -> None:
    report = hung(tmp_path)
    assert report.found == []
    for kind in hanging_servers.KINDS:
        assert report.tried[f"{kind} hanging"] == hanging_servers.TRIES // 6


@pytest.mark.nightly
@pytest.mark.parametrize(
    "plant", ["no_time_limit,no_size_limit", "threads_read_bodies", "passwords_among_pages"]
)
def test_each_planted_fault_is_found(own_database: None, tmp_path: Path, plant: str) -> None:
    report = drilled(tmp_path, plant)
    for fault in plant.split(","):
        assert any(FOUND[fault] in finding for finding in report.found), (fault, report.found)


@pytest.mark.nightly
@pytest.mark.parametrize("plant", sorted(hanging_servers.FAULTS))
def test_each_planted_wait_for_servers_of_others_is_found(
    own_database: None, tmp_path: Path, plant: str
) -> None:
    # Strangers in a queue do not reveal the two other faults, so `starts_among_pages` is planted
    # too.
    report = hung(tmp_path, ",".join(sorted({plant, "starts_among_pages"})))
    assert any(FOUND[plant] in finding for finding in report.found), report.found


def test_faults_of_the_drill_can_be_built_in() -> None:
    assert set(faults.FAULTS) | {"threads_read_bodies"} == slow_clients.FAULTS == set(FOUND)
