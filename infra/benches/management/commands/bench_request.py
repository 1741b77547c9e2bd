"""`manage.py bench_request`: answer each line with the cost of a signed-in home page.

An answer is two numbers: the elapsed seconds, and the CPU seconds of this process.
"""

import io
import json
import sys
import time
import zlib
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from infra.benches import one_schema
from saas.accounts.models import User
from saas.kernel import schema
from saas.serving.frames import run_in_one_piece
from tenants.spaces import hosts

PAGES_A_ROUND = 20
STATEMENTS = "statements"


class Command(BaseCommand):
    """The benches' inner half for requests."""

    help = "Answers each line on standard input with seconds and CPU seconds of one home page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the flag for the peer without spaces."""
        parser.add_argument("--plain", action="store_true")

    def handle(self, *, plain: bool, **_options: Any) -> None:
        """Do it until the input ends."""
        if plain:
            one_schema.stand_still("north")
        browser = Browser("north", f"north.{hosts.base_name()}")
        for line in sys.stdin:
            if line.strip() == STATEMENTS:
                self.stdout.write(json.dumps(browser.statements()))
            else:
                began, computed = time.perf_counter(), time.process_time()
                for _ in range(PAGES_A_ROUND):
                    browser.home()
                costs = (time.perf_counter() - began, time.process_time() - computed)
                self.stdout.write(" ".join(f"{cost / PAGES_A_ROUND:.6f}" for cost in costs))
            self.stdout.flush()


class Browser:
    """Asks the WSGI handler for pages as a member, in this process."""

    def __init__(self, space: str, host: str) -> None:
        self.handler = WSGIHandler()
        self.host = host
        with schema.inside(space):
            user = User.objects.order_by("pk").first()
            if user is None:
                raise RuntimeError("the bench's space has no members")
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "saas.accounts.backends.ActivePersonBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
        self.cookie = f"__Host-session={session.session_key}"

    def home(self) -> None:
        """Ask for the home page."""
        self.page("/")

    def page(self, address: str) -> None:
        """Request a page once. Raises RuntimeError on an unexpected response."""
        status, body = run_in_one_piece(self._get, address)  # as the web process does
        if status != "200 OK" or b"</html>" not in body:
            raise RuntimeError(f"{status}: {body[:500]!r}")

    def statements(self) -> dict[str, Any]:
        """Return a page's statements on a known host and its number of schema switches."""
        self.home()
        sent: list[str] = []

        def record_statement(execute: Any, sql: str, *rest: Any) -> Any:
            sent.append(sql)
            return execute(sql, *rest)

        before = schema.connection().switches
        with connection.execute_wrapper(record_statement):
            self.home()
        return {"statements": sent, "switches": schema.connection().switches - before}

    def _get(self, address: str) -> tuple[str, bytes]:
        """Send a browser's request and return its status and unpacked body."""
        answered: list[tuple[str, list[tuple[str, str]]]] = []
        begin: Any = lambda *arguments: answered.append(arguments)  # noqa: E731 - WSGI's form
        response = self.handler(self._environ(address), begin)
        body = b"".join(response)
        response.close()
        [(status, headers)] = answered
        packed = dict(headers).get("Content-Encoding") == "gzip"
        return status, zlib.decompress(body, zlib.MAX_WBITS | 16) if packed else body

    def _environ(self, address: str) -> dict[str, Any]:
        path, _, query = address.partition("?")
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
