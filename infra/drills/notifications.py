"""Sixty days of notifications: no duplicate, no message against a setting, no empty digest."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from infra.benches.bench_servers import Bench, prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local import processes
from infra.local.processes import ROOT

DAYS = 60
MOST_DEATHS = 200
SECONDS = 1800
FAULTS = frozenset({"mail_marked_once_sent", "switches_ignored"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Let a player live through the days; killed between any two steps, another goes on."""
    days, report = options.rounds or DAYS, Report()
    with prepared_bench(settings=QUICK) as ground:
        for deaths in range(MOST_DEATHS):
            result = _play(ground, options, days=days, deaths=deaths)
            bar.at(int(result.get("hour", 0)), int(result.get("hours", 1)), f"{deaths} killed")
            if "wrong" in result:
                _note(report, result, deaths)
                return report
    report.find(f"{MOST_DEATHS} players were killed and none came to the end")
    return report


def _play(ground: Bench, options: DrillOptions, *, days: int, deaths: int) -> dict[str, Any]:
    """Start a player at the last player's death; return its last line, or its progress."""
    env = installation.environment(ground, "bench", plant=options.plant) | {"LOG_LEVEL": "CRITICAL"}
    words = ["--days", str(days), "--seed", str(options.seed), "--deaths", str(deaths)]
    words += ["--folder", str(ground.folder)]
    output = ground.folder / "drill_notifications.out"
    output.unlink(missing_ok=True)
    child = processes.start(
        "drill_notifications",
        [sys.executable, ROOT / "manage.py", "drill_notifications", *words],
        log=ground.folder / "drill_notifications.log",
        env=env,
        stdout=output,
    )
    child.process.wait(timeout=SECONDS)
    if child.process.returncode not in {0, -signal.SIGKILL}:
        raise processes.ChildEnded(child)
    return _last_line(output)


def _last_line(output: Path) -> dict[str, Any]:
    lines = output.read_text().splitlines()
    result: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return result


def _note(report: Report, result: dict[str, Any], deaths: int) -> None:
    report.tried.update({"days": result["days"], "players killed": deaths})
    report.tried.update({"letters": result["letters"], "digests": result["digests"]})
    report.tried.update({"pushes": result["pushes"]})
    for what in result["wrong"]:
        report.find(what)
