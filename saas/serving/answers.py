"""Takes an answer whole from the page that makes it, and sends it without a thread."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any

from saas.serving.bodies import DiskBudget, TooManyError
from saas.serving.limits import Limits

type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Pages = Callable[..., Iterable[bytes]]

_CHUNK = 64 * 1024
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Answer:
    """Status, headers and body; the body in memory, and on the disk where it is long."""

    def __init__(self, limits: Limits, budget: DiskBudget) -> None:
        self._limits = limits
        self._budget = budget
        self._held = 0
        self._is_taken = self._is_abandoned = False
        self._empty()

    def _empty(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.size = 0
        self._file = SpooledTemporaryFile(max_size=self._limits.in_memory)  # noqa: SIM115 - `drop`

    def close(self) -> None:
        """Release its share of the budget."""
        self._release()

    def abandon(self) -> None:
        """Leave it to the thread that still writes into it, which closes it at its end."""
        self._is_abandoned = True
        if self._is_taken:
            self._release()

    def drop(self) -> None:
        """Empty it, and release its share of the budget."""
        self._release()
        self._empty()

    def _release(self) -> None:
        self._file.close()
        self._budget.give_back(self._held)
        self._held = 0

    def begin(
        self,
        status: str,
        headers: list[tuple[str, str]],
        _exc_info: object = None,
    ) -> Callable[[bytes], object]:
        """Take status and headers: the `start_response` of PEP 3333."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return self.add

    def add(self, chunk: bytes) -> None:
        """Append a chunk of the body. Raises TooManyError if the shared budget is used up."""
        size = self.size + len(chunk)
        if size > self._limits.in_memory:
            self._budget.take(size - self._held)
            self._held = size
        try:
            self._file.write(chunk)
        except OSError:  # the disk is full
            raise TooManyError from None
        self.size = size

    def take(self, pages: Pages, environ: dict[str, Any]) -> None:
        """Have a page made in this thread, from its first statement to its last.

        Raises TooManyError.
        """
        chunks = pages(environ, self.begin)
        try:
            for chunk in chunks:
                self.add(chunk)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
            self._is_taken = True
            if self._is_abandoned:
                self._release()
        if environ["REQUEST_METHOD"] != "HEAD" and self.status not in _BODILESS:
            self._set_length()

    def _set_length(self) -> None:
        others = [(name, value) for name, value in self.headers if name != b"content-length"]
        self.headers = [*others, (b"content-length", str(self.size).encode())]

    async def send(self, send: Send) -> bool:
        """Send it within the time for its size; return True if the client received all of it."""
        began = time.monotonic()
        await self.send_head(send)
        self._file.seek(0)
        left = self.size
        while left > _CHUNK:
            seconds = self._limits.seconds_for(self.size) - (time.monotonic() - began)
            if not await self._sent(send, seconds):
                return False
            left -= _CHUNK
        await send({"type": "http.response.body", "body": self._file.read()})
        return True

    async def _sent(self, send: Send, seconds: float) -> bool:
        message = {
            "type": "http.response.body",
            "body": self._file.read(_CHUNK),
            "more_body": True,
        }
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await send(message)
        except TimeoutError:
            return False
        return True

    async def send_head(self, send: Send) -> None:
        """Send status and headers."""
        await send({
            "type": "http.response.start",
            "status": self.status,
            "headers": self.headers,
        })  # fmt: skip

    async def send_open(self, send: Send) -> None:
        """Send all but the end, without a content length; `end` completes it.

        Until then the server goes on reading the client's body.
        """
        self.headers = [(name, value) for name, value in self.headers if name != b"content-length"]
        await self.send_head(send)
        self._file.seek(0)
        await send({"type": "http.response.body", "body": self._file.read(), "more_body": True})

    async def end(self, send: Send) -> None:
        """End a response begun by `send_open`."""
        await send({"type": "http.response.body", "body": b""})
