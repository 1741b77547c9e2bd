"""`manage.py drill_webhooks STEP`: play the events, or deliver them in a given way."""

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import clock
from billing.models import StripeEvent
from infra.demo import levers
from infra.drills.inside.money import hours, mail
from infra.drills.inside.money.canonical_dump import CanonicalDump
from infra.drills.inside.money.history import History, before
from infra.drills.inside.money.settling import Jobs
from saas.kernel import schema

NIGHTS = 5
MOST_EVENTS = 5_000
CLOCK = (clock.sweep_events, clock.refetch_unsettled, clock.release_shares)
LATE = "a day late"
AGAIN_AFTER_EVENTS = 7


class Command(BaseCommand):
    """Prints a JSON object as the last line."""

    help = "Drills webhooks: `infra.drills.settings.drill` and a simulator only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the step, and its way of delivery."""
        parser.add_argument("step", choices=["play", "deliver"])
        parser.add_argument("--file", type=Path, required=True)
        parser.add_argument("--way", choices=sorted(mail.WAYS), default="in order")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, step: str, file: Path, way: str, seed: int, **_options: Any) -> None:
        """Do the step."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        schema.enter(schema.PUBLIC)
        answer: dict[str, Any] = {}
        if step == "play":
            before()
            events = History().play()
            file.write_text(json.dumps(events))
            answer = {"events": len(events)}
        else:
            answer = Delivery(file, seed).run(way)
        self.stdout.write(json.dumps(answer))


class Delivery:
    """A way of delivering the history, up to the end state."""

    def __init__(self, file: Path, seed: int) -> None:
        hours.follow()
        self.events = json.loads(file.read_text())
        self.chance = random.Random(f"webhooks{seed}")  # noqa: S311 - can be repeated
        self.jobs, self.endpoints = Jobs(), mail.Endpoints()
        self.before = set(StripeEvent.objects.values_list("event_id", flat=True))

    def run(self, way: str) -> dict[str, Any]:
        """Deliver, catch up, let some nights pass; return all tables of money."""
        deliveries = mail.WAYS[way](self.events, self.chance)
        late = way == LATE
        if late:
            self._night()
            deliveries = [mail.signed_anew(delivery) for delivery in deliveries]
        wrong = [*self._deliver(deliveries), *self._wrongly_stored()]
        for _ in range(NIGHTS - late):
            self._night()
        end = dt.datetime.fromtimestamp(_end(self.events), dt.UTC)
        lines = CanonicalDump(_known(_end(self.events)), end).text()
        return {"letters": len(deliveries), "wrong": wrong[:20], "lines": lines}

    def _deliver(self, deliveries: list[mail.Delivery]) -> list[str]:
        """Post the deliveries; now and then run the queued jobs."""
        wrong = []
        for number, delivery in enumerate(deliveries):
            answer = self.endpoints.post(delivery)
            if answer != delivery.answer:
                wrong.append(f"{delivery.endpoint} answered {answer}, not {delivery.answer}")
            if number % AGAIN_AFTER_EVENTS == 0:
                self.jobs.run()
        return wrong

    def _wrongly_stored(self) -> list[str]:
        """Check that each event is stored once, and that foreign events have no effect."""
        numbers = StripeEvent.objects.values_list("event_id", "state")
        answer = [*levers.listed("/v1/events", most=MOST_EVENTS), *levers.thin_events()]
        given = {event["id"] for event in [*answer, *self.events]} | self.before
        wrong = [
            f"{number} is kept, and nobody gave that number"
            for number, _state in numbers
            if number not in given and not number.startswith(mail.FALSE)
        ]
        others = [row for row in numbers if row[0].startswith(f"{mail.FALSE}ignored")]
        false = [row for row in numbers if row[0].startswith(f"{mail.FALSE}forged")]
        wrong += [f"{number} is {state}" for number, state in others if state != "ignored"]
        return wrong + [f"{number} is kept" for number, _state in false]

    def _night(self) -> None:
        """Let a day pass with all that the clock does in it."""
        self.jobs.run()
        hours.advance(days="1")
        for job in (*CLOCK, clock.reconcile_balance, clock.close_books):
            job()
            self.jobs.run()
            clock.resume_calls()
            self.jobs.run()


def _end(events: list[dict[str, Any]]) -> int:
    """Return the last moment of the history."""
    return max(int(event["created"]) for event in events if event["object"] == "event")


def _known(end: int) -> set[str]:
    """Return every number that the history gave, and so all ways share."""
    return {
        row["id"]
        for kind in ("charges", "refunds", "transfers", "balance_transactions")
        for row in levers.listed(f"/v1/{kind}", most=5_000)
        if row["created"] <= end
    }
