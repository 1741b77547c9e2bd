"""Ask the drill's pages in this process, by WSGI and by ASGI, through our own middleware."""

import asyncio
import io
import re
import sys
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler

from tenants.spaces import hosts

SYNC = ("plain", "streamed", "raising")
ASYNC = ("awaited", "awaited-stream")
NAMED = re.compile(r"t_drill\d+|never|public")


class Browser:
    """A thread's client for the pages; all threads share the handlers, as in a server."""

    def __init__(self) -> None:
        self.wsgi = WSGIHandler()
        self.asgi = ASGIHandler()

    def ask(self, page: str, space: str) -> str:
        """Return the response of a page on a space's host."""
        host = f"{space.replace('_', '-')}.{hosts.base_name()}"
        body = asyncio.run(self._awaited(page, host)) if page in ASYNC else self._read(page, host)
        return body.decode()

    def _read(self, page: str, host: str) -> bytes:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/{page}/",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        begin: Any = lambda _status, _headers: None  # noqa: E731 - WSGI's form
        response: Any = self.wsgi(environ, begin)
        try:
            body = b"".join(response)
        finally:
            response.close()
        # A page that fails has an error page of its own; it names no space.
        return body if page != "raising" else b""

    async def _awaited(self, page: str, host: str) -> bytes:
        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": f"/{page}/",
            "query_string": b"",
            "headers": [(b"host", host.encode())],
            "client": ("127.0.0.1", 1),
            "server": (host, 80),
        }
        parts: list[bytes] = []
        waiting = [{"type": "http.request", "body": b""}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            return await asyncio.Future()  # the browser stays

        async def send(message: Any) -> None:
            parts.append(message.get("body", b""))

        await self.asgi(scope, receive, send)
        return b"".join(parts)
