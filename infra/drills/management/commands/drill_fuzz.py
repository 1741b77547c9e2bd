"""`manage.py drill_fuzz`: send requests drawn from the API's schema to a running site."""

import json
from collections import Counter
from http import HTTPStatus
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.drills.inside.access import fuzzing
from infra.drills.inside.access.people import populate, sessions_of
from infra.drills.inside.access.touring import Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import SPACE
from saas.commands.access.routes import address
from saas.commands.access.table import TABLE
from saas.console.models import Operator

DESCRIPTION = "/api/v1/openapi.json"
# The first has the most roles; the second has no role; the third is signed out.
WHO = ("admin", "member", "")


class Command(BaseCommand):
    """Prints lines of "done of" on standard output, then a JSON object."""

    help = "Sends right and wrong requests to each operation of the API; tells what broke."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the site's port and the number of requests of each kind."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--rounds", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--only", default="", help="operations whose path begins so")

    def handle(self, *, rounds: int, seed: int, only: str, **options: Any) -> None:
        """Send the requests, then print the findings."""
        client = WebClient(options["port"])
        world = populate(
            operator=Operator.objects.select_related("user").earliest("pk").user,
            at=timezone.now(),
            serial=seed,
        )
        keys = sessions_of(world)
        known = [address(SPACE, row, world.things) for row in TABLE[SPACE]]
        described = json.loads(client.call(Try(SPACE, "", "GET", DESCRIPTION)).text)
        paths = {path: what for path, what in described["paths"].items() if path.startswith(only)}
        drawn = fuzzing.requests(
            {**described, "paths": paths}, sorted(set(known)), rounds=rounds, seed=seed
        )
        answers: Counter[str] = Counter()
        found: dict[str, str] = {}
        for done, sent in enumerate(drawn):
            for number, one in enumerate(sent):
                who = WHO[number % len(WHO)]
                answer = client.call(
                    Try(SPACE, who, one.method, one.path),
                    key=keys.get(who, ""),
                    body=one.body or "",
                )
                answers[f"answers {answer.status // 100}xx"] += 1
                if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    found.setdefault(one.operation, _finding(one, answer.status))
            self.stdout.write(f"{done + 1} {len(paths)}")
        result = {"tried": dict(answers), "paths": len(paths), "found": list(found.values())}
        self.stdout.write(json.dumps(result, ensure_ascii=False))


def _finding(sent: fuzzing.Sent, status: int) -> str:
    body = "" if sent.body is None else f" with {sent.body[:200]}"
    return f"{sent.operation}: {status} for {sent.path[:200]}{body}"
