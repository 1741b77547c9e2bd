"""Hanging third-party servers: no page waits for them, nor does a sign-in by another provider."""

import asyncio
import contextlib
import http.client
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from infra.drills.running.harness import Report
from infra.drills.traffic import slow_sockets, web_services
from infra.drills.traffic.slow_sockets import Page
from infra.local import processes
from infra.local.processes import Child
from infra.local.stack import FETCHER_THREADS, MANAGE, WORKER, vapid_keys
from infra.oidc_provider.provider import Provider, serve

KINDS = ("provider", "feed", "webhook", "push")
TRIES = 250
WATCHED_SECONDS = 12.0
# The longest wait of a member that signs in by another company's provider.
MOST_SIGN_IN_SECONDS, SHORT_MOST_SIGN_IN_SECONDS = 3.0, 6.0
FAULTS = frozenset({"pages_call_providers", "anybody_holds_all_threads", "starts_among_pages"})
# Strangers come from a network of their own, the sign-ins by another provider from this.
_ANOTHER_NETWORK = "127.0.0.2"
_TRY_AGAIN = http.HTTPStatus.TOO_MANY_REQUESTS
_PATIENCE_SECONDS = 60
_BACKLOG = 1024


class Hanging:
    """A server that accepts connections and never responds, and a provider that works."""

    def __init__(self, line: socket.socket, well: Provider) -> None:
        self.port: int = line.getsockname()[1]
        self.well = well

    def environment(self) -> dict[str, str]:
        """Return the environment variables of the product's processes for both servers."""
        return {
            "TROOVON_DRILL_HANGS_AT": str(self.port),
            "OIDC_LOCAL_PROVIDERS": urlsplit(self.well.issuer).netloc,
            **vapid_keys("drill"),
        }


