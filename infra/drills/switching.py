"""A row of a space is never read or written in another, for every way to switch between them."""

import contextlib
from dataclasses import dataclass
from typing import Any

from infra.benches.bench_servers import NAME, Bench, bench
from infra.benches.second_cluster import LOGICAL, SecondCluster, beside
from infra.drills.running import installation, jobs
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL = 1_000_000
SPACES = 50
FAULTS = frozenset({
    "no_forget_on_rollback",
    "switch_error_swallowed",
    "class_level_stack",
    "nothing_forgotten_between_requests",
    "guard_dropped",
    "job_without_its_space",
})  # fmt: skip
# Where connections come from, and which part of all switches is tried there.
PARTS = {"web": 0.75, "bench": 0.3}  # a little more: some planned switches are not
JOBS_PER_ROUND = 0.002
FEWEST_JOBS = 60

# The log of a cluster that is made, not copied, has segments of 16 MB.
SPREAD = LOGICAL | {"min_wal_size": "32MB"}


def run(options: DrillOptions, bar: Bar) -> Report:
    """Walk through spaces by threads, through the pool and on lasting connections, then by jobs."""
    rounds = options.rounds or FULL
    report = Report()
    with contextlib.ExitStack() as stack:
        ground = stack.enter_context(bench(settings=SPREAD if options.cells > 1 else None))
        ground.add_database(NAME)
        ground.manage("prepare")
        second = stack.enter_context(beside(ground)) if options.cells > 1 else None
        for process, part in PARTS.items():
            walk = Walked(ground, process, second)
            _note(report, process, walk.run(options, rounds=round(rounds * part), bar=bar))
        sent = max(FEWEST_JOBS, round(rounds * JOBS_PER_ROUND))
        jobs.run(ground, options, rounds=sent, bar=bar, report=report, second=second)
    return report


@dataclass(frozen=True)
class Walked:
    """Walks by connections of a kind, through the spaces of a cluster or of two."""

    ground: Bench
    process: str
    second: SecondCluster | None

    def run(self, options: DrillOptions, *, rounds: int, bar: Bar) -> dict[str, Any]:
        """Walk while connections are killed; return what the command found."""
        words = ["drill_switching", "--rounds", str(rounds), "--seed", str(options.seed)]
        words += ["--spaces", str(SPACES)]
        name = f"drill_switching-{self.process}"
        what = "through the pool" if self.process == "web" else "lasting connections"
        with installation.Killer(self.ground, options.seed, self.second) as killer:

            def show(done: int, of: int) -> None:
                killer.trouble()
                bar.at(done, of, what)

            env = installation.environment(self.ground, self.process, plant=options.plant)
            env |= self.second.for_owner if self.second else {}
            child = installation.begin(self.ground, words, env, name=name)
            result = installation.follow(child, installation.output_of(self.ground, name), show)
        return {**result, "kills": killer.kills}


def _note(report: Report, process: str, result: dict[str, Any]) -> None:
    report.tried.update({"switches": result["switches"], "rows written": result["written"]})
    report.tried.update({"connections killed": result["kills"]})
    report.tried.update(result["tried"])
    for what in (*result["wrong"], *result["lost"]):
        report.find(f"{process}: {what}")
    report.notes[f"errors_{process}"] = result["errors"]
    report.notes[f"wrong_rows_{process}"] = result["wrong_rows"]
