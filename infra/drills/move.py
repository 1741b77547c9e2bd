"""Nothing accepted is lost, and no request fails, while a space moves between two clusters."""

import itertools
import json
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from infra.benches.bench_servers import Bench, prepared_bench
from infra.benches.second_cluster import CELL, LOGICAL, SecondCluster, beside
from infra.drills.running import installation, replicas
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic.load import Load, inside_of
from infra.drills.traffic.web_services import WebServices
from infra.local import processes
from infra.local.processes import ROOT, Child
from infra.local.servers import ports

FULL = 100
FAULTS = frozenset({"flip_before_catch_up", "forgotten_sequence", "writer_past_the_gate"})
SETTINGS = "infra.drills.settings.moving"
SPACE = "north"
STEPS = ("clear", "copy", "shut", "drain", "sequences", "flip", "open", "leave")
BETWEEN_SECONDS = 1.0
MOST_SECONDS = 300
REFUSED = "CommandError"
TRIES = 5


def run(options: DrillOptions, bar: Bar) -> Report:
    """Move a space `rounds` times there and back, killing each second mover at a step."""
    with prepared_bench(settings=LOGICAL) as ground, beside(ground) as second:
        env = {**WebServices(ground).environment(ports.any_free()), **second.for_all}
        with replicas.serving(ground.folder, env) as site, inside_of(ground, site) as inside:
            load = Load(site, inside, options)
            return Move(ground, second, load, options=options, bar=bar).run()


@dataclass
class Held:
    """How long the space was held, by each move that ended."""

    seconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return the median, the 95th percentile and the longest, in milliseconds."""
        in_order = sorted(self.seconds) or [0.0]
        at_95 = in_order[min(len(in_order) - 1, round(0.95 * len(in_order)))]
        return {
            "held_ms": round(1000 * statistics.median(in_order)),
            "held_p95_ms": round(1000 * at_95),
            "held_most_ms": round(1000 * in_order[-1]),
        }


class Move:
    """A run: moves of a space while clients send requests."""

    def __init__(
        self, ground: Bench, second: SecondCluster, load: Load, *, options: DrillOptions, bar: Bar
    ) -> None:
        self.ground, self.second, self.site, self.bar = ground, second, load.site, bar
        self.options, self.held = options, Held()
        self.load, self.report = load, load.report

    def run(self) -> Report:
        """Move there and back, and check what remains."""
        self.site.begin()
        rounds = self.options.rounds or FULL
        steps = itertools.cycle(STEPS)
        with self.load.going_on():
            time.sleep(BETWEEN_SECONDS)
            for number in range(rounds):
                self.bar.at(number, rounds)
                cell = "home" if number % 2 else CELL
                if number % 2 and not self.options.plant:
                    self._kill(cell, next(steps))
                self._move(cell)
                time.sleep(BETWEEN_SECONDS)
            if not self.options.plant:
                self._two_at_once(CELL if rounds % 2 == 0 else "home")
            self.bar.at(rounds, rounds)
        self.site.stop()
        self.report.notes.update(self.held.figures())
        for what in ("told to try again", *self._cut_off()):
            if many := self.load.tally.tried[what]:
                self.report.find(f"{many} requests were {what}")
        return self.load.judge(bad_of_all=0)

    def _cut_off(self) -> list[str]:
        return [what for what in self.load.tally.tried if what.startswith("cut off")]

    def _move(self, cell: str) -> None:
        """Move the space, as often as it is too busy."""
        for attempt in range(TRIES):
            mover = self._begin(cell, plant=self.options.plant)
            mover.process.wait(MOST_SECONDS)
            if mover.process.returncode == 0:
                moved = json.loads(installation.output_of(self.ground, mover.name).read_text())
                self.held.seconds.append(moved["held_seconds"])
                self.report.tried["moves"] += 1
                return
            if REFUSED not in mover.log.read_text() or attempt == TRIES - 1:
                self.report.find(f"a move to {cell} failed: {mover.tail()}")
                return
            self.report.tried["moves refused: too busy"] += 1

    def _kill(self, cell: str, step: str) -> None:
        """Begin a move whose mover is killed before a step."""
        mover = self._begin(cell, plant=f"killed_before_{step}")
        mover.process.wait(MOST_SECONDS)
        self.report.tried[f"movers killed before {step}"] += 1
        if mover.process.returncode == 0:
            self.report.find(f"the mover was not killed before {step}")

    def _two_at_once(self, cell: str) -> None:
        """Begin two movers of one space: one is refused with a sentence."""
        movers = [self._begin(cell, name=f"mover-{number}") for number in range(2)]
        for mover in movers:
            mover.process.wait(MOST_SECONDS)
        if sum(mover.process.returncode == 0 for mover in movers) == 0:
            self.report.find(f"two movers hindered each other: {movers[0].tail()}")
        for mover in movers:
            words = mover.log.read_text()
            if mover.process.returncode and REFUSED not in words:
                self.report.find(f"the second mover failed without a sentence: {mover.tail()}")
            self.report.tried["second movers refused"] += mover.process.returncode != 0

    def _begin(self, cell: str, *, plant: str = "", name: str = "mover") -> Child:
        env = {
            **self.site.environment("manage"),
            **self.ground.environment("troovon_bench", SETTINGS, "manage"),
            **self.second.for_owner,
            "VALKEY_URL": self.site.valkey.url(),
            "CACHE_URL": self.site.valkey.url(1),
            installation.PLANT: plant,
        }
        output = installation.output_of(self.ground, name)
        output.unlink(missing_ok=True)
        return processes.start(
            name,
            [sys.executable, ROOT / "manage.py", "space", "move", SPACE, cell, "--json"],
            log=self.ground.folder / f"{name}.log",
            env=env,
            stdout=output,
        )
