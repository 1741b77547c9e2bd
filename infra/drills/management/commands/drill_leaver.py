"""`manage.py drill_leaver`: close accounts of a running site while their people go on."""

import concurrent.futures
import dataclasses
import itertools
import json
import threading
import time
from collections import Counter
from http import HTTPStatus
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone

from infra.drills.inside.access import leavers, switch
from infra.drills.inside.access.people import HOME, World, populate, session_of
from infra.drills.inside.access.touring import Try
from infra.drills.inside.access.web_client import WebClient
from saas.accounts.access import SPACE
from saas.console.models import Operator
from saas.kernel import schema

WITHIN_SECONDS = 1.0
BETWEEN_SECONDS = 0.02
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 30.0


@dataclasses.dataclass
class Attempts:
    """Answers to a leaver's browsers, and how long after the closing they still got in."""

    client: WebClient
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)
    closed_at: float = 0.0
    opened: list[tuple[float, str]] = dataclasses.field(default_factory=list)
    before: int = 0
    after: int = 0
    through: list[str] = dataclasses.field(default_factory=list)

    def keep_trying(self, key: str, routes: list[Try], share: int) -> None:
        """Try each route in turn; the first routes are this browser's share.

        A second after the closing it tries its share a last time.
        """
        for number, attempt in enumerate(itertools.cycle(routes)):
            if number == share:
                self.through.append(key)
            if self.stop.is_set():
                return
            if self.closed_at and time.monotonic() > self.closed_at + WITHIN_SECONDS:
                break
            self._try(attempt, key)
        for attempt in routes[:share]:
            self._try(attempt, key)

    def _try(self, attempt: Try, key: str) -> None:
        begun, closed_at = time.monotonic(), self.closed_at
        answer = self.client.call(attempt, key=key)
        self._note(attempt, shown=leavers.shows(answer, attempt), begun=begun, at=closed_at)
        if closed_at:  # a closed account retries again and again, with short pauses
            time.sleep(BETWEEN_SECONDS)

    def wait_until_all_were_tried(self, browsers: int) -> None:
        """Wait until each browser has been through its share, and each route was opened."""
        end = time.monotonic() + PATIENCE_SECONDS
        while len(self.through) < browsers and time.monotonic() < end:
            time.sleep(POLL_SECONDS)

    def _note(self, attempt: Try, *, shown: bool, begun: float, at: float) -> None:
        if not at:
            self.before += shown
            return
        self.after += 1
        if shown:
            self.opened.append((begun - at, str(attempt)))


class Command(BaseCommand):
    """Prints lines of "done of" on standard output, then a JSON object."""

    help = "Closes accounts over HTTP while all routes are tried; tells what stayed open."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the site's port, the number of leavers, and their routes."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--rounds", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--only", default="", help="routes whose names begin with this")
        parser.add_argument(
            "--faults",
            nargs="*",
            default=[],
            help="built in in turn; one leaves at each",
        )

    def handle(self, *, port: int, rounds: int, seed: int, only: str, **options: Any) -> None:
        """Close accounts in turn, then print the findings."""
        client = WebClient(port)
        operator = Operator.objects.select_related("user").earliest("pk").user
        world = populate(operator=operator, at=timezone.now(), serial=seed)
        tried: Counter[str] = Counter()
        found: list[str] = []
        worst = 0.0
        for serial, plant in enumerate(options["faults"] or [""] * rounds):
            if plant:
                switch.build_in_instead(client, plant)
            leaver = leavers.welcome(world, f"{seed}x{serial}")
            attempts = self._leave(client, leaver, world, only=only)
            worst = max([worst, *(late for late, _route in attempts.opened)])
            tried.update(
                {"leavers": 1, "routes open before": attempts.before, "tries after": attempts.after}
            )
            still_open = _still_open_after_closing(client, leaver)
            seen = [*_late(attempts), *still_open, *_back(client, world, leaver)]
            found += [f"{plant}: {what}" if plant else what for what in seen]
            self.stdout.write(f"{serial + 1} {rounds}")
        result = {"tried": tried, "worst_delay_ms": round(worst * 1000), "found": found}
        self.stdout.write(json.dumps(result, ensure_ascii=False))

    def _leave(
        self, client: WebClient, leaver: leavers.Leaver, world: World, *, only: str
    ) -> Attempts:
        attempts = Attempts(client)
        routes = leavers.routes_of(world, leaver, only=only)
        share = -(-len(routes) // len(leaver.keys))
        with concurrent.futures.ThreadPoolExecutor(len(leaver.keys)) as pool:
            hands = [
                pool.submit(attempts.keep_trying, key, routes[begin:] + routes[:begin], share)
                for key, begin in zip(leaver.keys, range(0, len(routes), share), strict=False)
            ]
            try:
                attempts.wait_until_all_were_tried(len(hands))
                _close(client, world, leaver)
                attempts.closed_at = time.monotonic()
            except BaseException:
                attempts.stop.set()
                raise
            for hand in hands:
                hand.result()
        connections.close_all()
        return attempts


def _close(client: WebClient, world: World, leaver: leavers.Leaver) -> None:
    where, admin = world.people["admin"]
    path = f"/admin/people/{leaver.person.reference}/close/"
    answer = client.call(
        Try(SPACE, "admin", "POST", path), key=session_of(where, admin), body="sure=on"
    )
    if answer.status != HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"the account was not closed: {answer.status}")


def _late(attempts: Attempts) -> list[str]:
    """List the routes that gave something a second after the closing."""
    late = {route for seconds, route in attempts.opened if seconds > WITHIN_SECONDS}
    return [f"{route} still opens a second after the account is closed" for route in sorted(late)]


def _still_open_after_closing(client: WebClient, leaver: leavers.Leaver) -> list[str]:
    """Try links, password and the way in by the domain; do the jobs that were queued."""
    found = [
        f"{attempt} still opens"
        for attempt in leavers.links_of(leaver)
        if leavers.shows(client.call(attempt), attempt)
    ]
    if leavers.sign_in(client, leaver).status == HTTPStatus.SEE_OTHER:
        found.append("the password still opens")
    leavers.join_again(client, leaver)
    found += [f"a leaver was sent: {subject}" for subject in leavers.unlawful_mails(leaver)]
    return found + leavers.losses(leaver)


def _back(client: WebClient, world: World, leaver: leavers.Leaver) -> list[str]:
    """Reopen the account: sessions from before the closing stay closed."""
    where, admin = world.people["admin"]
    path = f"/admin/people/{leaver.person.reference}/reopen/"
    client.call(Try(SPACE, "admin", "POST", path), key=session_of(where, admin))
    with schema.inside(HOME):
        leaver.person.refresh_from_db()
    if not leaver.person.is_active:
        return ["the account was not reopened"]
    home = Try(SPACE, "leaver", "GET", "/")
    found = [
        "a session of before lives again"
        for key in leaver.keys
        if client.call(home, key=key).status == HTTPStatus.OK
    ]
    attempts = [one for one in leavers.links_of(leaver) if one.path.startswith("/enter/")]
    return found + [
        f"{attempt} opens again"
        for attempt in attempts
        if leavers.shows(client.call(attempt), attempt)
    ]
