"""Two web processes, a worker and a broker on a single database, restarted when they end."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from infra.drills.traffic import web_services
from infra.local import processes
from infra.local.processes import Child
from infra.local.servers import ports
from infra.local.servers.valkey import Valkey
from infra.local.stack import CELERY, WORKER

SETTINGS = "infra.drills.settings.availability"
PATIENCE = 120
RESTARTED_SECONDS = 1.0
WEBS = ("web-a", "web-b")
CLOCK = "clock"

type Environment = Callable[[str], dict[str, str]]


@dataclass
class Site:
    """The processes of a product, and their addresses."""

    folder: Path
    environment: Environment
    host: str
    valkey: Valkey
    ports: dict[str, int]
    children: dict[str, Child] = field(default_factory=dict)
    left_down: set[str] = field(default_factory=set)
    ended_at: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Start all of them, and wait until they answer."""
        for name in WEBS:
            self.children[name] = self.begin_web(name)
        self.children["worker"] = self.begin_worker()
        self.wait()

    def begin_web(self, name: str, *, tree: Path = processes.ROOT) -> Child:
        """Start a web process from a tree of code."""
        return processes.start(
            name,
            [sys.executable, "-m", *web_services.PRODUCT, str(self.ports[name])],
            log=self.folder / f"{name}.log",
            env={**self.environment("web"), "PYTHONPATH": str(tree)},
            cwd=tree,
        )

    def begin_worker(self, *, tree: Path = processes.ROOT) -> Child:
        """Start a worker from a tree of code."""
        return processes.start(
            "worker",
            [*WORKER, "-Q", "default", "-c", "2", "-n", "worker@drill"],
            log=self.folder / "worker.log",
            env={**self.environment("worker"), "PYTHONPATH": str(tree), "LOG_LEVEL": "INFO"},
            cwd=tree,
        )

    def begin_clock(self) -> None:
        """Start the beat that queues scheduled jobs; no other process waits for it."""
        self.children[CLOCK] = processes.start(
            CLOCK,
            [*CELERY, "beat", "--pidfile="],
            log=self.folder / "clock.log",
            env=self.environment("beat"),
        )

    def wait(self) -> None:
        """Wait until those that were begun answer, and the worker listens."""
        for name, child in self.children.items():
            if name != CLOCK:
                ready = partial(self.answers if name in WEBS else self._listens, name)
                processes.wait_until(ready, child, seconds=PATIENCE)

    def _listens(self, name: str) -> bool:
        return " ready." in self.children[name].log.read_text()

    def answers(self, name: str) -> bool:
        """Return True if a web process responds."""
        return web_services.answers(self.ports[name])

    def open_ports(self) -> list[int]:
        """List where clients may ask."""
        return list(self.ports.values())

    def kill(self, name: str) -> None:
        """Kill a process and its children, as an outage does."""
        child = self._child(name)
        child.send(signal.SIGKILL)
        child.process.wait()

    def start_again(self) -> None:
        """Restart recently ended processes at the same ports, as a supervisor does."""
        for name in {*self.children, "broker"} - self.left_down:
            child = self._child(name)
            if not child.has_ended():
                continue
            ended_at = self.ended_at.setdefault(name, time.monotonic())
            if time.monotonic() < ended_at + RESTARTED_SECONDS:
                continue
            del self.ended_at[name]
            child.send(signal.SIGKILL)
            if name == "broker":
                self.valkey.child = child.again()
            else:
                self.children[name] = child.again()

    def _child(self, name: str) -> Child:
        child = self.valkey.child if name == "broker" else self.children[name]
        assert child is not None  # noqa: S101 - it was begun
        return child

    def tail(self, name: str) -> str:
        """Read the last words of a process, where it was begun."""
        return self.children[name].tail() if name in self.children else ""

    def state(self) -> dict[str, str]:
        """Return the processes that do not run or respond, with the end of each log."""
        running = {name: self._child(name) for name in {*self.children, "broker"} - self.left_down}
        dead = {name for name, child in running.items() if child.has_ended()}
        mute = {name for name in WEBS if name in running and not self.answers(name)}
        return {name: running[name].tail() for name in sorted(dead | mute)}

    def is_whole(self) -> bool:
        """Return True if all processes run and respond, except those left down."""
        return not self.state()

    def stop(self) -> None:
        """Stop all of them."""
        broker = self.valkey.child
        processes.stop([*self.children.values(), *([broker] if broker else [])])


@contextlib.contextmanager
def serving(folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """Serve the product twice beside its own broker; it keeps its messages after a crash."""
    valkey = Valkey(folder / "valkey-replicas", "drill", folder / "valkey-replicas.log")
    valkey.begin()
    valkey.wait()
    taken = {name: ports.any_free() for name in WEBS}
    host = f"localhost:{taken['web-a']}"
    usual = {
        **environment,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "BASE_HOST": host,
        "VALKEY_URL": valkey.url(),
        "CACHE_URL": valkey.url(1),
    }
    site = Site(folder, lambda process: {**usual, "TROOVON_PROCESS": process}, host, valkey, taken)
    try:
        yield site
    finally:
        site.stop()