@contextlib.contextmanager
def standing() -> Iterator[Hanging]:
    """Run the two servers."""
    well = Provider(secrets.token_urlsafe(12))
    with socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG) as line:
        server = serve(well, 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Hanging(line, well)
        finally:
            server.shutdown()
            server.server_close()


@contextlib.contextmanager
def fetching(env: dict[str, str], folder: Path) -> Iterator[Child]:
    """Run the fetcher."""
    log = folder / "fetcher.log"
    words = ["-Q", "fetches", "--pool", "threads", "-c", str(FETCHER_THREADS)]
    child = processes.start(
        "fetcher",
        [*WORKER, *words, "-n", f"fetcher@{folder.name}"],
        log=log,
        env={**env, "TROOVON_PROCESS": "fetcher", "LOG_LEVEL": "INFO"},  # it logs its readiness
    )
    try:
        processes.wait_until(
            lambda: " ready." in log.read_text(errors="replace"), child, seconds=_PATIENCE_SECONDS
        )
        yield child
    finally:
        processes.stop([child])


def command(env: dict[str, str], folder: Path, hanging: Hanging, *words: str) -> None:
    """Run the drill's command on the product's side."""
    child = processes.start(
        "drill_hanging",
        [*MANAGE, "drill_hanging", *words, "--hangs-at", str(hanging.port), "--skip-checks"],
        log=folder / "drill_hanging.log",
        env={**env, "TROOVON_PROCESS": "bench"},
    )
    processes.finish(child, seconds=_PATIENCE_SECONDS)


@contextlib.contextmanager
def opened(
    knows: dict[str, str], folder: Path, *, port: int
) -> Iterator[tuple[Hanging, Child, Child, Callable[..., None]]]:
    """Run the servers, web process and fetcher; yield them and a function to prepare a kind."""
    with standing() as hanging:
        env = {**knows, **hanging.environment()}
        prepare = partial(command, env, folder, hanging)
        prepare("prepare", "--well", hanging.well.issuer, f"--secret={hanging.well.secret}")
        with (
            fetching(env, folder) as fetcher,
            web_services.serve(env, port, log=folder / "web-hanging.log") as web,
        ):
            yield hanging, web, fetcher, prepare


def on(knows: dict[str, str], folder: Path, *, port: int, most: float, short: bool) -> Report:
    """Have each kind of server hang, and measure pages and another company's sign-in."""
    report, tries = Report(), TRIES // 6 if short else TRIES
    with opened(knows, folder, port=port) as (hanging, _web, _fetcher, prepare):
        for kind in KINDS:
            trial = HangingTrial(kind, port, hanging, tries=tries, report=report)
            if kind != "provider":
                prepare(kind, "--count", str(tries))
            asyncio.run(trial.run(most, short=short))
    return report


class HangingTrial:
    """A kind of hanging server, and the responses to other visitors meanwhile."""

    def __init__(
        self, kind: str, port: int, hanging: Hanging, *, tries: int, report: Report
    ) -> None:
        self.kind, self.port, self.hanging = kind, port, hanging
        self.tries, self.report = tries, report
        self.answers: Counter[int] = Counter()
        self.took: list[float] = []

    async def run(self, most: float, *, short: bool) -> None:
        """Try at once, watch the pages, and sign in where the provider is well."""
        signing_in = asyncio.create_task(asyncio.to_thread(sign_in, self.port, self.hanging.well))
        crowd = [asyncio.create_task(self._try()) for _ in range(self._strangers())]
        until = time.monotonic() + WATCHED_SECONDS / (4 if short else 1)
        pages = [Page(self.port, *where) for where in _PAGES]
        while time.monotonic() < until:
            self.took += [await slow_sockets.ask(page) for page in pages]
            self.report.tried["pages"] += len(pages)
            await asyncio.sleep(0.4 if short else 0.05)
        await asyncio.gather(*crowd)
        self.report.tried[f"{self.kind} hanging"] += self.tries
        if self.kind == "provider" and not self.answers[_TRY_AGAIN]:
            self.report.find(f"{TRIES} strangers began at once, and none was to come back")
        self._judge(most, self.took, await signing_in, short=short)

    def _judge(self, most: float, took: list[float], signed_in: float, *, short: bool) -> None:
        slowest = sorted(took)[int(0.95 * len(took))]
        name = f"milliseconds while {self.kind} hangs"
        self.report.notes[name] = {
            "pages": [round(1000 * value) for value in (slowest, max(took))],
            "another sign-in": round(1000 * signed_in),
        }
        if slowest > most:
            self.report.find(f"a page took {slowest:.1f} s while {self.kind} hangs")
        if signed_in > (SHORT_MOST_SIGN_IN_SECONDS if short else MOST_SIGN_IN_SECONDS):
            self.report.find(f"another sign-in took {signed_in:.1f} s while {self.kind} hangs")

    def _strangers(self) -> int:
        """Return so many that a network's turns never hold them all, in the short form too."""
        return TRIES if self.kind == "provider" else 0

    async def _try(self) -> None:
        """Begin to sign in by the provider that hangs, as anybody may."""
        page = Page(self.port, "north.localhost", "/signin/company/")
        self.answers[await slow_sockets.status_of(page)] += 1


_PAGES = (("localhost", "/health/live"), ("localhost", "/fr/"), ("south.localhost", "/signin/"))


def sign_in(port: int, well: Provider) -> float:
    """Sign in by the working provider; return the seconds of the product's part."""
    browser, began = Browser(port, "south.localhost"), time.monotonic()
    page = browser.wait(*browser.get("/signin/company/"))
    parameters = dict(parse_qsl(urlsplit(page).query))
    back = urlsplit(well.back(parameters, "eve@south.example"))
    browser.wait(*browser.get(f"{back.path}?{back.query}"))
    return time.monotonic() - began


class Browser:
    """A browser without script on a single host that reloads the waiting page."""

    def __init__(self, port: int, host: str) -> None:
        self.port, self.host, self.cookies = port, host, dict[str, str]()

    def get(self, path: str) -> tuple[int, str]:
        """Return the status of a page and where it leads."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=_PATIENCE_SECONDS, source_address=(_ANOTHER_NETWORK, 0)
        )
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            headers = {"Host": f"{self.host}:{self.port}", "Cookie": cookie}
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            answer.read()
            for given in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = given.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", "")
        finally:
            line.close()

    def wait(self, status: int, where: str) -> str:
        """Stay on the page that waits, and return where it leads in the end."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while "/signin/company/wait/" in where and time.monotonic() < until:
            status, leads = self.get(where)
            if status != http.HTTPStatus.OK:
                where = leads
                continue
            time.sleep(0.1)
        return where
