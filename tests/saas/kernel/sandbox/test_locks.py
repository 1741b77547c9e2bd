"""Locks of a child: each try to break out is made by a child that runs the test's words."""

import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.kernel.sandbox import locks, runner
from saas.kernel.sandbox.jobs import JOBS
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError

# Replaces the opener of feeds: executes the content in a locked child.
SAYS = """
def does(content, options):
    from saas.kernel.sandbox.wire import Piece
    exec(content.decode(), {})
    yield Piece("done")
import ctypes, os, signal, socket, subprocess, threading, time
from saas.kernel.sandbox import jobs
jobs.JOBS["feed"] = jobs.JOBS["feed"]._replace(opener="feeds.does")
from saas.kernel.sandbox.openers import feeds
feeds.does = does
"""


@pytest.fixture(autouse=True)
def _obedient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runner, "PRELUDE", SAYS)
    monkeypatch.setenv("TROOVON_SECRET", "for nobody")
    yield
    runner._forget()  # noqa: SLF001 - the next test's child does what it should


def does(words: str) -> None:
    assert [piece.words for piece in runner.opened("feed", words.encode())] == ["done"]


def test_child_of_these_tests_runs_their_words() -> None:
    does("assert 1")
    with pytest.raises(UnfitError):
        does("assert 0")


@pytest.mark.parametrize(
    "words",
    [
        "open('/etc/hostname')",
        "open('/tmp/written', 'w')",
        "os.open('/proc/self/environ', os.O_RDONLY)",
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "os.pipe()",
        "subprocess.run(['true'])",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.unlink('/tmp/x')",
        "os.mkdir('/tmp/x')",
        "os.close(0); open('/etc/hostname')",
        "os.close(0); socket.socket()",
        "os.close(0); os.pidfd_open(os.getppid())",
    ],
)
def test_child_reaches_nothing_beside_its_file(words: str) -> None:
    call, exists = words.rpartition(";")[2].strip(), "import os, signal, socket, subprocess\n"
    tried = words.removesuffix(call).rstrip("; ") or "pass"
    does(
        f"{exists}{tried}\n"
        f"try:\n    {call}\nexcept OSError:\n    pass\nelse:\n    raise AssertionError('reached')"
    )


def test_child_has_no_secret_of_its_parent() -> None:
    does("import os; assert set(os.environ) <= {'LANG', 'MALLOC_ARENA_MAX', 'LC_CTYPE'}")
    does("import os; assert os.listdir is not None")


def test_child_makes_threads_and_no_process() -> None:
    does("import threading; t = threading.Thread(target=int); t.start(); t.join()")
    does(
        "import os\ntry:\n    os.fork()\nexcept OSError:\n    pass\n"
        "else:\n    raise AssertionError('forked')"
    )


@pytest.mark.parametrize(
    "words",
    [
        "x = bytearray(300 * 1024 * 1024)",
        "import os; os.kill(os.getpid(), 9) if False else os._exit(1)",
        "while True: pass",
        "import os; os.write(4, b'p' + b'\\xff' * 8)",
        "import os; os.write(4, b'p' + (3).to_bytes(4) + (0).to_bytes(4) + b'[[[')",
    ],
    ids=["memory", "death", "time", "a frame too large", "a frame that is no JSON"],
)
def test_child_that_dies_or_lies_is_too_heavy(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = JOBS["feed"]._replace(seconds=1.0)
    monkeypatch.setitem(JOBS, "feed", quick)
    with pytest.raises(TooHeavyError):
        does(words)


def test_process_that_was_killed_is_started_again() -> None:
    does("pass")
    zygote = runner._zygote  # noqa: SLF001 - its number
    assert zygote is not None
    os.kill(zygote.pid, signal.SIGKILL)
    while not zygote.has_ended:
        time.sleep(0.01)
    does("pass")  # another process has started


def test_process_that_children_come_from_holds_nothing() -> None:
    does("pass")
    zygote = runner._zygote  # noqa: SLF001 - its number
    assert zygote is not None
    folder = Path(f"/proc/{zygote.pid}")
    assert b"TROOVON" not in (folder / "environ").read_bytes()
    links = {int(link.name): str(link.readlink()) for link in (folder / "fd").iterdir()}
    besides = [name for number, name in links.items() if number > 2]
    assert len(besides) == 1
    assert besides[0].startswith("socket:")


def test_filter_is_known_for_the_machines_that_we_run_on() -> None:
    assert locks.filter_of("x86_64")
    assert locks.filter_of("aarch64")
    assert not locks.filter_of("riscv64")
    assert sys.platform != "linux" or locks.filter_of(platform.machine())
