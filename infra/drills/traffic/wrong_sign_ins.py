"""Wrong sign-ins of the drill `slow-clients`: each takes a hash, and no page waits for a hash."""

import asyncio
import contextlib
from collections import Counter
from urllib.parse import urlencode

from infra.drills.traffic.slow_sockets import Page

MANY = 600
_PATIENCE_SECONDS = 120
_TOKEN = "a" * 32
_AT_ONCE = 300
ANSWERS = frozenset({422, 429, 503})


class WrongSignIns:
    """So many wrong passwords at unknown addresses, all sent at once by a single client."""

    def __init__(self, page: Page, many: int = MANY) -> None:
        self._page = page
        self._many = many
        self._posts: list[asyncio.Task[None]] = []
        self.answers: Counter[int] = Counter()

    async def come(self) -> None:
        """Send all of them."""
        gate = asyncio.Semaphore(_AT_ONCE)
        self._posts = [
            asyncio.create_task(self._post(number, gate)) for number in range(self._many)
        ]
        await asyncio.sleep(0)

    def is_over(self) -> bool:
        """Return True once all are answered."""
        return all(post.done() for post in self._posts)

    async def finish(self) -> None:
        """Wait for those that are not answered yet."""
        await asyncio.gather(*self._posts)

    async def _post(self, number: int, gate: asyncio.Semaphore) -> None:
        body = urlencode(
            {
                "email": f"nobody{number}@elsewhere.example",
                "password": "wrong",
                "csrfmiddlewaretoken": _TOKEN,
            }
        ).encode()
        head = (
            f"Origin: http://{self._page.host}:{self._page.port}\r\n"
            f"Cookie: __Host-csrf={_TOKEN}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
        async with gate:
            self.answers[await self._status(self._page.request("POST", head) + body)] += 1

    async def _status(self, request: bytes) -> int:
        """Return the status of a request, 0 if it timed out."""
        with contextlib.suppress(TimeoutError, OSError, ValueError, IndexError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._page.port)
                with contextlib.closing(writer):
                    writer.write(request)
                    answer = await reader.read()
                    return int(answer.split(maxsplit=2)[1])
        return 0
