"""A history ends in the same state, byte for byte, in every order of its events."""

import difflib
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.benches.bench_servers import NAME, prepared_bench
from infra.benches.money.billing_services import HOST, QUICK, simulator, stripe_names
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local import processes
from infra.local.processes import ROOT
from infra.local.servers import databases

SETTINGS = "infra.drills.settings.drill"
COPY = "troovon_way"
FULL = 24
WAYS = (
    "in order",
    "all lost",
    "forged mixed in",
    "shuffled",
    "tripled",
    "a day late",
    "three of ten lost",
    "backwards",
)
FAULTS = frozenset({
    "body_is_believed",
    "event_stored_twice",
    "lost_is_lost",
    "no_signature",
    "old_events_taken",
    "other_mode_taken",
    "others_account_taken",
})  # fmt: skip
SECONDS = 1200
SHOWN = 16


def run(options: DrillOptions, bar: Bar) -> Report:
    """Play the history once, then deliver it in each way to a copy of everything."""
    with prepared_bench(settings=QUICK) as ground:

        def knows(database: str) -> dict[str, str]:
            return ground.environment(database, SETTINGS, "bench")

        place = Place(ground.folder, ground.admin, NAME, knows)
        return Ways(place, options, bar).run(options.rounds or FULL)


@dataclass(frozen=True)
class Place:
    """A folder, a server, its database of two spaces, and the environment of its processes."""

    folder: Path
    admin: str
    database: str
    knows: Callable[[str], dict[str, str]]


class Ways:
    """The same past, told again and again."""

    def __init__(self, place: Place, options: DrillOptions, bar: Bar) -> None:
        self.place, self.options, self.bar = place, options, bar
        self.state = place.folder / "stripe.sqlite"
        self.events = place.folder / "events.json"
        self.report = Report()
        self.expected: list[str] = []

    def run(self, rounds: int, ways: Sequence[str] = WAYS) -> Report:
        """Let the history happen, then deliver it."""
        self.play()
        return self.deliver(rounds, ways)

    def deliver(self, rounds: int, ways: Sequence[str]) -> Report:
        """Deliver in so many ways: all of them in turn, with other seeds each time around."""
        for number in range(rounds):
            way, seed = ways[number % len(ways)], self.options.seed + number // len(ways)
            self.bar.at(number, rounds, way)
            # The first delivery is correct, even if a fault is planted in all others.
            result = self._delivered(way, seed, plant=self.options.plant if self.expected else "")
            self.expected = self.expected or result["lines"]
            self.report.tried["ways"] += 1
            self.report.tried["letters"] += result["letters"]
            self._compare(f"{way} {seed}", self.expected, result)
        self.bar.at(rounds, rounds)
        self.report.tried["rows compared"] = len(self.expected)
        return self.report

    def play(self) -> None:
        """Let everything happen at Stripe; from here on its file and our database are copied."""
        with simulator(self.place.folder, self.state) as (api_base, api_key, _):
            result = self._run_command(
                api_base, api_key, words=["play"], database=self.place.database
            )
            self.report.tried["events"] = result["events"]

    def _delivered(self, way: str, seed: int, *, plant: str) -> dict[str, Any]:
        with simulator(self.place.folder, self._copied()) as (base, key, _):
            words = ["deliver", "--way", way, "--seed", str(seed)]
            return self._run_command(base, key, words=words, database=COPY, plant=plant)

    def _copied(self) -> Path:
        """Copy the database and the simulator's file as they were when all had happened."""
        databases.copy_database(self.place.admin, COPY, template=self.place.database)
        state = self.place.folder / "way.sqlite"
        for left in self.place.folder.glob("way.sqlite*"):
            left.unlink()
        shutil.copy(self.state, state)
        return state

    def _run_command(
        self, api_base: str, api_key: str, *, words: list[str], database: str, plant: str = ""
    ) -> dict[str, Any]:
        env = {
            **self.place.knows(database),
            **stripe_names(api_base, api_key),
            "BASE_HOST": HOST,
            "TROOVON_SHARE_HOLD": "3",
            "LOG_LEVEL": "CRITICAL",
            installation.PLANT: plant,
        }
        output = self.place.folder / "drill_webhooks.out"
        output.unlink(missing_ok=True)
        line: list[str | Path] = [sys.executable, ROOT / "manage.py", "drill_webhooks", *words]
        line += ["--file", self.events, "--skip-checks"]
        child = processes.start(
            "drill_webhooks",
            line,
            log=self.place.folder / "drill_webhooks.log",
            env=env,
            stdout=output,
        )
        processes.finish(child, seconds=SECONDS)
        result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
        return result

    def _compare(self, way: str, expected: list[str], result: dict[str, Any]) -> None:
        for what in result["wrong"]:
            self.report.find(f"{way}: {what}")
        apart = [
            line
            for line in difflib.unified_diff(expected, result["lines"], lineterm="", n=0)
            if line[0] in "+-" and not line.startswith(("+++", "---"))
        ]
        if apart:
            self.report.find(f"{way}: {len(apart)} rows differ")
        for line in apart[:SHOWN]:
            self.report.find(f"{way}: {line[:400]}")
