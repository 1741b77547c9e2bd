"""The scanner of an installation that has ClamAV, tried against a server that speaks as clamd."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import LazySettings

from saas.accounts.models import User
from tenants.community.mediastore import tasks
from tenants.community.mediastore.gateway import scanner
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.rules.files import Unfit
from tests.tenants.community.mediastore.making import make_keeper, pdf, send

CLAM = "tenants.community.mediastore.gateway.scanner.ClamScanner"
LONGEST = 100_000


@contextmanager
def clamd(answer: bytes = b"", *, found: bytes = b"") -> Iterator[tuple[str, list[bytes]]]:
    """Simulate clamd: read the pieces of each file in turn, and give a verdict on each."""
    scanned: list[bytes] = []

    def speak() -> None:
        while True:
            try:
                line, _address = listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", sent.read(4))[0]:
                    assert size <= LONGEST
                    content += sent.read(size)
                scanned.append(content)
                bad = bool(found) and found in content
                verdict = b"stream: Eicar-Test-Signature FOUND\0" if bad else b"stream: OK\0"
                line.sendall(answer or verdict)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}", scanned
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture(autouse=True)
def _clam(settings: LazySettings) -> None:
    settings.VIRUS_SCANNER = CLAM


def test_whole_file_is_sent_in_pieces_and_judged(settings: LazySettings) -> None:
    content = b"x" * 200_000 + b"worm"
    with clamd(found=b"worm") as (settings.VIRUS_SCANNER_URL, scanned):
        scanner.check(b"harmless")
        with pytest.raises(Unfit, match="virus"):
            scanner.check(content)
        assert scanned == [b"harmless", content]


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: NOT OK ERROR\0"]
)
def test_scanner_that_could_not_look_lets_nothing_pass(
    settings: LazySettings, answer: bytes
) -> None:
    with (
        clamd(answer) as (settings.VIRUS_SCANNER_URL, _scanned),
        pytest.raises(OSError, match="could not look"),
    ):
        scanner.check(b"anything")


def test_silent_scanner_leaves_the_file_waiting_uncounted(
    owner: User, settings: LazySettings
) -> None:
    settings.VIRUS_SCANNER_URL = "tcp://127.0.0.1:1"
    with pytest.raises(ConnectionRefusedError):
        send(make_keeper(owner), pdf(1))
    medium = Medium.objects.get()
    assert (medium.state, medium.attempts) == ("waiting", 0)


def test_bad_file_is_refused_before_it_is_opened(
    owner: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_opened", lambda *_args: pytest.fail("opened"))
    with clamd(found=b"%PDF") as (settings.VIRUS_SCANNER_URL, _scanned):
        medium = send(make_keeper(owner), pdf(1))
    assert (medium.state, medium.failure, medium.attempts) == ("failed", "virus", 0)
