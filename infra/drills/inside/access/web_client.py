"""Requests to a running site, in the name of any person."""

import dataclasses
import http.client
import threading

from django.conf import settings

from infra.drills.inside.access.people import HOME
from infra.drills.inside.access.touring import CHANGING, Answer, Try
from saas.accounts.access import OPS, PUBLIC, SPACE

TOKEN = "a" * 32
TIMEOUT_SECONDS = 60
LINES = 3


@dataclasses.dataclass
class WebClient:
    """A client of the site; each thread has its own connection, from a given local address."""

    port: int
    network: str = "127.0.0.1"
    lines: threading.local = dataclasses.field(default_factory=threading.local)

    def host(self, kind: str) -> str:
        """Return the name of a kind of host."""
        before = {SPACE: f"{HOME}.", PUBLIC: "", OPS: "ops."}[kind]
        return f"{before}{settings.BASE_HOST}"

    def call(
        self, attempt: Try, *, key: str = "", body: str | bytes | None = None, **headers: str | None
    ) -> Answer:
        """Send a request with its form's token; null removes a header."""
        host = self.host(attempt.host)
        program = attempt.path.startswith("/api/")
        cookies = {settings.CSRF_COOKIE_NAME: TOKEN, settings.SESSION_COOKIE_NAME: key}
        sent: dict[str, str | None] = {
            "Host": host,
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
            "Origin": f"{settings.BASE_SCHEME}://{host}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/json" if program else "application/x-www-form-urlencoded",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        usual = "{}" if program else "tried=1"
        return self._send(
            attempt,
            body=usual if body is None else body,
            headers={name: value for name, value in sent.items() if value is not None},
        )

    def _send(self, attempt: Try, *, body: str | bytes, headers: dict[str, str]) -> Answer:
        encoded = body.encode() if isinstance(body, str) else body
        content = None if attempt.method not in CHANGING else encoded
        for _ in range(LINES):
            line = self._line()
            try:
                line.request(attempt.method, attempt.path, content, headers)
                answer = line.getresponse()
                sent = answer.read()
            except (ConnectionError, http.client.HTTPException):
                # The server closes a connection after an unread body; a new connection is opened.
                line.close()
                continue
            headers_of_answer = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Answer(answer.status, sent.decode(errors="replace"), headers_of_answer, sent)
        raise ConnectionError(f"{attempt}: the site does not answer")

    def _line(self) -> http.client.HTTPConnection:
        line: http.client.HTTPConnection | None = getattr(self.lines, "line", None)
        if line is None:
            line = http.client.HTTPConnection(
                "127.0.0.1",
                self.port,
                timeout=TIMEOUT_SECONDS,
                source_address=(self.network, 0),
            )
            self.lines.line = line
        return line
