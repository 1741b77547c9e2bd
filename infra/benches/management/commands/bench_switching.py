"""`manage.py bench_switching SPACES`: go from space to space and answer how long it took."""

import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from infra.benches.management.commands.bench_request import Browser
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

STATEMENTS = 1_000
PAGES = 50


class Command(BaseCommand):
    """The inner half of the bench `switching`."""

    help = "Reads a word a line (stay, turn, page, pages, memory) and answers seconds or a number."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the number of spaces to go through."""
        parser.add_argument("spaces", type=int)

    def handle(self, *, spaces: int, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        walk = Walk(spaces)
        words = {
            "stay": walk.stay,
            "turn": walk.turn,
            "page": walk.page,
            "pages": walk.pages,
            "memory": walk.memory,
            "lap": walk.lap,
        }
        for line in sys.stdin:
            self.stdout.write(json.dumps(words[line.strip()]()))
            self.stdout.flush()


class Walk:
    """A process that works in many spaces, through the database backend of the settings."""

    def __init__(self, spaces: int) -> None:
        found = Tenant.objects.order_by("schema_name").values_list("schema_name", "slug")
        self._spaces = list(found[:spaces])
        self._turn: Iterator[tuple[str, str]] = itertools.cycle(self._spaces)
        self._browsers: dict[str, Browser] = {}

    def stay(self) -> float:
        """Send statements in a single space; return the seconds of a statement."""
        return self._ask(itertools.repeat(self._spaces[0]))

    def turn(self) -> float:
        """Send each statement in another space; return the seconds of a statement."""
        return self._ask(self._turn)

    def _ask(self, where: Iterator[tuple[str, str]]) -> float:
        tenant_connection: Any = connection
        began = time.perf_counter()
        for name, _slug in itertools.islice(where, STATEMENTS):
            tenant_connection.set_schema(name)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
        return (time.perf_counter() - began) / STATEMENTS

    def page(self) -> float:
        """Request the home page of a single space; return the seconds of a page."""
        return self._browse(itertools.repeat(self._spaces[0], PAGES))

    def pages(self) -> float:
        """Request each home page in another space; return the seconds of a page."""
        return self._browse(itertools.islice(self._turn, PAGES))

    def lap(self) -> float:
        """Request the home page of every space once; return the seconds of a page."""
        return self._browse(iter(self._spaces))

    def _browse(self, where: Iterator[tuple[str, str]]) -> float:
        browsers = [self._browser(*space) for space in where]
        began = time.perf_counter()
        for browser in browsers:
            browser.home()
        return (time.perf_counter() - began) / len(browsers)

    def _browser(self, name: str, slug: str) -> Browser:
        if name not in self._browsers:
            self._browsers[name] = Browser(name, f"{slug}.{hosts.base_name()}")
        return self._browsers[name]

    def memory(self) -> int:
        """Return the bytes that this connection's server process keeps for itself."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the server's memory cannot be read here")
