"""Parent's side: sends a file to a child, and receives the result piece by piece."""

import atexit
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from saas.kernel.sandbox import wire
from saas.kernel.sandbox.jobs import JOBS, Job
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.sandbox.wire import MEGABYTE, READY, Piece
from saas.kernel.watching import log_context

# For a fork on a busy machine, beyond the child's own alarm.
SLACK_SECONDS, START_SECONDS = 2.0, 60.0
# Code for tests and drills, run in the process that children are forked from.
PRELUDE = ""
_ROOT = Path(__file__).parents[3]
# Loads this package without `saas/__init__.py`, which imports Celery and its settings.
_START = """
import sys, types
for name, folder in (("saas", "saas"), ("saas.kernel", "saas/kernel")):
    module = types.ModuleType(name)
    module.__path__ = [f"{ROOT}/{folder}"]
    sys.modules[name] = module
from saas.kernel.sandbox import zygote
"""

logger = logging.getLogger(__name__)


class OpenedHereError(RuntimeError):
    """A request opened a file of strangers: its page waits, and a job opens the file."""


def opened(job: str, content: bytes, **options: Any) -> Iterator[Piece]:
    """Yield the pieces of a file opened in a child. Raises UnfitError or TooHeavyError.

    A job calls this, and no request: a file may hold its opener for minutes.
    """
    if log_context.is_in_request():
        raise OpenedHereError(f"a request opened a {job}: a job does, while its page waits")
    return _opened(JOBS[job], {"job": job, "options": options}, content)


def _opened(job: Job, message: dict[str, Any], content: bytes) -> Iterator[Piece]:
    name, left = message["job"], job.most_out * MEGABYTE
    with contextlib.closing(_asked(json.dumps(message).encode(), content)) as line:
        ends_at = time.monotonic() + job.seconds + SLACK_SECONDS
        try:
            while (piece := _next(line, name, ends_at)) is not None:
                left -= len(piece.content)
                wire.check_left(left)
                yield piece
        except (EOFError, TimeoutError, ConnectionError, wire.BadFrameError) as error:
            logger.warning("a child that opened a %s died: %r", name, error)
            raise TooHeavyError(name) from error


def _next(line: socket.socket, name: str, ends_at: float) -> Piece | None:
    """Return the next piece, or None after the last. Raises UnfitError, or EOFError.

    EOFError means that the child ran out of memory or was lost.
    """
    kind, piece = wire.receive(lambda size: _read(line, size, ends_at))
    if kind == wire.PIECE:
        return piece
    if kind == wire.END:
        return None
    if kind == wire.HEAVY:
        raise EOFError("no memory")
    if kind == wire.UNFIT:
        raise UnfitError(str(piece.words))
    logger.info("a %s is broken: %s", name, piece.words)
    raise UnfitError("unreadable")


def _read(line: socket.socket, size: int, ends_at: float) -> bytes:
    """Read so many bytes. Raises EOFError, or TimeoutError."""
    found = bytearray()
    while len(found) < size:
        left = ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        part = line.recv(min(size - len(found), MEGABYTE))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _asked(message: bytes, content: bytes) -> socket.socket:
    """Send a file to a new child; return the line on which it answers."""
    with _file_with(content) as file:
        for last in (False, True):
            ours, theirs = socket.socketpair()
            try:
                with theirs:
                    socket.send_fds(_current(), [message], [file.fileno(), theirs.fileno()])
            except OSError:  # the process has ended, as any may; another is started
                ours.close()
                _forget()
                if last:
                    raise
            else:
                return ours
    raise AssertionError("unreachable")


@contextlib.contextmanager
def _file_with(content: bytes) -> Iterator[Any]:
    if hasattr(os, "memfd_create"):
        file = open(os.memfd_create("upload"), "w+b", buffering=0)  # noqa: SIM115, PTH123 - closed below
    else:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed below
    with file:
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
        yield file


class _Zygote:
    """Process that children of this process are forked from, started when first needed."""

    def __init__(self, prelude: str) -> None:
        self.prelude = prelude
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        script = f"ROOT = {str(_ROOT)!r}\n{_START}\n{prelude}\nzygote.main()"
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own words alone
                [sys.executable, "-I", "-B", "-c", script, str(theirs.fileno())],
                env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._is_ready = False

    def wait_until_ready(self) -> None:
        """Wait until the parsers are loaded. Raises RuntimeError if they cannot be."""
        if self._is_ready:
            return
        self.line.settimeout(START_SECONDS)
        if self.line.recv(len(READY)) != READY:
            raise RuntimeError("the process that opens files did not start")
        self.line.settimeout(None)
        self._is_ready = True

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Let the process end, which it does with its socket."""
        self.line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()

    def leave(self) -> None:
        """Release a process that belongs to the parent, not to this fork."""
        self.line.close()
        self._process.returncode = 0


_starting = threading.Lock()
_zygote: _Zygote | None = None


def _current() -> socket.socket:
    with _starting:
        zygote = _started()
        zygote.wait_until_ready()
        return zygote.line


def _started() -> _Zygote:
    global _zygote  # noqa: PLW0603 - the one of this process
    if _zygote is not None and (_zygote.has_ended or _zygote.prelude != PRELUDE):
        _zygote.end()
        _zygote = None
    if _zygote is None:
        _zygote = _Zygote(PRELUDE)
    return _zygote


def _forget() -> None:
    global _zygote  # noqa: PLW0603 - the one of this process
    with _starting:
        if _zygote is not None:
            _zygote.end()
        _zygote = None


def _begin_in_child() -> None:
    """Let a forked process have a process of its own to fork from."""
    global _zygote, _starting
    if _zygote is not None:
        _zygote.leave()
    _zygote, _starting = None, threading.Lock()


os.register_at_fork(after_in_child=_begin_in_child)
atexit.register(_forget)
