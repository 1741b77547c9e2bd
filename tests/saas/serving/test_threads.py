"""A page that takes too long is answered and ended; its thread is given back."""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connections

from saas.serving.limits import Limits
from saas.serving.site import Site
from tests.saas.serving.test_site import Client, run_alone, scope

SHORT = Limits(threads=1, page_seconds=0.2)


class Pages:
    """A page that works in Python until it is ended, and a quick page."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.ended = threading.Event()
        self.is_cut_short = False

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/slow/":
            try:
                self.work()
            except BaseException:
                self.is_cut_short = True
                raise
            finally:
                self.ended.set()
        return [b"made"]


def work_for_ever() -> None:
    """Take whatever a careless page would: only its own end ends it."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            sum(range(1000))
        except Exception:
            logging.getLogger(__name__).exception("on it goes")


def get(site: Site, path: bytes) -> Client:
    client = Client(b"")
    request = scope(path=path) | {"method": "GET"}
    run_alone(site(request, client.receive, client.send))
    return client


def test_page_that_works_too_long_is_ended_with_its_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pages = Pages(work_for_ever)
    site = Site(pages, SHORT)
    began = time.monotonic()
    with caplog.at_level(logging.ERROR):
        slow = get(site, b"/slow/")
    assert slow.status == 503
    assert "nous l’avons arrêtée" in b"".join(x.get("body", b"") for x in slow.sent).decode()
    assert time.monotonic() - began < 5
    assert get(site, b"/quick/").status == 200, "the one thread was given back"
    assert pages.ended.wait(5)
    assert pages.is_cut_short
    (line,) = [record.getMessage() for record in caplog.records if "ended after" in record.message]
    assert re.search(r"GET /slow/ ended after \d+ s in .*test_threads\.py:\d+:work_for_ever", line)


def test_thread_that_no_line_of_python_interrupts_is_replaced() -> None:
    released = threading.Event()
    pages = Pages(lambda: bool(released.wait(30)))
    site = Site(pages, SHORT)

    async def both() -> None:
        slow, quick = Client(b""), Client(b"")
        await site(scope(path=b"/slow/") | {"method": "GET"}, slow.receive, slow.send)
        assert slow.status == 503
        await site(scope(path=b"/quick/") | {"method": "GET"}, quick.receive, quick.send)
        assert quick.status == 200

    try:
        run_alone(both())
        assert not pages.ended.is_set()
    finally:
        released.set()
    assert pages.ended.wait(5)


def test_time_in_the_queue_is_not_the_page_s() -> None:
    pages = Pages(lambda: time.sleep(0.15))
    site = Site(pages, SHORT)

    async def three() -> None:
        clients = [Client(b"") for _ in range(3)]
        slow = scope(path=b"/slow/") | {"method": "GET"}
        await asyncio.gather(*(site(slow, each.receive, each.send) for each in clients))
        assert [each.status for each in clients] == [200] * 3

    run_alone(three())


def test_statement_of_a_page_that_takes_too_long_is_cancelled(db: None) -> None:
    errors: list[str] = []

    def wait_for_the_database() -> None:
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM generate_series(1, 100000000000)")
        except Exception as error:
            errors.append(type(error).__name__)
            raise

    pages = Pages(wait_for_the_database)
    began = time.monotonic()
    assert get(Site(pages, SHORT), b"/slow/").status == 503
    assert pages.ended.wait(10)
    assert time.monotonic() - began < 15
    assert errors == ["OperationalError"] or pages.is_cut_short
