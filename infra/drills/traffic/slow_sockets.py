"""Clients of the drill `slow-clients`: they speak HTTP a byte at a time, or far too much of it."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

PAUSE_SECONDS = 1.0
PATIENCE_SECONDS = 10
_AT_ONCE = 100
_PIECE = 64 * 1024
_SMALL_BUFFER = 4096
# With a form's cookie the site reads the body, to compare the two tokens.
_FORM = f"Cookie: __Host-csrf={'a' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
_OPENINGS = {
    "silent": "",
    "slow headers": "GET /signin/ HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    "slow body": f"POST /signin/ HTTP/1.1\r\nHost: {{host}}\r\n{_FORM}Content-Length: 9000\r\n\r\n",
    "slow body in pieces": (
        f"POST /signin/ HTTP/1.1\r\nHost: {{host}}\r\n{_FORM}Transfer-Encoding: chunked\r\n\r\n"
    ),
    "slow reader": "GET /api/v1/openapi.json HTTP/1.1\r\nHost: {public}\r\n\r\n",
}
_BYTES = {"slow headers": b"x", "slow body": b"x", "slow body in pieces": b"1\r\nx\r\n"}
KINDS = tuple(_OPENINGS)


@dataclass(frozen=True)
class Page:
    """An address of the site on a port."""

    port: int
    host: str
    path: str

    def request(self, method: str, headers: str) -> bytes:
        """Write the head of a request for it."""
        line = f"{method} {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
        return f"{line}{headers}\r\n".encode()


@dataclass
class Client:
    """A connection, and its end."""

    kind: str
    began: float = field(default_factory=time.monotonic)
    ended_at: float = 0.0
    answer: bytes = b""

    @property
    def reads(self) -> bool:
        """Whether it is slow to take an answer, not to ask."""
        return self.kind == "slow reader"

    @property
    def sends_body(self) -> bool:
        """Return True if it sends a body, and so can receive the status 408."""
        return self.kind.startswith("slow body")

    def lasted(self) -> float:
        """Return how many seconds it was let in, until now if it still is."""
        return (self.ended_at or time.monotonic()) - self.began

    async def stay(self, port: int, gate: asyncio.Semaphore) -> None:
        """Come, and send or read a byte now and then until the server ends it."""
        async with gate:
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
            line.settimeout(0)
            await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
            self.began = time.monotonic()
        with contextlib.closing(line):
            await self._trickle(line, port)
        self.ended_at = time.monotonic()

    async def _trickle(self, line: socket.socket, port: int) -> None:
        loop = asyncio.get_running_loop()
        opening = _OPENINGS[self.kind].format(
            host=f"north.localhost:{port}", public=f"localhost:{port}"
        )
        with contextlib.suppress(OSError):
            await loop.sock_sendall(line, opening.encode())
            while not await self._is_ended(line):
                await loop.sock_sendall(line, _BYTES.get(self.kind, b""))

    async def _is_ended(self, line: socket.socket) -> bool:
        """Return True if the server responds or closes within a pause."""
        if self.reads:
            await asyncio.sleep(PAUSE_SECONDS)
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                some = await asyncio.get_running_loop().sock_recv(line, 1 if self.reads else 4096)
        except TimeoutError:
            return False
        self.answer += some
        return not some or not self.reads


class Crowd:
    """So many clients of each kind."""

    def __init__(self, port: int, many: int) -> None:
        self._port = port
        self.clients = [Client(kind) for kind in KINDS for _ in range(many)]
        self._stays: list[asyncio.Task[None]] = []

    async def come(self) -> None:
        """Let all of them in."""
        gate = asyncio.Semaphore(_AT_ONCE)
        self._stays = [asyncio.create_task(one.stay(self._port, gate)) for one in self.clients]
        await asyncio.sleep(PAUSE_SECONDS)

    def is_over(self) -> bool:
        """Whether all that the server has to send away are gone."""
        return all(client.ended_at for client in self.clients if not client.reads)

    async def finish(self) -> None:
        """End those that are left."""
        for stay in self._stays:
            stay.cancel()
        await asyncio.gather(*self._stays, return_exceptions=True)


async def ask(page: Page) -> float:
    """Ask for a page on a connection of its own; return how many seconds it took."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _connection(page.port) as (reader, writer):
            writer.write(page.request("GET", "Connection: close\r\n"))
            answer = await reader.read()
    except (TimeoutError, OSError):
        return PATIENCE_SECONDS
    passed = time.monotonic() - began
    return passed if answer.startswith(b"HTTP/1.1 200 ") else PATIENCE_SECONDS


async def status_of(page: Page) -> int:
    """Request a page and return its status; 0 if it timed out."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _connection(page.port) as (reader, writer):
            writer.write(page.request("GET", "Connection: close\r\n"))
            return await _status(reader)
    except (TimeoutError, OSError):
        return 0


async def post(page: Page, size: int, *, chunked: bool) -> tuple[int, int]:
    """Send so many bytes as fast as they are taken; return the status and how many were sent.

    The status is 0 where nothing that can be read came back.
    """
    length = "Transfer-Encoding: chunked\r\n" if chunked else f"Content-Length: {size}\r\n"
    sent = 0
    async with _connection(page.port) as (reader, writer):
        answer = asyncio.create_task(_status(reader))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                writer.write(page.request("POST", _FORM + length))
                while sent < size:
                    writer.write(_piece(chunked=chunked))
                    await writer.drain()
                    sent += _PIECE
                writer.write(b"0\r\n\r\n" if chunked else b"")
                return await answer, sent
        except (TimeoutError, OSError):
            return (answer.result() if answer.done() and not answer.exception() else 0), sent
        finally:
            answer.cancel()


def _piece(*, chunked: bool) -> bytes:
    return b"%x\r\n%s\r\n" % (_PIECE, b"a" * _PIECE) if chunked else b"a" * _PIECE


@contextlib.asynccontextmanager
async def _connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _status(reader: asyncio.StreamReader) -> int:
    words = (await reader.readline()).split()
    return int(words[1]) if len(words) > 1 else 0
