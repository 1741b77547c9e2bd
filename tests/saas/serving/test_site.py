"""The limits on client requests, tested by the ASGI application alone."""

import asyncio
import resource
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest

from saas.kernel.web.bodies import USUAL_BYTES
from saas.serving.limits import Limits
from saas.serving.site import Site

BODY = b"a=1"


def run_alone(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own: a browser's tests leave a loop running in ours."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"made"]


def scope(*headers: tuple[bytes, bytes], path: bytes = b"/signin/") -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path.decode(),
        "raw_path": path,
        "query_string": b"",
        "headers": [(b"host", b"north.localhost"), *headers],
        "server": ("127.0.0.1", "8000"),
        "client": ("127.0.0.1", "5000"),
    }


class Client:
    """A client that sends its parts and then stays silent."""

    def __init__(self, *parts: bytes, ends: bool = True) -> None:
        self.parts = list(parts)
        self.ends = ends
        self.read = 0
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self.parts:
            await asyncio.Event().wait()
        self.read += 1
        part = self.parts.pop(0)
        return {
            "type": "http.request",
            "body": part,
            "more_body": bool(self.parts) or not self.ends,
        }

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        found: int = self.sent[0]["status"]
        return found


def length(number: int) -> tuple[bytes, bytes]:
    return b"content-length", str(number).encode()


def ask(site: Site, client: Client, *headers: tuple[bytes, bytes]) -> None:
    run_alone(site(scope(*headers), client.receive, client.send))


def test_body_of_a_form_reaches_its_page() -> None:
    client = Client(BODY)
    ask(Site(pages), client, length(3))
    assert client.status == 200
    assert client.sent[-1]["body"] == b"made"


def test_time_is_for_the_whole_body_however_often_a_byte_comes() -> None:
    client = Client(*[b"x"] * 1000, ends=False)
    quick = client.receive

    async def slow() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return await quick()

    client.receive = slow  # type: ignore[method-assign]
    ask(Site(pages, Limits(seconds=0.1, bytes_a_second=10**9)), client, length(9000))
    assert client.status == 408
    assert 0 < client.read < 100
    limits = Limits()
    assert limits.seconds_for(0) == 20
    assert limits.seconds_for(limits.bytes_a_second * 60) == 80


def test_long_answers_share_one_room_and_give_it_back() -> None:
    def film(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "video/mp4")])
        return [b"x" * 1600] * int(environ["wsgi.input"].read()[2:])

    site = Site(film, Limits(in_memory=4000, answered=12_000))

    def posted(pieces: bytes) -> Client:
        client = Client(b"a=" + pieces)
        ask(site, client, length(3))
        return client

    for pieces, status in ((b"7", 200), (b"8", 503), (b"7", 200), (b"2", 200)):
        assert posted(pieces).status == status, pieces
    refused = posted(b"9")
    assert b"x" * 1600 not in b"".join(one.get("body", b"") for one in refused.sent)
    assert (b"retry-after", b"5") in refused.sent[0]["headers"]


def test_bodies_share_one_room_and_give_it_back() -> None:
    site = Site(pages, Limits(held=5))
    for body, status in ((BODY, 200), (BODY, 200), (b"123456", 503), (BODY, 200)):
        client = Client(body)
        ask(site, client, length(len(body)))
        assert client.status == status
        assert ((b"retry-after", b"5") in client.sent[0]["headers"]) is (status == 503)


def test_nobody_waits_in_a_queue_that_is_full() -> None:
    client = Client(BODY)
    run_alone(Site(pages, Limits(queued=0))(scope(path=b"/"), client.receive, client.send))
    assert client.status == 503
    assert b"Trop de monde" in client.sent[-1]["body"]


def test_client_that_leaves_reaches_no_page() -> None:
    client = Client()

    async def disconnected() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    client.receive = disconnected  # type: ignore[method-assign]
    ask(Site(pages), client, length(3))
    assert client.status == 400, "granian says so too of a body that it cannot read"
    assert b"made" not in client.sent[-1]["body"]


def test_body_that_says_it_is_too_long_is_not_read() -> None:
    client = Client()
    ask(Site(pages, Limits(idle_seconds=0.01)), client, length(USUAL_BYTES + 1))
    assert client.read == 0
    assert client.sent[0]["type"] == "http.response.start"
    assert client.sent[-1] == {"type": "http.response.body", "body": b""}


@pytest.mark.parametrize("size", [10, 200_000])
def test_client_that_takes_nothing_is_left_in_time(size: int) -> None:
    def long(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"x" * size]

    took = []

    async def stalling_send(message: dict[str, Any]) -> None:
        took.append(message["type"])
        if message.get("more_body"):
            await asyncio.Event().wait()

    site = Site(long, Limits(seconds=0.05, bytes_a_second=10**9))
    run_alone(site(scope(), Client().receive, stalling_send))
    assert took == ["http.response.start", "http.response.body"]


def test_context_of_a_page_is_gone_for_the_next() -> None:
    left: ContextVar[str] = ContextVar("left", default="nothing")
    seen = []

    def leaving(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(left.get())
        left.set("somebody")
        start_response("200 OK", [])
        return [b""]

    site = Site(leaving, Limits(threads=1))
    for _ in range(2):
        client = Client()
        run_alone(site(scope(), client.receive, client.send))
    assert seen == ["nothing", "nothing"]


def call(further: int) -> None:
    if further:
        call(further - 1)


def most_faults(further: int) -> int:
    """Return how many pages of memory were mapped at the depth where calls mapped the most."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(200):
        call(4)
    here = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    return max(here, most_faults(further - 1)) if further else here


def test_call_at_no_depth_maps_memory_anew_each_time() -> None:
    found = []

    def deep_page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found.append(most_faults(300))
        return pages(environ, start_response)

    ask(Site(deep_page), Client(BODY), length(3))
    assert found[0] < 100
