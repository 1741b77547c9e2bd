"""A row of a space is never read or written in another, for every way to switch between them."""

from typing import Any

from infra.benches.bench_servers import NAME, Bench, bench
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


def run(options: DrillOptions, bar: Bar) -> Report:
    """Walk through spaces by threads, through the pool and on lasting connections, then by jobs."""
    rounds = options.rounds or FULL
    report = Report()
    with bench() as ground:
        ground.add_database(NAME)
        ground.manage("prepare")
        for process, part in PARTS.items():
            share = round(rounds * part)
            result = _walked(ground, process, options=options, rounds=share, bar=bar)
            _note(report, process, result)
        sent = max(FEWEST_JOBS, round(rounds * JOBS_PER_ROUND))
        jobs.run(ground, options, rounds=sent, bar=bar, report=report)
    return report


def _walked(
    ground: Bench, process: str, *, options: DrillOptions, rounds: int, bar: Bar
) -> dict[str, Any]:
    words = ["drill_switching", "--rounds", str(rounds), "--seed", str(options.seed)]
    words += ["--spaces", str(SPACES)]
    name = f"drill_switching-{process}"
    what = "through the pool" if process == "web" else "lasting connections"
    with installation.Killer(ground, options.seed) as killer:

        def show(done: int, of: int) -> None:
            killer.trouble()
            bar.at(done, of, what)

        env = installation.environment(ground, process, plant=options.plant)
        child = installation.begin(ground, words, env, name=name)
        result = installation.follow(child, installation.output_of(ground, name), show)
    return {**result, "kills": killer.kills}


def _note(report: Report, process: str, result: dict[str, Any]) -> None:
    report.tried.update({"switches": result["switches"], "rows written": result["written"]})
    report.tried.update({"connections killed": result["kills"]})
    report.tried.update(result["tried"])
    for what in (*result["wrong"], *result["lost"]):
        report.find(f"{process}: {what}")
    report.notes[f"errors_{process}"] = result["errors"]
    report.notes[f"wrong_rows_{process}"] = result["wrong_rows"]
