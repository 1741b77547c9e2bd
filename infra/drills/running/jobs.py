"""Workers that do the jobs of many spaces, and that are killed while they do."""

import os
import random
import secrets
import signal
import time
from pathlib import Path
from typing import Any

from infra.benches.bench_servers import Bench
from infra.benches.second_cluster import SecondCluster
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local import processes
from infra.local.processes import Child
from infra.local.servers.valkey import Valkey
from infra.local.stack import WORKER

BETWEEN_KILLS_SECONDS = (0.5, 2.5)
ALL_OF_IT = 0.1
STARTS_SECONDS = 10


class Workers:
    """A worker of two processes; a child of it is killed now and then, seldom all of it."""

    def __init__(self, ground: Bench, env: dict[str, str], seed: int) -> None:
        self.ground, self.env = ground, env
        self.chance = random.Random(f"kills{seed}")  # noqa: S311 - a drill that can be repeated
        self.kills = 0
        self.worker = self._begin()
        self.next_at = time.monotonic() + 1

    def _begin(self) -> Child:
        return processes.start(
            "worker",
            [*WORKER, "-Q", "default", "-c", "2", "-n", "worker@drill"],
            log=self.ground.folder / "worker.log",
            env=self.env,
        )

    def trouble(self, _done: int = 0, _of: int = 0) -> None:
        """Kill something when its time has come."""
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + self.chance.uniform(*BETWEEN_KILLS_SECONDS)
        self.kills += 1
        if self.chance.random() < ALL_OF_IT:
            self.worker.send(signal.SIGKILL)
            self.worker.process.wait()
            self.worker = self._begin()
            self.next_at = time.monotonic() + STARTS_SECONDS
            return
        children = children_of(self.worker.pid)
        if children:
            os.kill(self.chance.choice(children), signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def run(
    ground: Bench,
    options: DrillOptions,
    *,
    rounds: int,
    bar: Bar,
    report: Report,
    second: SecondCluster | None = None,
) -> None:
    """Let jobs be done under kills; a row in the wrong space, or in public, is found."""
    valkey = Valkey(
        ground.folder / "valkey", secrets.token_hex(16), ground.folder / "valkey.log", lasting=False
    )
    valkey.begin()
    valkey.wait()
    env = installation.environment(ground, "worker", plant=options.plant) | {
        "VALKEY_URL": valkey.url(),
        **(second.for_owner if second else {}),
    }
    workers = Workers(ground, env, options.seed)
    words = ["drill_jobs", "--rounds", str(rounds), "--seed", str(options.seed)]
    try:
        child = installation.begin(ground, words, {**env, "TROOVON_PROCESS": "bench"})

        def show(done: int, of: int) -> None:
            workers.trouble()
            bar.at(done, of, "jobs, workers killed")

        result = installation.follow(child, installation.output_of(ground, "drill_jobs"), show)
    finally:
        processes.stop(one for one in (workers.worker, valkey.child) if one)
    _note(report, result, workers.kills)


def _note(report: Report, result: dict[str, Any], kills: int) -> None:
    report.tried.update({"jobs sent": result["sent"], "jobs done": result["done"]})
    report.tried.update({"workers killed": kills})
    for what in result["wrong"]:
        report.find(f"jobs: {what}")
    for name in result["too_many"]:
        report.find(f"jobs: {name} keeps more rows than jobs were sent from it")
    report.notes["jobs_held_by_killed_workers"] = result["sent"] - result["done"]
