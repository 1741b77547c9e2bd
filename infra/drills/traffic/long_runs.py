"""The long form of `slow-clients`: minutes of wrong sign-ins, then of hanging servers.

It applies the product's own limits, without allowance for a busy machine: run it on a quiet
machine.
"""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import redis

from infra.drills.running.harness import Bar, Report
from infra.drills.traffic import hanging_servers, slow_sockets, web_services
from infra.drills.traffic.hanging_servers import HangingTrial
from infra.drills.traffic.slow_sockets import Page
from infra.drills.traffic.wrong_sign_ins import ANSWERS, WrongSignIns
from infra.local.processes import Child
from infra.local.servers import ports

MOST_SECONDS = 0.5
MOST_MEGABYTES = 400
BETWEEN_SECONDS = 0.05
_WATCHED_EACH_SECONDS = 0.5
_MILLISECONDS = "slowest_page_milliseconds"
_MEGABYTES = "greatest_megabytes"
_PARENT = re.compile(r"^PPid:\s+(\d+)$", re.MULTILINE)
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def on(
    services: web_services.WebServices,
    env: dict[str, str],
    pages: Mapping[str, Callable[[int], Page]],
    *,
    minutes: float,
    bar: Bar,
) -> Report:
    """Try each for so many minutes, and report the slowest page and the greatest processes."""
    report = Report(notes={_MILLISECONDS: {}, _MEGABYTES: {}})
    folder, limits_at = services.ground.folder, env["CACHE_URL"]
    run = _LongRun(report, bar, limits_at=limits_at, minutes=minutes)
    port = ports.any_free()
    own = {**env, "BASE_HOST": f"localhost:{port}"}
    with web_services.serve(own, port, log=folder / "web.log") as web, run.weighing(web=web):
        asyncio.run(run.wrong_sign_ins([page(port) for page in pages.values()]))
    port = ports.any_free()
    own = {**env, "BASE_HOST": f"localhost:{port}"}
    with (
        hanging_servers.opened(own, folder, port=port) as (hanging, web, fetcher, prepare),
        run.weighing(web=web, fetcher=fetcher),
    ):
        run.hanging(port, hanging, prepare)
    run.judge()
    return report


class _LongRun:
    """A report in the making: rounds of trials, the slowest pages, the greatest processes."""

    def __init__(self, report: Report, bar: Bar, *, limits_at: str, minutes: float) -> None:
        self.report, self.bar = report, bar
        self.limits_at, self.seconds = limits_at, 60 * minutes

    def rounds(self) -> Iterator[int]:
        """Yield until the minutes have passed, at least once, with the time of limits passed."""
        began, number = time.monotonic(), 0
        while not number or time.monotonic() - began < self.seconds:
            with redis.Redis.from_url(self.limits_at) as store:
                for key in store.scan_iter("*:limit:*", count=1_000):
                    store.delete(key)
            yield number
            number += 1
            self.bar.at(int(time.monotonic() - began), int(self.seconds) + 1)

    async def wrong_sign_ins(self, pages: list[Page]) -> None:
        """Send 600 wrong passwords at once, again and again, and read pages beside them."""
        sign_in = next(page for page in pages if page.path == "/signin/")
        answers: dict[int, int] = {}
        for _number in self.rounds():
            wrong = WrongSignIns(sign_in)
            await wrong.come()
            while not wrong.is_over():
                for page in pages:
                    self._took("beside wrong sign-ins", await slow_sockets.ask(page))
                await asyncio.sleep(BETWEEN_SECONDS)
            await wrong.finish()
            self.report.tried["wrong sign-ins"] += wrong.answers.total()
            for status, count in wrong.answers.items():
                answers[status] = answers.get(status, 0) + count
        self.report.notes["answers to wrong sign-ins"] = answers
        for status in answers.keys() - ANSWERS:
            self.report.find(f"{answers[status]} wrong sign-ins were answered {status}")

    def hanging(
        self, port: int, hanging: hanging_servers.Hanging, prepare: Callable[..., None]
    ) -> None:
        """Have each kind of server hang with 250 tries, again and again."""
        for _number in self.rounds():
            for kind in hanging_servers.KINDS:
                trial = HangingTrial(
                    kind, port, hanging, tries=hanging_servers.TRIES, report=self.report
                )
                if kind != "provider":
                    prepare(kind, "--count", str(trial.tries))
                asyncio.run(trial.run(MOST_SECONDS, short=False))
                for seconds in trial.took:
                    self._took(f"while {kind} hangs", seconds)

    def _took(self, when: str, seconds: float) -> None:
        self.report.tried["pages"] += 1
        _note_greatest(self.report.notes[_MILLISECONDS], when, round(1000 * seconds))

    @contextlib.contextmanager
    def weighing(self, **children: Child) -> Iterator[None]:
        """Weigh these processes and all that they start, every half second."""
        ended = threading.Event()

        def weigh() -> None:
            while not ended.wait(_WATCHED_EACH_SECONDS):
                for name, megabytes in _peaks(children):
                    _note_greatest(self.report.notes[_MEGABYTES], name, megabytes)

        watching = threading.Thread(target=weigh)
        watching.start()
        try:
            yield
        finally:
            ended.set()
            watching.join()

    def judge(self) -> None:
        """Find each page and each process beyond the bar, by its greatest figure."""
        for when, took in self.report.notes[_MILLISECONDS].items():
            if took > 1000 * MOST_SECONDS:
                self.report.find(f"a page took {took} ms {when}")
        for name, megabytes in self.report.notes[_MEGABYTES].items():
            if megabytes > MOST_MEGABYTES:
                self.report.find(f"{name} held {megabytes} MB")


def _note_greatest(notes: dict[str, Any], name: str, number: int) -> None:
    notes[name] = max(notes.get(name, 0), number)


def _peaks(children: dict[str, Child]) -> Iterator[tuple[str, int]]:
    """Yield how much each process has held at most, with the name of its ancestor."""
    seen = dict(_processes())
    for name, child in children.items():
        for pid, (_parent, megabytes) in seen.items():
            if child.pid in _line_of(pid, seen):
                yield name if pid == child.pid else f"{name}'s children", megabytes


def _processes() -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each process of the machine with its parent and its greatest memory so far."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            words = (folder / "status").read_text()
            parent, peak = _PARENT.search(words), _PEAK.search(words)
            if parent and peak:  # a process of the kernel holds nothing
                yield int(folder.name), (int(parent[1]), int(peak[1]) // 1024)


def _line_of(pid: int, seen: dict[int, tuple[int, int]]) -> Iterator[int]:
    """Yield a process and all its ancestors."""
    while pid in seen:
        yield pid
        pid = seen[pid][0]
