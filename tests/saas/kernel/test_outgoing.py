"""A call to an untrusted address ends within its time limit, and half a file is rejected."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from saas.kernel.places import BusyError
from saas.kernel.watching import log_context
from saas.kernel.web import outgoing
from saas.kernel.web.hosts import AT_ONCE, SILENT_SECONDS, Hosts, SilentHostError, hosts

SECONDS = 0.5
PUBLIC, INNER = "93.184.216.34", "127.0.0.1"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n"


@pytest.fixture(autouse=True)
def no_host_is_silent() -> Iterator[None]:
    yield
    hosts.forget()


@contextlib.contextmanager
def speaking(*parts: bytes, pause: float) -> Iterator[int]:
    """Listen for a single call, and answer it part by part."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            line, _address = server.accept()
            with line, contextlib.suppress(OSError):
                line.recv(65536)
                for part in parts:
                    line.sendall(part)
                    if over.wait(pause):
                        return

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


@pytest.fixture
def in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call this machine, and without TLS."""

    def connect(self: outgoing.PinnedConnection) -> None:
        self.sock = self._line = socket.create_connection(("127.0.0.1", self.port), self.timeout)

    monkeypatch.setattr(outgoing.PinnedConnection, "connect", connect)
    monkeypatch.setattr(outgoing, "public_address", lambda *_, **__: "127.0.0.1")
    monkeypatch.setattr(outgoing, "PORTS", range(65536))


@pytest.mark.usefixtures("in_the_clear")
@pytest.mark.parametrize("head", [b"", HEAD + b"\r\n"])
def test_host_that_sends_a_byte_now_and_then_is_cut_off(head: bytes) -> None:
    for call in (
        lambda url: outgoing.fetch(url, most_bytes=10_000, seconds=SECONDS),
        lambda url: outgoing.post(url, b"", {}, seconds=SECONDS),
    ):
        with speaking(head, *[b"H"] * 99, pause=SECONDS / 5) as port:
            began = time.monotonic()
            with contextlib.suppress(OSError):  # of a post the status may be known already
                call(f"https://podcast.example:{port}/f")
            assert time.monotonic() - began < 8 * SECONDS  # of twenty


@pytest.mark.usefixtures("in_the_clear")
def test_half_a_file_is_none() -> None:
    with (
        speaking(HEAD + b"\r\nhalf", pause=0) as port,
        pytest.raises(ConnectionError, match="broken off"),
    ):
        outgoing.fetch(f"https://podcast.example:{port}/f", most_bytes=10_000, seconds=9)


@pytest.mark.usefixtures("in_the_clear")
def test_address_as_people_write_it_is_asked_for() -> None:
    with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", pause=0) as port:
        url = f"https://podcast.example:{port}/été 1%20a.mp3?de=Éva"
        assert outgoing.fetch(url, most_bytes=10_000, seconds=9) == b"ok"


@pytest.mark.parametrize("bearer", ["", "secret"])
def test_program_of_this_machine_is_called_where_it_is_named_and_leads_no_bearer_on(
    bearer: str,
) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with speaking(head, pause=0) as port:
        place = f"127.0.0.1:{port}"
        refusal = ConnectionError if bearer else outgoing.AddressRefusedError
        with pytest.raises(refusal):
            outgoing.fetch(
                f"http://{place}/f", most_bytes=9, seconds=9, bearer=bearer, local=[place]
            )
        with pytest.raises(outgoing.AddressRefusedError):
            outgoing.fetch(f"http://{place}/f", most_bytes=9, seconds=9, local=["127.0.0.1:1"])


@pytest.mark.parametrize("rest", [":99999/f", "[::1/f", f".{'a' * 64}.example/f", "..example/f"])
def test_address_that_nobody_can_read_is_refused(rest: str) -> None:
    with pytest.raises(outgoing.AddressRefusedError):
        outgoing.fetch(f"https://podcast.example{rest}", most_bytes=10_000, seconds=9)


def calls(url: str) -> Iterator[Callable[[], object]]:
    """Each way to call an address."""
    yield lambda: outgoing.fetch(url, most_bytes=9, seconds=SECONDS)
    yield lambda: outgoing.post(url, b"", {}, seconds=SECONDS)
    yield lambda: outgoing.post_for_status(url, b"", {}, seconds=SECONDS)


def answer_in_turn(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Have a name server answer in turn, the last answer for ever; return the names."""
    names: list[str] = []

    def resolve(host: str, port: int, *_args: object, **_kwargs: object) -> list[Any]:
        address = host
        if not host[0].isdecimal():  # a literal address resolves to itself
            names.append(host)
            address = answers[min(len(names), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


def test_call_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers well first and leads inside then rebinds nothing."""
    connected: list[object] = []

    def connect(_socket: object, address: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    for number in range(3):
        names = answer_in_turn(monkeypatch, PUBLIC, INNER)
        monkeypatch.setattr(socket.socket, "connect", connect)
        call = list(calls("https://rebound.example/f"))[number]
        with pytest.raises(ConnectionRefusedError):
            call()
        assert names == ["rebound.example"]
    assert connected == [(PUBLIC, 443)] * 3


def test_name_that_leads_inside_at_any_turn_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_in_turn(monkeypatch, INNER)
    for call in calls("https://inside.example/f"):
        with pytest.raises(outgoing.AddressRefusedError):
            call()


@pytest.mark.parametrize(
    "address",
    [
        *("0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1"),
        *("192.0.0.9", "192.0.0.10", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
        *("198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::10.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "fec0::1"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:1::1", "2001:2::1"),
        *("2001:db8::1", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1"),
        *("feff::1", "ff02::1", "4000::1", "fe80::1%eth0", "fec0::1%1"),
    ],
)
def test_address_of_a_special_range_is_none_of_the_open_internet(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:2800:220:1::1", "2a00:1450::1"])
def test_address_of_the_open_internet_is_public(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.parametrize("port", [22, 80, 8443, 6379])
def test_port_is_the_usual_one_at_first_and_after_a_redirect(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    answer_in_turn(monkeypatch, PUBLIC)
    for call in calls(f"https://podcast.example:{port}/f"):
        with pytest.raises(outgoing.AddressRefusedError):
            call()
    target = f"https://podcast.example:{port}/f"
    head = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    with speaking(head, pause=0) as here:
        place = f"127.0.0.1:{here}"
        with pytest.raises(outgoing.AddressRefusedError):
            outgoing.fetch(f"http://{place}/f", most_bytes=9, seconds=9, local=[place])


@pytest.mark.parametrize("process", ["web", "worker", "caller", "founder", "beat"])
def test_process_that_others_wait_for_calls_no_stranger(settings: Any, process: str) -> None:
    settings.TROOVON_PROCESS = process
    for call in calls("https://podcast.example/f"):
        with pytest.raises(outgoing.CalledHereError, match=process):
            call()


def test_page_calls_no_stranger() -> None:
    with log_context.request("1"):
        for call in calls("https://podcast.example/f"):
            with pytest.raises(outgoing.CalledHereError, match="a request"):
                call()


def test_name_server_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait(9)][:0])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        outgoing.post("https://podcast.example/f", b"", {}, seconds=SECONDS)
    assert time.monotonic() - began < 4 * SECONDS
    over.set()  # its thread ends by itself


def test_name_without_an_address_is_a_failure_that_may_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "no name server")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for call in calls("https://podcast.example/f"):
        with pytest.raises(OSError, match="no address") as error:
            call()
        assert not isinstance(error.value, outgoing.AddressRefusedError)


@pytest.mark.usefixtures("in_the_clear")
def test_silent_host_is_left_alone_then_tried_by_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking(b"", pause=9) as port:
        url = f"https://podcast.example:{port}/f"
        with pytest.raises(TimeoutError):
            outgoing.post(url, b"", {}, seconds=SECONDS)
        began = time.monotonic()
        for call in calls(url):
            with pytest.raises(SilentHostError):
                call()
        assert time.monotonic() - began < SECONDS
    with speaking(HEAD + b"\r\n" + b"x" * 100, pause=0) as other:
        assert outgoing.post(f"https://podcast.example:{other}/f", b"", {}).status == 200


def test_circuit_closes_once_the_host_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    made, now = Hosts(), time.monotonic()
    with pytest.raises(TimeoutError), made.calling("a"):
        raise TimeoutError
    monkeypatch.setattr(time, "monotonic", lambda: now + SILENT_SECONDS + 1)
    with made.calling("a"), pytest.raises(SilentHostError), made.calling("a"):
        pass
    with made.calling("a"), made.calling("a"), made.calling("b"):
        pass


def test_host_has_a_few_calls_at_once() -> None:
    made = Hosts()
    with contextlib.ExitStack() as held:
        for _call in range(AT_ONCE):
            held.enter_context(made.calling("a"))
        with pytest.raises(BusyError), made.calling("a"):
            pass
        held.enter_context(made.calling("b"))
    with made.calling("a"):
        pass
