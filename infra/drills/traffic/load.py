"""Clients of the two web processes of a drill, and the verdict on their responses."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any, Protocol

from infra.benches.bench_servers import Bench, working
from infra.drills.running.harness import DrillOptions, Report
from infra.drills.running.replicas import Site
from infra.drills.traffic.visitors import Balancer, Tally, Visitor

CLIENTS = 8
NEWS_SECONDS = 60
BEATS_SECONDS = 150
_LOOK_SECONDS = 0.1


class Inside(Protocol):
    """The half of a drill inside the product: it answers a line with a line of JSON."""

    def ask(self, line: str) -> str:
        """Send a line and return the answer."""


@contextlib.contextmanager
def inside_of(ground: Bench, site: Site) -> Iterator[Inside]:
    """Keep the inner half of a drill in a process of its own."""
    log = ground.folder / "drill_availability.log"
    with working(["drill_availability"], site.environment("bench"), log) as worker:
        yield worker


class Load:
    """The clients of a run; two extra members are for the tries besides."""

    def __init__(self, site: Site, inside: Inside, options: DrillOptions) -> None:
        self.site, self.inside = site, inside
        self.tally, self.report = Tally(), Report()
        self._many = options.clients or CLIENTS
        self._over = threading.Event()
        built = json.loads(inside.ask(f"build {self._many + 2}"))
        self._world: dict[str, Any] = built | {"seed": options.seed}

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """Let all clients act until the end of the block."""
        threads = [
            threading.Thread(target=client.go_on, args=(self._over.is_set,), daemon=True)
            for client in map(self._visitor, range(self._many))
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _visitor(self, number: int) -> Visitor:
        host = f"{self._world['space']}.{self.site.host}"
        balancer = Balancer(self.site.open_ports, host, number)
        return Visitor(number, self._world, balancer=balancer, tally=self.tally)

    def extra_visitor(self) -> Visitor:
        """Return a client without requests of its own."""
        return self._visitor(self._many)

    def begin_talk(self) -> str:
        """Write the first message of a conversation, and return its reference."""
        visitor = self.extra_visitor()
        with contextlib.closing(visitor.balancer):
            visitor.write_message()
        return visitor.member["talk"]

    def wait_for_news(self, talk: str = "") -> None:
        """Find a worker that runs and does nothing: of each message that was sent, news come."""
        until = time.monotonic() + NEWS_SECONDS
        while json.loads(self.inside.ask(f"untold {talk}")):
            if time.monotonic() > until:
                self.report.find(f"the worker has told nobody of some messages in {NEWS_SECONDS} s")
                self.report.notes["worker"] = self.site.tail("worker")
                return
            self.site.start_again()  # a worker that ends by itself has a supervisor, too
            time.sleep(_LOOK_SECONDS)

    def wait_for_clock(self) -> None:
        """Find a clock that runs and queues nothing: it beats each minute."""
        began = time.time()
        while (json.loads(self.inside.ask("beat")) or 0) < began:
            if time.time() > began + BEATS_SECONDS:
                self.report.find(f"the clock has queued nothing in {BEATS_SECONDS} s")
                return
            time.sleep(1)

    def judge(self, *, bad_of_all: float, kills: int = 0) -> Report:
        """Report wrong responses if too many, and rows that differ from those accepted."""
        tried, found = self.tally.tried, self.tally.found
        self.report.tried.update(tried)
        self.report.tried.update({f"{k} accepted": len(v) for k, v in self.tally.accepted.items()})
        bad, requests = sum(found.values()), max(1, tried["requests"])
        self.report.notes["answered"] = f"{100 * (1 - bad / requests):.3f} %"
        self.report.notes["longest_wait_seconds"] = round(self.tally.slowest, 1)
        if bad > bad_of_all * requests:
            for what, many in found.most_common():
                self.report.find(f"{many} times {what}")
        self._audit(kills)
        return self.report

    def _audit(self, kills: int) -> None:
        path = self.site.folder / "accepted.json"
        path.write_text(json.dumps(self.tally.accepted))
        for what in json.loads(self.inside.ask(f"audit {kills} {path}")):
            self.report.find(what)
