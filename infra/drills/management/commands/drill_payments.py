"""`manage.py drill_payments`: let a town pay while processes are killed, then count every cent."""

import json
import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from infra.drills.inside.money import audit, hours, money_world, play
from saas.kernel import schema


class Command(BaseCommand):
    """Prints lines `done of` as progress, and a JSON object as the last line."""

    help = "Drills payments under SIGKILL: `infra.drills.settings.drill` and a simulator only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many payments and kills, and the seed."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--kills", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--extra-days", type=int, default=play.LEAST_EXTRA_DAYS)
        parser.add_argument("--more-spaces", type=int, default=money_world.MORE_SPACES)

    def handle(self, **options: Any) -> None:
        """Build the town, play, let it become quiet, look at everything."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        schema.enter(schema.PUBLIC)
        import_module(settings.PUBLIC_SCHEMA_URLCONF)  # once, not in each fork
        hours.follow()
        at = hours.advance(seconds="1")
        shops = max(money_world.SHOPS, options["rounds"] // play.ORDERS_OF_A_SHOP)
        people = money_world.build(at, more_spaces=options["more_spaces"], shops=shops)
        wanted = play.Options(
            options["rounds"],
            options["kills"],
            seed=options["seed"],
            extra_days=options["extra_days"],
            report=self._show,
        )
        game, began = play.Play(wanted, people), time.monotonic()
        game.run()
        seconds = time.monotonic() - began
        tally = game.tally
        found = [*tally.wrong, *audit.everything()]
        self.stdout.write(json.dumps({
            "tried": audit.counts() | {"kills": tally.kills.total(), "steps": tally.steps},
            "kills": dict(tally.kills),
            "faults_met": dict(game.met),
            "done": dict(tally.done),
            "nights_compared": dict(audit.nights()),
            "payments_a_second": round(options["rounds"] / seconds, 1),
            "found": found[:40],
            "found_in_all": len(found),
        }))  # fmt: skip

    def _show(self, done: int, of: int) -> None:
        self.stdout.write(f"{done} {of}")
        self.stdout.flush()
