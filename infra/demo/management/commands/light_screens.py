"""The demo's screens give a sign of life when it starts again, though nobody opened them."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from infra.demo.seed.community import kiosk


class Command(BaseCommand):
    """Without a sign they would be sold to no merchant after some days."""

    help = "Lets the demo's screens give a sign of life."

    def handle(self, **_options: Any) -> None:
        """Let them speak."""
        kiosk.light(timezone.now())
