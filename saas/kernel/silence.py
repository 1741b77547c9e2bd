"""Servers that hang: who has waited for one in vain lets the others go on without it."""

import contextlib
import threading
import time
from collections.abc import Iterator

from celery.exceptions import OperationalError

HUNG_SECONDS = 1.0
SILENT_SECONDS = 5.0


class SilentError(OperationalError):
    """A server that hung a moment ago was not asked: to callers, as if it had refused."""


class Silence:
    """The memory of a server that hung: it is asked again every few seconds, and by one thread.

    A server that is gone refuses at once, and is asked each time. One that hangs holds whoever
    asks for as long as they are patient: a page asks several times, and soon all threads wait.
    """

    def __init__(self) -> None:
        self._next_at: float | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Ask in this block. Raises SilentError where somebody has just waited in vain."""
        began = self._take_turn()
        try:
            yield
        except Exception:
            now = time.monotonic()
            self._next_at = now + SILENT_SECONDS if now > began + HUNG_SECONDS else None
            raise
        self._next_at = None

    def _take_turn(self) -> float:
        now = time.monotonic()
        with self._lock:
            if self._next_at is not None:
                if now < self._next_at:
                    raise SilentError
                self._next_at = now + SILENT_SECONDS
        return now
