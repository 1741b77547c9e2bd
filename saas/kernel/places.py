"""Limited concurrent places: a thread without a free place comes back later; it does not wait."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator


class BusyError(Exception):
    """All places are taken: the work was not begun, and may be tried again in a moment.

    It is no OSError: a busy moment of ours is no failure of the server that was to be called.
    """


class Places:
    """So many places for each key, in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def take(self, key: str) -> Iterator[None]:
        """Hold a place for this block. Raises BusyError at once if all are taken."""
        with self._lock:
            if self._taken[key] >= self._most:
                raise BusyError(key)
            self._taken[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[key] -= 1
                if not self._taken[key]:
                    del self._taken[key]
