"""Nothing that was accepted is lost while web processes, worker, broker and database are killed."""

import contextlib
import itertools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from infra.benches.bench_servers import Bench, prepared_bench, working
from infra.drills import jobs, replicas
from infra.drills.harness import Bar, DrillOptions, Report
from infra.drills.replicas import Site
from infra.drills.visitors import Balancer, Client, Tally
from infra.drills.web_services import WebServices
from infra.local.postgres import Cluster

FULL = 720  # an hour
FAULTS = frozenset({
    "failure_without_words",
    "key_ignored",
    "mails_not_swept",
    "typed_words_dropped",
})  # fmt: skip
CHILD_OF_WORKER = "child of worker"
IN_TURN = (
    *("web-a", "worker", "broker", "database"),
    *("web-b", CHILD_OF_WORKER, "broker", "database"),
)
KILLS_OF_WORKER = ("kills of worker", f"kills of {CHILD_OF_WORKER}")
EVERY_SECONDS = 5.0
CLIENTS = 8
STANDS_SECONDS = 120
TOLD_SECONDS = 60
BAD_OF_ALL = 1 / 10_000
_LOOK_SECONDS = 0.1


class Inside(Protocol):
    """The half of the drill that is of the product: it answers a line with one of JSON."""

    def ask(self, line: str) -> str:
        """Send a line and return the answer."""


class Database(Protocol):
    """The database of all, how it is lost, and how it comes back."""

    def kill(self) -> None:
        """End all connections at once, and let none begin."""

    def start_again(self) -> bool:
        """Do what a supervisor does; say whether connections may begin."""


@dataclass
class KilledCluster:
    """A server of the drill's own, which is killed and recovers."""

    cluster: Cluster

    def kill(self) -> None:
        """Kill the server; its processes end when they see that it is gone."""
        child = self.cluster.child
        assert child is not None  # noqa: S101 - it was begun
        child.process.send_signal(signal.SIGKILL)
        child.process.wait()

    def start_again(self) -> bool:
        """Start it as often as it takes: the processes of the killed one may still be ending."""
        child = self.cluster.child
        if child is None or child.has_ended():
            self.cluster.child = child.again() if child else None
            return False
        return self.cluster.is_ready()


def run(options: DrillOptions, bar: Bar) -> Report:
    """Kill something every five seconds, `rounds` times, while clients go on."""
    with prepared_bench() as ground:
        env = WebServices(ground).environment(0, plant=options.plant)
        with replicas.serving(ground.folder, env) as site, _inside(ground, site) as inside:
            drill = Chaos(site, inside, KilledCluster(ground.cluster), options=options, bar=bar)
            return drill.run(IN_TURN, every=EVERY_SECONDS)


@contextlib.contextmanager
def _inside(ground: Bench, site: Site) -> Iterator[Inside]:
    log = ground.folder / "drill_availability.log"
    with working(["drill_availability"], site.environment("bench"), log) as worker:
        yield worker


class Chaos:
    """One run: the clients, whoever kills, whoever starts again, and the verdict."""

    def __init__(
        self, site: Site, inside: Inside, database: Database, *, options: DrillOptions, bar: Bar
    ) -> None:
        self.site, self.inside, self.database = site, inside, database
        self.options, self.bar = options, bar
        self.chance = random.Random(f"chaos{options.seed}")  # noqa: S311 - can be repeated
        self.tally, self.report = Tally(), Report()
        self.clients = options.clients or CLIENTS
        self.over = threading.Event()

    def run(self, in_turn: Sequence[str], *, every: float, stays_down: str = "") -> Report:
        """Kill these in turn, let everything stand, and look at what is left.

        `stays_down` is not started again, where its kill is the last.
        """
        world = json.loads(self.inside.ask(f"build {self.clients + 2}")) | {
            "seed": self.options.seed
        }
        self.site.begin()
        threads = [self._begin_client(world, number) for number in range(self.clients)]
        try:
            self._kill(in_turn, self.options.rounds or FULL, every=every, stays_down=stays_down)
            self._wait_until_whole()
            if stays_down != "broker":
                self._try_worker(self._client(world, self.clients))
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        self.site.stop()
        self._judge_answers()
        self._audit()
        return self.report

    def _client(self, world: dict[str, Any], number: int) -> Client:
        host = f"{world['space']}.{self.site.host}"
        balancer = Balancer(self.site.open_ports, host, number)
        return Client(number, world, balancer=balancer, tally=self.tally)

    def _begin_client(self, world: dict[str, Any], number: int) -> threading.Thread:
        client = self._client(world, number)
        thread = threading.Thread(target=client.go_on, args=(self.over.is_set,), daemon=True)
        thread.start()
        return thread

    def _kill(self, in_turn: Sequence[str], times: int, *, every: float, stays_down: str) -> None:
        for number, name in enumerate(itertools.islice(itertools.cycle(in_turn), times)):
            self._watch(self.chance.uniform(0.8, 1.2) * every)
            # One of two, as the promise says: nobody falls while another is still getting up.
            self._wait_until_whole()
            self.bar.at(number, times, name)
            if name == stays_down:
                self.site.kept_down.add(name)
            self._end(name)
            self.report.tried[f"kills of {name}"] += 1
        self._watch(every)
        self.bar.at(times, times)

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
        """Let all come back; who does not is found."""
        until = time.monotonic() + STANDS_SECONDS
        while not (self._start_again() and self.site.is_whole()):
            if time.monotonic() > until:
                raise TimeoutError(f"not all came back: {self.site.state()}")
            time.sleep(_LOOK_SECONDS)

    def _try_worker(self, client: Client) -> None:
        """Find a worker that runs and does nothing: a message after all kills must be told."""
        with contextlib.closing(client.balancer):
            client.write_message()
        until = time.monotonic() + TOLD_SECONDS
        while json.loads(self.inside.ask(f"untold {client.member['talk']}")):
            if time.monotonic() > until:
                self.report.find(f"the worker has told nobody of a message in {TOLD_SECONDS} s")
                return
            time.sleep(_LOOK_SECONDS)

    def _judge_answers(self) -> None:
        tried, found = self.tally.tried, self.tally.found
        self.report.tried.update(tried)
        self.report.tried.update({f"{k} accepted": len(v) for k, v in self.tally.accepted.items()})
        bad, requests = sum(found.values()), max(1, tried["requests"])
        self.report.notes["answered"] = f"{100 * (1 - bad / requests):.3f} %"
        self.report.notes["longest_wait_seconds"] = round(self.tally.slowest, 1)
        if bad > BAD_OF_ALL * requests:
            for what, many in found.most_common():
                self.report.find(f"{many} times {what}")

    def _audit(self) -> None:
        path = self.site.folder / "accepted.json"
        path.write_text(json.dumps(self.tally.accepted))
        kills = sum(many for name, many in self.report.tried.items() if name in KILLS_OF_WORKER)
        for what in json.loads(self.inside.ask(f"audit {kills} {path}")):
            self.report.find(what)
