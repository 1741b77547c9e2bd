"""`manage.py drill_availability`: members for the drills `chaos` and `deploy`, and the audit."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from infra.drills.inside.availability import audit, world
from saas.monitoring.queries import last_beat_at


class Command(BaseCommand):
    """Answers each line with a line of JSON."""

    help = "Builds people at work and audits what they did: settings of these drills only."

    def handle(self, **_options: Any) -> None:
        """Run each line: `build MEMBERS`, `untold [TALK]`, `beat`, or `audit KILLS FILE`."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.availability")
        for line in sys.stdin:
            self.stdout.write(json.dumps(self.answer(*line.split())))
            self.stdout.flush()
            connections.close_all()  # the server may be killed before the next

    def answer(self, what: str, *words: str) -> Any:
        """Run the command of a line and return its result."""
        if what == "build":
            return world.build(int(words[0]), timezone.now())
        if what == "untold":
            return audit.untold(*words)
        if what == "beat":
            beat_at = last_beat_at()
            return beat_at and beat_at.timestamp()
        kills, path = words
        audit.sweep()
        return list(audit.differences(json.loads(Path(path).read_text()), int(kills)))
