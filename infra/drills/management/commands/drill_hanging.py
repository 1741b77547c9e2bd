"""`manage.py drill_hanging`: rows and jobs that name a server which hangs, for `slow-clients`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from infra.drills.inside.slow_clients import hanging


class Command(BaseCommand):
    """Prepares two spaces, or queues jobs of a kind."""

    help = "Lets a space trust a provider that hangs, or queues jobs that call a server that does."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the kind and number of jobs, and the port of the hanging server."""
        parser.add_argument("kind", choices=["prepare", "feed", "webhook", "push"])
        parser.add_argument("--hangs-at", type=int, required=True)
        parser.add_argument("--well", default="", help="the provider that is well")
        parser.add_argument("--secret", default="")
        parser.add_argument("--count", type=int, default=0)

    def handle(self, *, kind: str, hangs_at: int, **given: Any) -> None:
        """Write the rows, and queue."""
        if kind == "prepare":
            hanging.trust_providers(hangs_at, well=given["well"], secret=given["secret"])
        else:
            hanging.queue(kind, hangs_at, count=given["count"])
