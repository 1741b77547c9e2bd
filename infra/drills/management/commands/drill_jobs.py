"""`manage.py drill_jobs`: queue jobs of many spaces, wait for their rows, check their spaces."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.drills.inside import jobs, spaces, switching


class Command(BaseCommand):
    """Prints lines `done of` as progress, and a JSON object as the last line."""

    help = "Drills the jobs of many spaces: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many jobs, of how many spaces."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--spaces", type=int, default=50)

    def handle(self, **options: Any) -> None:
        """Send, wait while rows still come, and hold each row against its space."""
        names = spaces.found(options["spaces"], timezone.now())
        sent = jobs.send(names, options["rounds"], options["seed"])
        self._wait(names, options["rounds"])
        tally = switching.Tally()
        switching.audit(names, tally)
        written = jobs.written(names)
        if fallen := jobs.fallen():
            tally.wrong.append(f"{fallen} rows of jobs stand in public")
        result = {
            "sent": options["rounds"],
            "done": sum(written.values()),
            "wrong": tally.wrong[:20],
            "too_many": [name for name in names if written[name] > sent[name]],
        }
        self.stdout.write(json.dumps(result))

    def _wait(self, names: list[str], count: int) -> None:
        done, since = -1, time.monotonic()
        while time.monotonic() - since < jobs.PATIENCE_SECONDS:
            now = sum(jobs.written(names).values())
            if now != done:
                done, since = now, time.monotonic()
                self.stdout.write(f"{done} {count}")
                self.stdout.flush()
            if done >= count:
                return
            time.sleep(0.3)
