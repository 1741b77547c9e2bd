"""`manage.py tick --at ISO`: run the jobs that are due at that moment; with the simulator only."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from infra.demo import levers
from infra.demo.ticking import tick


class Command(BaseCommand):
    """Run all clock entries with a time, and advance the simulator to it."""

    help = "Does what is due at a moment, with the simulator's clock advanced to it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the moment."""
        parser.add_argument("--at", required=True, help="a moment with its zone, in ISO 8601")

    def handle(self, *, at: str, **_options: Any) -> None:
        """Do it, unless Stripe itself would be spoken to."""
        moment = parse_datetime(at)
        if moment is None or moment.tzinfo is None:
            raise CommandError("--at is a moment with its zone, such as 2026-12-24T12:00:00+01:00")
        levers.check_is_simulator()
        tick(moment.astimezone(dt.UTC))
