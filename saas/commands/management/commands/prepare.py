"""`manage.py prepare`: bring the database up to the code."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from saas.commands.preparation import prepare


class Command(BaseCommand):
    """Migrate public, make the blueprint, set the rights, compile the words."""

    help = "Migrates public, makes the blueprint, sets rights, compiles the words (as owner)."

    def handle(self, **_options: Any) -> None:
        """Do it, a word a step on standard error."""
        prepare(self.stderr.write, timezone.now())
