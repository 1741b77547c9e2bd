"""While Stripe hangs, pages are answered and mails are sent; when it is quick, so is the link."""

import contextlib
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.benches.bench_servers import working
from infra.benches.money import checkout
from infra.benches.money.billing_services import simulator, stripe_names
from infra.benches.money.checkout import CLICKS, Site
from infra.local import processes
from infra.local.processes import Child
from infra.local.stack import CALLER_THREADS, WORKER
from tests.fixtures.patience import PATIENCE
from tests.infra.drills import drill_processes

SIGNUP = "/desk/signup/"
PERSON = {"name": "Léa Cazal", "password": "trois-petits-pains"}


@contextmanager
def hanging(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def outbox(site: Site, to: str) -> bool:
    return to in checkout.fetch(site, "GET", "/outbox/")[3]


@contextmanager
def whole_site(folder: Path) -> Iterator[tuple[Site, dict[str, str], Child]]:
    """Run the processes that serve a click: web, worker, caller, a Stripe; no founder."""
    with contextlib.ExitStack() as closing:
        base, key, stripe = closing.enter_context(simulator(folder))
        settings = stripe_names(base, key)
        port = closing.enter_context(drill_processes.site(**settings))
        host = f"localhost:{port}"
        env = {**drill_processes.environment("worker"), **settings, "BASE_HOST": host}
        for kind, words in {
            "worker": ("-Q", "default", "-c", "2"),
            "caller": ("-Q", "calls", "--pool", "threads", "-c", str(CALLER_THREADS)),
        }.items():
            line = [*WORKER, *words, "-n", f"{kind}@{port}"]
            child = processes.start(
                kind, line, log=folder / f"{kind}.log", env={**env, "TROOVON_PROCESS": kind}
            )
            closing.callback(processes.stop, [child])
        yield Site(port, host, base), {**env, "TROOVON_PROCESS": "bench"}, stripe


@pytest.mark.proof
@pytest.mark.usefixtures("own_database")
def test_while_stripe_hangs_pages_are_answered_and_mails_are_sent(tmp_path: Path) -> None:
    with whole_site(tmp_path) as (site, env, stripe):
        with working(["bench_checkout"], env, tmp_path / "fill.log") as worker:
            people = json.loads(worker.ask(str(CLICKS + 3)))
        other = f"__Host-session={people.pop()['session']}"
        # Each call is made by the caller before Stripe hangs, and again afterwards.
        assert checkout.click_to_link(checkout.opened(site, people.pop())) < PATIENCE
        last = checkout.opened(site, people.pop())
        clicks = [checkout.opened(site, person) for person in people]
        with hanging(stripe.pid), ThreadPoolExecutor(CLICKS) as threads:
            addresses = list(threads.map(checkout.pressed, clicks))
            waited = checkout.other_pages(site, other, 5)
            assert statistics.median(waited) < checkout.PROMISED_SECONDS
            sign_up(site, "lea@slow.example")
            until(lambda: outbox(site, "lea@slow.example"))
        assert checkout.click_to_link(last) < PATIENCE
        for click, address in zip(clicks, addresses, strict=True):
            until(partial(leads_to_stripe, site, click, address))


def leads_to_stripe(site: Site, click: checkout.Click, address: str) -> bool:
    return site.stripe in checkout.fetch(site, "GET", address, cookies=click.cookies)[3]


def sign_up(site: Site, email: str) -> None:
    page = checkout.opened(site, {"path": SIGNUP, "session": ""})
    body = urlencode({"csrfmiddlewaretoken": page.token, **PERSON, "email": email})
    assert checkout.fetch(site, "POST", SIGNUP, cookies=page.cookies, body=body)[0] == 303


def until(ready: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.2)
