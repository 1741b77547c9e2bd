"""The checkout click, beside a view that calls Stripe in its request, on a whole Troovon.

First with a quick Stripe: from the click to the link to Stripe's page. Then Stripe hangs, twenty
people click, and another person opens another page.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from infra.benches.bench_servers import working
from infra.benches.table import Result
from infra.local import demo, processes
from infra.local.progress import Progress
from infra.local.servers import ports
from infra.local.stack import Stack

ROUNDS = 10
CLICKS = 20
PAGES = 5
ASKS_AGAIN_SECONDS = 0.3  # as the page does
PATIENCE = 30
PROMISED_SECONDS = 0.5
_TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="(\w+)"')
_CSRF = re.compile(r"__Host-csrf=(\w+)")


class Site(NamedTuple):
    """A web process's port and the host name sent to it."""

    port: int
    host: str
    stripe: str


class Click(NamedTuple):
    """A page that was opened, and the button on it."""

    site: Site
    path: str
    cookies: str
    token: str


def run(rounds: int, _spaces: int) -> Result:
    """Measure both in turn, then let Stripe hang under each."""
    rounds = rounds or ROUNDS
    with demo.throw_away(Progress("en")) as stack, contextlib.ExitStack() as closing:
        sites = {
            "troovon": Site(stack.port, stack.host, stack.stripe_base),
            "inside": closing.enter_context(_inside(stack)),
        }
        people = _people(stack, 2 * (rounds + 2 + CLICKS))
        seconds: dict[str, list[float]] = {name: [] for name in sites}
        for site in sites.values():
            click_to_link(opened(site, people.pop()))
        for _ in range(rounds):
            for name, site in sites.items():
                seconds[name].append(click_to_link(opened(site, people.pop())))
        hanging = {name: _hanging(stack, site, people) for name, site in sites.items()}
    notes = {
        "click_to_link_milliseconds": round(1000 * statistics.median(seconds["troovon"])),
        "other_page_milliseconds_while_stripe_hangs": hanging,
        "promised_milliseconds": round(1000 * PROMISED_SECONDS),
    }
    return Result("checkout", seconds, "inside", notes)


@contextlib.contextmanager
def _inside(stack: Stack) -> Iterator[Site]:
    """Serve the same product a second time, by processes that call Stripe in the request."""
    port = ports.any_free()
    child = processes.start(
        "inside",
        [sys.executable, "-m", "saas.serving", "--port", str(port)],
        log=stack.folder.logs / "inside.log",
        env={
            **stack.environment("web"),
            "TROOVON_PROCESS": "bench",
            "DJANGO_SETTINGS_MODULE": "infra.benches.settings.inside",
        },
    )
    site = Site(port, stack.host, stack.stripe_base)
    try:
        processes.wait_until(lambda: _answers(site), child, seconds=PATIENCE * 4)
        yield site
    finally:
        processes.stop([child])


def _answers(site: Site) -> bool:
    try:
        return fetch(site, "GET", "/health/live")[0] == http.HTTPStatus.OK
    except OSError:
        return False


def _people(stack: Stack, count: int) -> list[dict[str, str]]:
    log = stack.folder.logs / "bench_checkout.log"
    with working(["bench_checkout"], stack.environment("bench", as_owner=True), log) as worker:
        found: list[dict[str, str]] = json.loads(worker.ask(str(count)))
    return found


def fetch(
    site: Site, method: str, path: str, *, cookies: str = "", body: str = ""
) -> tuple[int, str, str, str]:
    """Ask a site; answers with status, address to go to, cookies and text."""
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    headers = {"Host": site.host, "Cookie": cookies, "Origin": f"http://{site.host}"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        line.request(method, path, body=body or None, headers=headers)
        answer = line.getresponse()
        text = answer.read().decode()
        cookie = answer.headers.get("Set-Cookie", "")
        return answer.status, answer.headers.get("Location", ""), cookie, text
    finally:
        line.close()


def opened(site: Site, person: dict[str, str]) -> Click:
    """Return the payment page of a person, opened and ready for the click."""
    session = f"__Host-session={person['session']}"
    status, _, cookie, text = fetch(site, "GET", person["path"], cookies=session)
    token, csrf = _TOKEN.search(text), _CSRF.search(cookie)
    if status != http.HTTPStatus.OK or token is None or csrf is None:
        raise RuntimeError(f"{person['path']} answered {status}")
    return Click(site, person["path"], f"{session}; __Host-csrf={csrf[1]}", token[1])


def pressed(click: Click) -> str:
    """Press the button, and return where it leads."""
    body = f"csrfmiddlewaretoken={click.token}"
    status, address, _, _ = fetch(click.site, "POST", click.path, cookies=click.cookies, body=body)
    if status != http.HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"{click.path} answered {status}")
    return address


def click_to_link(click: Click) -> float:
    """Press the button, wait for the link to Stripe as the page does, and return the seconds."""
    began = time.perf_counter()
    address = pressed(click)
    while time.perf_counter() - began < PATIENCE:
        if click.site.stripe in fetch(click.site, "GET", address, cookies=click.cookies)[3]:
            return time.perf_counter() - began
        time.sleep(ASKS_AGAIN_SECONDS)
    raise RuntimeError(f"{address} never led to Stripe")


@contextlib.contextmanager
def stripe_hangs(stack: Stack) -> Iterator[None]:
    """Make Stripe accept every connection and answer no request."""
    pid = stack.pids()["simulator"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _hanging(stack: Stack, site: Site, people: list[dict[str, str]]) -> dict[str, int]:
    """Make twenty people click while Stripe hangs, and measure another person's page."""
    clicks = [opened(site, people.pop()) for _ in range(CLICKS)]
    other = f"__Host-session={people.pop()['session']}"
    with stripe_hangs(stack), ThreadPoolExecutor(CLICKS) as threads:
        for click in clicks:
            threads.submit(_without_patience, click)
        time.sleep(ASKS_AGAIN_SECONDS)
        waited = other_pages(site, other, PAGES)
    return {name: round(1000 * one) for name, one in _summary(waited).items()}


def _summary(waited: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(waited), "max": max(waited)}


def _without_patience(click: Click) -> Any:
    with contextlib.suppress(OSError, RuntimeError):
        return pressed(click)
    return None


def other_pages(site: Site, cookies: str, count: int) -> list[float]:
    """Open another page so many times, and return the seconds of each; patience ends a wait."""
    waited = []
    for _ in range(count):
        began = time.perf_counter()
        with contextlib.suppress(OSError):
            fetch(site, "GET", "/desk/orders/", cookies=cookies)
        waited.append(time.perf_counter() - began)
    return waited
