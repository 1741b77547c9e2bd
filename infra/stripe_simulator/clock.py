"""The simulator's own time: it runs like the wall's and can be set apart from it."""

import contextlib
import datetime as dt
import time
from collections.abc import Iterator


class Clock:
    """The simulated time in whole seconds; it can jump forwards."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        self._pinned: int | None = None
        self.test_clock = ""

    def now(self) -> int:
        """Give the simulated time in seconds since 1970."""
        if self._pinned is not None:
            return self._pinned
        return int(time.time()) + self.offset

    def set(self, moment: int) -> None:
        """Let the simulated time go on from this moment."""
        self.offset = moment - int(time.time())

    @contextlib.contextmanager
    def pinned(self, moment: int, *, test_clock: str = "") -> Iterator[None]:
        """Set the time to an act's due time, or to a test clock's time, in the context."""
        before = self._pinned, self.test_clock
        self._pinned, self.test_clock = moment, test_clock
        try:
            yield
        finally:
            self._pinned, self.test_clock = before


def iso(moment: int) -> str:
    """Write a moment as the second generation of the API does."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def seconds(text: str) -> int:
    """Read a moment written in ISO 8601, or as seconds since 1970."""
    if text.strip().lstrip("-").isdigit():
        return int(text)
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return int(moment.timestamp())
