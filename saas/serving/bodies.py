"""Reads the body of a request within limits of size and of time."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from tempfile import SpooledTemporaryFile
from typing import Any

from saas.serving.limits import Limits

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]


class TooLargeError(Exception):
    """The body is longer than its address takes; `size` bytes of it were announced or counted."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class TooSlowError(Exception):
    """The body did not come in time."""


class TooManyError(Exception):
    """All bodies together, or all answers, are more than we hold."""


class ClientLeftError(Exception):
    """The client closed the connection."""


class Body:
    """A request body, in memory and then on disk; it uses the shared budget until it is closed."""

    def __init__(self, limits: Limits, budget: "DiskBudget") -> None:
        self.file = SpooledTemporaryFile(max_size=limits.in_memory)  # noqa: SIM115 - closed below
        self.size = 0
        self._limits = limits
        self._budget = budget

    async def read(self, receive: Receive, *, most_bytes: int) -> None:
        """Receive the body until its end.

        Raises TooLargeError, TooSlowError, TooManyError or ClientLeftError.
        """
        began = time.monotonic()
        more = True
        while more:
            left = began + self._limits.seconds_for(self.size) - time.monotonic()
            more = self._store(await _next(receive, seconds=left), most_bytes)
        self.file.seek(0)

    def _store(self, message: Message, most_bytes: int) -> bool:
        chunk: bytes = message.get("body", b"")
        if self.size + len(chunk) > most_bytes:
            raise TooLargeError(self.size + len(chunk))
        self._budget.take(len(chunk))
        self.size += len(chunk)
        try:
            self.file.write(chunk)
        except OSError:  # the disk is full
            raise TooManyError from None
        return bool(message.get("more_body"))

    def close(self) -> None:
        """Release its share of the budget."""
        self.file.close()
        self._budget.give_back(self.size)


class DiskBudget:
    """The room that all bodies share, or all long answers, which threads make."""

    def __init__(self, most: int) -> None:
        self.held = 0
        self._most = most
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Hold so many bytes more."""
        with self._lock:
            if self.held + size > self._most:
                raise TooManyError
            self.held += size

    def give_back(self, size: int) -> None:
        """Hold so many bytes less."""
        with self._lock:
            self.held -= size


async def _next(receive: Receive, *, seconds: float) -> Message:
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            message = await receive()
    except TimeoutError:
        raise TooSlowError from None
    if message["type"] != "http.request":
        raise ClientLeftError
    return message


async def throw_away(receive: Receive, limits: Limits) -> None:
    """Read and discard the rest of a refused client's body.

    A browser shows a response only after its body has been received. Reading ends with the body,
    with a pause or after a minute.
    """
    try:
        async with asyncio.timeout(limits.refused_seconds):
            while (await _next(receive, seconds=limits.idle_seconds)).get("more_body"):
                pass
    except (TimeoutError, TooSlowError, ClientLeftError):
        return
