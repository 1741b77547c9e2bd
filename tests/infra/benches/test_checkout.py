"""While Stripe hangs, pages are answered and mails are sent; when it is quick, so is the link."""

import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from infra.benches import checkout
from infra.benches.__main__ import BENCHES
from infra.benches.bench_servers import working
from infra.benches.checkout import CLICKS, Site
from tests.fixtures.patience import PATIENCE
from tests.infra.local.test_whole import environment_of

SIGNUP = "/desk/signup/"
PERSON = {"first_name": "Léa", "last_name": "Cazal", "password": "trois-petits-pains"}


@contextmanager
def hanging(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def outbox(site: Site, to: str) -> bool:
    return to in checkout.fetch(site, "GET", "/outbox/")[3]


@pytest.mark.proof
def test_while_stripe_hangs_pages_are_answered_and_mails_are_sent(
    whole_troovon: dict[str, Any], tmp_path: Path
) -> None:
    host = urlsplit(whole_troovon["public"]).netloc
    site = Site(int(host.rpartition(":")[2]), host, whole_troovon["stripe"]["api_base"])
    env = environment_of(whole_troovon["pids"]["founder"])
    with working(["bench_checkout"], env, tmp_path / "fill.log") as worker:
        people = json.loads(worker.ask(str(CLICKS + 2)))
    other = f"__Host-session={people.pop()['session']}"
    first = checkout.opened(site, people.pop())
    clicks = [checkout.opened(site, person) for person in people]
    with hanging(whole_troovon["pids"]["simulator"]), ThreadPoolExecutor(CLICKS) as threads:
        addresses = list(threads.map(checkout.pressed, clicks))
        waited = checkout.other_pages(site, other, 5)
        assert statistics.median(waited) < checkout.PROMISED_SECONDS
        sign_up(site, "lea@slow.example")
        until(lambda: outbox(site, "lea@slow.example"))
    assert checkout.click_to_link(first) < PATIENCE
    for click, address in zip(clicks, addresses, strict=True):
        until(lambda: site.stripe in checkout.fetch(site, "GET", address, cookies=click.cookies)[3])  # noqa: B023 - asked at once


def sign_up(site: Site, email: str) -> None:
    page = checkout.opened(site, {"path": SIGNUP, "session": ""})
    body = urlencode({"csrfmiddlewaretoken": page.token, **PERSON, "email": email})
    assert checkout.fetch(site, "POST", SIGNUP, cookies=page.cookies, body=body)[0] == 303


def until(ready: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_bench_is_found_by_its_name() -> None:
    assert BENCHES["checkout"] is checkout.run
