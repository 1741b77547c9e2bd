"""Slow clients and hanging third-party servers delay no other visitor's page.

No oversized body is read.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import hanging_servers, long_runs, slow_sockets, web_services
from infra.drills.traffic.slow_sockets import Crowd, Page
from infra.drills.traffic.wrong_sign_ins import ANSWERS, WrongSignIns
from infra.local.processes import Child
from infra.local.servers import ports

SETTINGS = "infra.drills.settings.slow"
CLIENTS = 200
SECONDS = 45
# Headers and bodies of the product have 10 and 20 seconds; a short run has fewer of its own.
LIMIT_SECONDS = 20
SHORT_LIMIT_SECONDS = 3
GRACE_SECONDS = 10
MOST_SECONDS = 0.5
# A short run shares the machine with other tests: a page that waits for a client takes longer than
# this, and pages are requested less often.
SHORT_MOST_SECONDS = 4
BETWEEN_SECONDS, SHORT_BETWEEN_SECONDS = 0.05, 0.4
# Of the web process and its largest worker, which hold some 300 together; a body kept is 80 more.
MOST_MEGABYTES = 330
POSTS = 6
POST_BYTES = 80 * 1024 * 1024
REQUESTS = 200
FAULTS = hanging_servers.FAULTS | {
    "no_time_limit",
    "no_size_limit",
    "threads_read_bodies",
    "passwords_among_pages",
}
PAGES = {
    "health": partial(Page, host="localhost", path="/health/live"),
    "home": partial(Page, host="localhost", path="/fr/"),
    "sign-in": partial(Page, host="north.localhost", path="/signin/"),
}
# The earlier way of serving: threads that read the clients' bodies.
BY_THREADS = (
    *("granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4"),
    *("saas.wsgi:application", "--port"),
)


def run(options: DrillOptions, bar: Bar) -> Report:
    """Serve the site, connect clients of each kind, and measure other visitors' pages."""
    with web_services.standing() as services:
        env = services.environment(ports.any_free(), plant=options.plant)
        log = services.ground.folder / "web.log"
        if options.minutes:
            env["DJANGO_SETTINGS_MODULE"] = SETTINGS
            return long_runs.on(services, env, PAGES, minutes=options.minutes, bar=bar)
        if options.plant and set(options.plant.split(",")) <= hanging_servers.FAULTS:
            return on_hanging(env, log.parent, options=options)
        report = on(env, log, options=options, bar=bar)
        if not options.plant:
            hanging = on_hanging(env, log.parent, options=options)
            report.tried.update(hanging.tried)
            report.found += hanging.found
            report.notes |= hanging.notes
        return report


def on(knows: dict[str, str], log: Path, *, options: DrillOptions, bar: Bar) -> Report:
    """Run the trial on a web process with the given environment."""
    report, port = Report(), ports.any_free()
    env = {**knows, "BASE_HOST": f"localhost:{port}", "DJANGO_SETTINGS_MODULE": SETTINGS}
    short = 0 < options.seconds < SECONDS
    if short:
        env["TROOVON_DRILL_SECONDS"] = str(SHORT_LIMIT_SECONDS)
    words = BY_THREADS if options.plant == "threads_read_bodies" else web_services.PRODUCT
    with web_services.serve(env, port, words, log=log) as web:
        trial = SlowClientsTrial(web, port, options=options, bar=bar, report=report)
        asyncio.run(trial.run(SHORT_LIMIT_SECONDS if short else LIMIT_SECONDS))
        if not short and not options.plant:
            other = ports.any_free()
            env["BASE_HOST"] = f"localhost:{other}"
            with web_services.serve(env, other, BY_THREADS, log=log) as old:
                _compare(report, (web, port), (old, other))
    return report


def on_hanging(knows: dict[str, str], folder: Path, *, options: DrillOptions) -> Report:
    """Run the trial of hanging third-party servers with the given environment."""
    port, short = ports.any_free(), 0 < options.seconds < SECONDS
    most = SHORT_MOST_SECONDS if short else MOST_SECONDS
    env = {**knows, "BASE_HOST": f"localhost:{port}", "DJANGO_SETTINGS_MODULE": SETTINGS}
    return hanging_servers.on(env, folder, port=port, most=most, short=short)


