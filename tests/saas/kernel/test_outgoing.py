"""A call to an address that strangers own ends in its time, and half a file is none."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from saas.kernel.web import outgoing

SECONDS = 0.5
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n"


@contextlib.contextmanager
def speaking(*parts: bytes, pause: float) -> Iterator[int]:
    """Listen for one call, and answer it part by part."""
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
    monkeypatch.setattr(outgoing, "public_address", lambda *_: "127.0.0.1")


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
