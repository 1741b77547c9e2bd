"""Passwords wait for their turn by network; other pages never wait for them."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from saas.kernel.watching.security_log import LOGGER
from saas.serving.lane import BusyError, Lane, Reason
from saas.serving.limits import Limits
from saas.serving.site import Site
from tests.saas.serving.test_site import Client, length, run_alone, scope

FORM = (b"content-type", b"application/x-www-form-urlencoded")


def test_networks_take_turns() -> None:
    order: list[str] = []

    async def sign_in(lane: Lane, network: str) -> None:
        async with lane.place(network=network, space="north"):
            await asyncio.sleep(0.001)
            order.append(network)

    async def crowd() -> None:
        lane = Lane(Limits(), places=1)
        many = [asyncio.create_task(sign_in(lane, "stranger")) for _ in range(10)]
        await asyncio.sleep(0)
        await asyncio.gather(*many, asyncio.create_task(sign_in(lane, "owner")))

    run_alone(crowd())
    assert order.index("owner") <= 2


@pytest.mark.parametrize(
    ("limits", "networks", "spaces", "reason"),
    [
        (Limits(hashing=1, hashing_of_network=2), "aaaa", "1234", Reason.NETWORK),
        (Limits(hashing=1, hashing_of_space=2), "abcd", "1111", Reason.SPACE),
        (Limits(hashing=1, hashing_queued=2), "abcd", "1234", Reason.PROCESS),
    ],
)
def test_queue_is_bounded_by_network_space_and_process(
    limits: Limits, networks: str, spaces: str, reason: Reason
) -> None:
    async def fill() -> None:
        lane, left = Lane(limits, places=limits.hashing), asyncio.Event()

        async def stay(network: str, space: str) -> None:
            async with lane.place(network=network, space=space):
                await left.wait()

        waiting = [
            asyncio.create_task(stay(network, space))
            for network, space in zip(networks[:3], spaces[:3], strict=True)
        ]
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError) as busy:
            await stay(networks[3], spaces[3])
        assert busy.value.reason == reason
        left.set()
        await asyncio.gather(*waiting)
        await stay(networks[3], spaces[3])  # all places were given back

    run_alone(fill())


def test_wait_is_bounded_and_leaves_the_queue() -> None:
    async def wait() -> None:
        lane = Lane(Limits(hashing_wait_seconds=0.01), places=1)
        async with lane.place(network="a", space="north"):
            with pytest.raises(BusyError) as busy:
                async with lane.place(network="b", space="north"):
                    raise AssertionError
            assert busy.value.reason == Reason.TIME
        async with lane.place(network="b", space="north"):
            pass

    run_alone(wait())


class House:
    """A site with a sign-in that takes until it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        is_password = environ["PATH_INFO"] == "/signin/" and environ["REQUEST_METHOD"] == "POST"
        if is_password or environ["PATH_INFO"] == "/signin/company/":
            self.released.wait(10)
        start_response("200 OK", [])
        return [b"made"]


def test_other_pages_are_made_beside_all_sign_ins_of_a_network(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House()
    site = Site(house, Limits(threads=1, hashing=1, hashing_of_network=3))

    async def crowd() -> None:
        strangers = [Client(b"email=a%40x.example&password=wrong") for _ in range(12)]
        posts = [
            asyncio.create_task(site(scope(length(34), FORM), each.receive, each.send))
            for each in strangers
        ]
        await asyncio.sleep(0.1)
        reader = Client(b"")
        async with asyncio.timeout(5):
            await site(scope(path=b"/") | {"method": "GET"}, reader.receive, reader.send)
        assert reader.status == 200
        assert [each.status for each in strangers if each.sent] == [429] * 8
        house.released.set()
        await asyncio.gather(*posts)
        assert sorted(each.status for each in strangers) == [200] * 4 + [429] * 8

    run_alone(crowd())
    events = [record.event for record in caplog.records if record.name == LOGGER]  # type: ignore[attr-defined]
    expected = {"name": "busy", "person": "", "network": "127.0.0.0/24"}
    assert events == [{**expected, "host": "north.localhost", "limit": "network"}] * 8


def test_other_pages_are_made_beside_all_who_begin_at_a_provider() -> None:
    house = House()
    site = Site(house, Limits(threads=2, hashing_of_network=3))
    begin = scope(path=b"/signin/company/") | {"method": "GET"}

    async def crowd() -> None:
        strangers = [Client(b"") for _ in range(12)]
        begun = [asyncio.create_task(site(begin, each.receive, each.send)) for each in strangers]
        await asyncio.sleep(0.1)
        reader = Client(b"")
        async with asyncio.timeout(5):
            await site(scope(path=b"/") | {"method": "GET"}, reader.receive, reader.send)
        assert reader.status == 200
        assert [each.status for each in strangers if each.sent] == [429] * 8
        house.released.set()
        await asyncio.gather(*begun)
        assert sorted(each.status for each in strangers) == [200] * 4 + [429] * 8

    run_alone(crowd())


def test_refusal_keeps_what_was_typed_and_never_the_password() -> None:
    house = House()
    site = Site(house, Limits(hashing=1, hashing_of_network=0))
    typed = b"email=%3Cb%3Elou%40x.example&next=%2Fme%2F&password=un-secret&csrfmiddlewaretoken=abc"

    async def refused() -> str:
        first = Client(b"email=a&password=b")
        holding = asyncio.create_task(site(scope(length(18), FORM), first.receive, first.send))
        await asyncio.sleep(0.1)
        client = Client(typed)
        await site(scope(length(len(typed)), FORM), client.receive, client.send)
        house.released.set()
        await holding
        assert client.status == 429
        assert (b"retry-after", b"5") in client.sent[0]["headers"]
        return b"".join(one.get("body", b"") for one in client.sent).decode()

    found: list[str] = []

    async def collect() -> None:
        found.append(await refused())

    run_alone(collect())
    (text,) = found
    assert "réessayez dans un instant" in text
    assert 'name="email" value="&lt;b&gt;lou@x.example"' in text
    assert 'name="next" value="/me/"' in text
    assert 'name="csrfmiddlewaretoken" value="abc"' in text
    assert 'action="/signin/"' in text
    assert 'type="password"' in text
    assert "un-secret" not in text
