"""`manage.py drill_notifications`: a player's life, up to its death or to the last day."""

import json
import os
import random
import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from infra.drills.inside import news, news_audit
from saas.kernel import schema

# A life lasts so many steps; a step is a statement, or the moment beside a mail.
SHORTEST, LONGEST = 300, 12_000


class Command(BaseCommand):
    """Prints a JSON object per line; the last contains the findings."""

    help = "Drills notifications: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the number of days, the seed, and the number of earlier deaths."""
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--deaths", type=int, default=0)
        parser.add_argument("--folder", type=Path, required=True)

    def handle(self, *, days: int, seed: int, deaths: int, folder: Path, **_options: Any) -> None:
        """Play on from the hour that the last player had done."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        schema.enter(schema.PUBLIC)
        done, tape = folder / "hour", folder / "tape.jsonl"
        since = int(done.read_text()) + 1 if done.exists() else 0
        player = news.Player(seed, tape, _life(seed, deaths))
        for number in player.play(days, since=since):
            done.write_text(str(number))
            result = {"hour": number, "hours": days * len(news.HOURS)}
            self.stdout.write(json.dumps(result))
            self.stdout.flush()
        with schema.inside(news.SPACE):
            self.stdout.write(json.dumps(news_audit.audit(seed, days)))


def _life(seed: int, deaths: int) -> news.Step:
    """Return a function that counts steps and kills this process at its last step."""
    chance = random.Random(f"life:{seed}:{deaths}")  # noqa: S311 - a drill that can be repeated
    left = chance.randint(SHORTEST, LONGEST)

    def step(weight: int) -> None:
        nonlocal left
        left -= weight
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return step
