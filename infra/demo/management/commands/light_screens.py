"""Heartbeats for the demo's screens after a restart, although their pages are not open."""

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
