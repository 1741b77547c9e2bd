"""`manage.py drill_permissions`: try every route of a running site, as every person."""

import json
import random
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.drills.inside.access import tricks
from infra.drills.inside.access.people import HOME, World, populate, sessions_of
from infra.drills.inside.access.touring import Answer, Sample, Tour, Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import Row
from saas.accounts.models import User
from saas.commands.access.routes import address
from saas.commands.access.table import TABLE
from saas.console.models import Operator
from tenants.spaces.database.cells import reading

A_LOT = 10_000  # worlds per run: those of two seeds never meet in a database


class Visitors:
    """All people with a session, and a client of the site."""

    def __init__(self, client: WebClient, serial: int) -> None:
        self.client = client
        self.world: World = populate(operator=_operator(), at=timezone.now(), serial=serial)
        self.keys = sessions_of(self.world)
        reading.wait_for_cell(HOME, since=-1)

    def ask(self, attempt: Try) -> Answer:
        """Send a request with the cookie of its person."""
        return self.client.call(attempt, key=self.keys.get(attempt.who, ""))


class Command(BaseCommand):
    """Prints lines of "done of" on standard output, then a JSON object."""

    help = "Walks the table of routes over HTTP, then tries tricks; tells what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the site's port and the number of rows (0: all)."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--rounds", type=int, default=0)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--only", default="", help="rows whose route begins so, or so, with commas"
        )

    def handle(self, *, rounds: int, seed: int, only: str, **options: Any) -> None:
        """Try the table, then print the findings."""
        client = WebClient(options["port"])
        visitors = Visitors(client, seed * A_LOT)
        tour = Tour(visitors.world, ask=visitors.ask, undone=None)
        rows = [
            (host, row)
            for host, known in TABLE.items()
            for row in known
            if row.route.startswith(tuple(only.split(",")))
        ]
        chosen = _some(rows, rounds, seed)
        for done, (host, row) in enumerate(chosen):
            tour.visit(host, row, Sample.BY_TURNS if rounds else Sample.EVERYBODY)
            self.stdout.write(f"{done} {len(chosen) + 1}")
        self._succeed(client, tour, _some(tour.later, rounds, seed))
        slyly = tricks.Tricks(client, visitors.world, visitors.keys, rows=chosen)
        found = [*tour.found, *slyly.found()]
        tried = {"requests of the table": tour.tried, **slyly.tried}
        result = {"tried": tried, "rows": len(chosen), "found": found}
        self.stdout.write(json.dumps(result, ensure_ascii=False))

    def _succeed(self, client: WebClient, tour: Tour, later: list[tuple[str, Row, str]]) -> None:
        """Send the requests that should succeed: each row per person, each in a fresh world."""
        first = tour.world.serial + 1
        for serial, (host, row, who) in enumerate(later, start=first):
            visitors = Visitors(client, serial)
            attempt = Try(host, who, "POST", address(host, row, visitors.world.things))
            status = row.expected(host, "POST")[who]
            tour.compare(attempt, status, visitors.ask(attempt))


def _operator() -> User:
    return Operator.objects.select_related("user").earliest("pk").user


def _some[T](everything: list[T], rounds: int, seed: int) -> list[T]:
    """Choose some at random, or take all."""
    if not rounds or rounds >= len(everything):
        return everything
    chance = random.Random(seed)  # noqa: S311 - a drill that can be repeated
    return chance.sample(everything, rounds)
