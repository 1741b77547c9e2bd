"""`manage.py drill_year`: a year of business under SIGKILL, closed and compared to the cent."""

import json
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from infra.drills.inside.money import hours, money_world
from infra.drills.inside.money.year import audit as year_audit
from infra.drills.inside.money.year import play as year
from saas.kernel import schema


class Command(BaseCommand):
    """Prints a JSON object as the last line."""

    help = "Drills a year of books: `infra.drills.settings.drill` and a simulator only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many orders a month and kills in all, and the seed."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--kills", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--more-spaces", type=int, default=money_world.MORE_SPACES)

    def handle(self, **options: Any) -> None:
        """Build the town, play a year, look at everything."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        schema.enter(schema.PUBLIC)
        import_module(settings.PUBLIC_SCHEMA_URLCONF)  # once, not in each fork
        hours.follow()
        at = hours.advance(seconds="1")
        people = money_world.build(at, more_spaces=options["more_spaces"])
        game = year.YearPlay(people, options["rounds"], options["kills"], seed=options["seed"])
        game.run()
        found = [*game.tally.wrong, *year_audit.everything(game.year, timezone.localdate())]
        self.stdout.write(json.dumps({
            "tried": year.counts(game),
            "done": dict(game.tally.done),
            "found": found[:40],
            "found_in_all": len(found),
        }))  # fmt: skip
