"""Nothing accepted is lost while web processes, worker, clock, broker and database are killed."""

import itertools
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from infra.benches.bench_servers import prepared_bench
from infra.drills.running import jobs, replicas
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.running.replicas import Site
from infra.drills.traffic.load import Inside, Load, inside_of
from infra.drills.traffic.web_services import WebServices
from infra.local.servers import ports
from infra.local.servers.postgres import Cluster

FULL = 720  # an hour
FAULTS = frozenset({
    "failure_without_words",
    "key_ignored",
    "mails_not_swept",
    "typed_words_dropped",
})  # fmt: skip
CHILD_OF_WORKER = "child of worker"
IN_TURN = (
    *("web-a", "worker", "broker", "database", replicas.CLOCK),
    *("web-b", CHILD_OF_WORKER, "broker", "database"),
)
EVERY_SECONDS = 5.0
STANDS_SECONDS = 120
BAD_OF_ALL = 1 / 10_000
_LOOK_SECONDS = 0.1


class Database(Protocol):
    """The database of all, how it is lost, and how it comes back."""

    def kill(self) -> None:
        """End all connections and refuse new connections."""

    def start_again(self) -> bool:
        """Return True if the server accepts connections, after a restart as by a supervisor."""


@dataclass
class KilledCluster:
    """A server of the drill's own, which is killed and recovers."""

    cluster: Cluster

    def kill(self) -> None:
        """Kill the server; its child processes end by themselves."""
        child = self.cluster.child
        assert child is not None  # noqa: S101 - it was begun
        child.process.send_signal(signal.SIGKILL)
        child.process.wait()

    def start_again(self) -> bool:
        """Return True if the server is ready; restart it if it has ended.

        Processes of the killed server may still be ending, so several starts may be needed.
        """
        child = self.cluster.child
        if child is None or child.has_ended():
            self.cluster.child = child.again() if child else None
            return False
        return self.cluster.is_ready()


def run(options: DrillOptions, bar: Bar) -> Report:
    """Kill something every five seconds, `rounds` times, while clients go on."""
    with prepared_bench() as ground:
        env = WebServices(ground).environment(ports.any_free(), plant=options.plant)
        with replicas.serving(ground.folder, env) as site, inside_of(ground, site) as inside:
            drill = Chaos(site, inside, KilledCluster(ground.cluster), options=options, bar=bar)
            return drill.run(IN_TURN, every=EVERY_SECONDS)


class Chaos:
    """A run: kills and restarts while clients send requests."""

    def __init__(
        self, site: Site, inside: Inside, database: Database, *, options: DrillOptions, bar: Bar
    ) -> None:
        self.site, self.database, self.bar = site, database, bar
        self.chance = random.Random(f"chaos{options.seed}")  # noqa: S311 - can be repeated
        self.times = options.rounds or FULL
        self.load = Load(site, inside, options)
        self.kills = self.load.report.tried

    def run(self, in_turn: Sequence[str], *, every: float, stays_down: str = "") -> Report:
        """Kill these in turn, wait until the site is whole, and check the remaining data.

        `stays_down` is not restarted after its kill, the last of the run.
        """
        self.site.begin()
        if replicas.CLOCK in in_turn:
            self.site.begin_clock()
        with self.load.going_on():
            self._kill(in_turn, every=every, stays_down=stays_down)
            self._wait_until_whole()
            talk = self.load.begin_talk()
            if stays_down != "broker":  # else a sweep finds it
                self.load.wait_for_news(talk)
            if replicas.CLOCK in in_turn:
                self.load.wait_for_clock()
        self.site.stop()
        of_workers = self.kills["kills of worker"] + self.kills[f"kills of {CHILD_OF_WORKER}"]
        return self.load.judge(bad_of_all=BAD_OF_ALL, kills=of_workers)

    def _kill(self, in_turn: Sequence[str], *, every: float, stays_down: str) -> None:
        for number, name in enumerate(itertools.islice(itertools.cycle(in_turn), self.times)):
            self._watch(self.chance.uniform(0.8, 1.2) * every)
            # Only a single process of two is down at a time, as guaranteed: no kill while another
            # is starting.
            self._wait_until_whole()
            self.bar.at(number, self.times, name)
            if name == stays_down:
                self.site.left_down.add(name)
            self._end(name)
            self.kills[f"kills of {name}"] += 1
        self._watch(every)
        self.bar.at(self.times, self.times)

    def _end(self, name: str) -> None:
        if name == "database":
            self.database.kill()
        elif name == CHILD_OF_WORKER:
            children = jobs.children_of(self.site.children["worker"].pid)
            if children:
                os.kill(self.chance.choice(children), signal.SIGKILL)
        else:
            self.site.kill(name)

    def _watch(self, seconds: float) -> None:
        """Start again whatever has ended, for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._start_again()
            time.sleep(_LOOK_SECONDS)

    def _start_again(self) -> bool:
        self.site.start_again()
        return self.database.start_again()

    def _wait_until_whole(self) -> None:
        """Wait until all processes are ready. Raises TimeoutError if a process is not."""
        until = time.monotonic() + STANDS_SECONDS
        while not (self._start_again() and self.site.is_whole()):
            if time.monotonic() > until:
                raise TimeoutError(f"not all came back: {self.site.state()}")
            time.sleep(_LOOK_SECONDS)
