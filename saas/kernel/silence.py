"""Circuit breaker for servers that hang: after a timeout, other threads do not wait for it."""

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
    """State of a server that hung: it is tried again every few seconds, by a single thread.

    A server that has stopped refuses at once, and is tried each time. A server that hangs blocks
    each caller until its timeout: a page calls several times, and soon all threads wait.
    """

    def __init__(self) -> None:
        self._next_at: float | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Call the server in this block. Raises SilentError after a recent timeout."""
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