class SlowClientsTrial:
    """A web process, and the responses to its clients."""

    def __init__(
        self, web: Child, port: int, *, options: DrillOptions, bar: Bar, report: Report
    ) -> None:
        self.web = web
        self.port = port
        self.clients = options.clients or CLIENTS
        self.seconds = options.seconds or SECONDS
        full = self.seconds >= SECONDS
        self.most = MOST_SECONDS if full else SHORT_MOST_SECONDS
        self.between = BETWEEN_SECONDS if full else SHORT_BETWEEN_SECONDS
        self.bar = bar
        self.report = report

    async def run(self, limit: int) -> None:
        """Measure pages alone, then among slow clients, then after bodies that are too large."""
        alone = await self._pages(2)
        self.report.notes["alone_milliseconds"] = _milliseconds(alone)
        crowd = Crowd(self.port, self.clients)
        await crowd.come()
        self.report.tried["slow clients"] = len(crowd.clients)
        # A full run measures to its end; a short run stops when all clients are done.
        full = self.seconds >= SECONDS
        among = await self._pages(self.seconds, until=lambda: not full and crowd.is_over())
        self._judge("among slow clients", alone, among)
        self._judge_ends(crowd, limit)
        await crowd.finish()
        await self._too_large()
        self._judge("after bodies that are too large", alone, await self._pages(2))
        await self._wrong_sign_ins(alone)
        self._judge_memory()

    async def _pages(
        self, seconds: float, *, until: Callable[[], bool] = lambda: False
    ) -> dict[str, list[float]]:
        """Ask for each page again and again; return how many seconds each took."""
        took: dict[str, list[float]] = {name: [] for name in PAGES}
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds and not until():
            for name, page in PAGES.items():
                took[name].append(await slow_sockets.ask(page(self.port)))
                self.report.tried["pages"] += 1
            self.bar.at(int(passed), int(seconds))
            await asyncio.sleep(self.between)
        return took

    def _judge(
        self, when: str, alone: dict[str, list[float]], took: dict[str, list[float]]
    ) -> None:
        """Report slow pages, on a machine fast enough without the clients."""
        slowest = _milliseconds(took)
        self.report.notes[f"milliseconds {when}"] = slowest
        for name, (_usual, slow, _slowest) in slowest.items():
            most = 1000 * max(self.most, 2 * max(alone[name]))
            if slow > most:
                self.report.find(f"{name} took {slow} ms {when}, more than {most:.0f}")

    def _judge_ends(self, crowd: Crowd, limit: int) -> None:
        """Report clients that stay connected beyond the limit, or get another response.

        A byte sent at the moment of the response makes the system drop the response.
        """
        for client in crowd.clients:
            self.report.tried[client.kind] += 1
            if client.reads:  # it may read the response as slowly as it likes
                continue
            if client.lasted() > limit + GRACE_SECONDS:
                self.report.find(f"{client.kind} was let in for {client.lasted():.0f} s")
            elif client.answer and client.sends_body and b" 408 " not in client.answer[:20]:
                self.report.find(f"{client.kind} was answered {client.answer[:40]!r}")

    async def _too_large(self) -> None:
        """Send far more than a sign-in takes: it is refused, by its length or once it is seen."""
        for number in range(POSTS):
            chunked = bool(number % 2)
            signin = PAGES["sign-in"](self.port)
            status, sent = await slow_sockets.post(signin, POST_BYTES, chunked=chunked)
            self.report.tried["bodies too large"] += 1
            way = "in pieces" if chunked else "of a known length"
            if status != 413:  # noqa: PLR2004 - HTTP's own number
                self.report.find(f"80 MiB {way} were answered {status} after {sent} bytes")

    async def _wrong_sign_ins(self, alone: dict[str, list[float]]) -> None:
        """Send 600 wrong passwords at once; pages without a hash do not wait for them."""
        wrong = WrongSignIns(PAGES["sign-in"](self.port))
        await wrong.come()
        beside = await self._pages(self.seconds, until=wrong.is_over)
        await wrong.finish()
        self.report.tried["wrong sign-ins"] += wrong.answers.total()
        self.report.notes["answers to wrong sign-ins"] = dict(wrong.answers)
        self._judge("beside wrong sign-ins", alone, beside)
        for status in wrong.answers.keys() - ANSWERS:
            self.report.find(f"{wrong.answers[status]} wrong sign-ins were answered {status}")

    def _judge_memory(self) -> None:
        held = _megabytes(self.web)
        self.report.notes["megabytes_held"] = round(held)
        if held > MOST_MEGABYTES:
            self.report.find(f"the web process holds {held:.0f} MB afterwards")


def _milliseconds(took: dict[str, list[float]]) -> dict[str, list[int]]:
    """Return for each page the usual time, that of the twentieth page, and the longest."""
    return {name: [_at(times, part) for part in (0.5, 0.95, 1)] for name, times in took.items()}


def _at(times: list[float], part: float) -> int:
    return round(1000 * sorted(times)[min(len(times) - 1, int(part * len(times)))])


def _compare(report: Report, ours: tuple[Child, int], former: tuple[Child, int]) -> None:
    """Note CPU and time of a page beside those of threads that read bodies, in the same run."""
    for name, page in PAGES.items():
        costs: dict[int, list[tuple[float, float]]] = {ours[1]: [], former[1]: []}
        for web, port in (ours, former) * 3:
            costs[port].append(asyncio.run(_cost(web, page(port))))
        cpu, wall = (
            [min(cost[which] for cost in costs[port]) for port in costs] for which in (0, 1)
        )
        report.notes[f"{name} beside threads"] = {
            "cpu_milliseconds": [round(value, 2) for value in cpu],
            "cpu_ratio": round(cpu[0] / cpu[1], 2),
            "time_ratio": round(wall[0] / wall[1], 2),
        }


async def _cost(web: Child, page: Page) -> tuple[float, float]:
    """Return milliseconds of CPU and of waiting for a page."""
    cpu, began = _cpu_seconds(web), time.monotonic()
    for _ in range(REQUESTS):
        await slow_sockets.ask(page)
    passed = time.monotonic() - began
    return 1000 * (_cpu_seconds(web) - cpu) / REQUESTS, 1000 * passed / REQUESTS


def _processes(web: Child) -> list[Path]:
    """Find the web process and those that it started."""
    if sys.platform != "linux":
        raise NotImplementedError("memory and CPU are read from /proc")
    parents = {str(web.pid)}
    found = [Path("/proc", str(web.pid))]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[1] in parents:
            found.append(folder)
    return found


def _megabytes(web: Child) -> float:
    """Return the memory of the web process and its largest worker: a core runs a single worker."""
    first, *workers = (int((folder / "statm").read_text().split()[1]) for folder in _processes(web))
    return (first + max(workers, default=0)) * 4096 / 1024 / 1024


def _cpu_seconds(web: Child) -> float:
    words = [(one / "stat").read_text().rpartition(")")[2].split() for one in _processes(web)]
    return sum(int(word[11]) + int(word[12]) for word in words) / 100
