"""`manage.py drill_ledger`: events in the ledger and in a dictionary, and refused statements."""

import json
import time
from collections import Counter, defaultdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from billing.ledger.settlement import closings
from billing.models import Council
from infra.drills.inside.money import bulk_sales, model, money_world, refusals
from infra.drills.inside.money.books import Books
from infra.drills.inside.money.dealing_rare import EVENTS
from saas.kernel import schema

BATCH = 500
CHECKPOINTS = 10
SALES_PART = 0.14
_SUM = "SELECT coalesce(sum(amount_cents), 0) FROM billing_ledgerentry"


class Command(BaseCommand):
    """Prints lines `done of` as progress, and a JSON object as the last line."""

    help = "Drills the ledger: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many events, and the seed."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, rounds: int, seed: int, **_options: Any) -> None:
        """Post events, compare at checkpoints, close now and then, try refused statements."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        schema.enter(schema.PUBLIC)
        people = money_world.build(timezone.now(), more_spaces=0, with_accounts=False)
        sales = bulk_sales.fill(people, round(rounds * SALES_PART) + BATCH, timezone.now())
        books = Books(_members(), sales, seed=seed, at=timezone.now())
        found, began = Counter[str](), time.monotonic()
        done = 0
        while done < rounds:
            books.play(min(BATCH, rounds - done), EVENTS)
            done = books.number
            if done * CHECKPOINTS // rounds != (done - BATCH) * CHECKPOINTS // rounds:
                found.update(self._compare(books))
            self.stdout.write(f"{min(done, rounds)} {rounds}")
            self.stdout.flush()
        seconds = time.monotonic() - began
        tried, refused = refusals.tried(["north", "south"])
        found.update(refused)
        self.stdout.write(json.dumps({
            "tried": {"events": done, "statements refused": tried, **books.tried},
            "found": list(found)[:40],
            "found_in_all": len(found),
            "events_a_second": round(done / seconds),
        }))  # fmt: skip

    def _compare(self, books: Books) -> list[str]:
        """Compare everything, then let the clock add the books up, and compare again."""
        found = books.differences()
        closings.close_books(at=books.at)
        found += books.differences()
        books.remember()
        with connection.cursor() as cursor:
            total = cursor.execute(_SUM).fetchone()[0]
        return [*found, *([f"the books sum to {total}"] if total else [])]


def _members() -> dict[int, list[model.Member]]:
    seats = {f"CSE {seat.space} {seat.company}": seat for seat in money_world.SEATS}
    members: dict[int, list[model.Member]] = defaultdict(list)
    for council in Council.objects.filter(name__in=seats):
        seat = seats[council.name]
        members[council.tenant_id].append(model.Member(council.pk, seat.weight, seat.rate_bp))
    return dict(members)
