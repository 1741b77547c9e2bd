"""`manage.py prepare_tests`: a database with the spaces north and south, for tests."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from infra.demo.test_spaces import make_test_spaces
from saas.commands.preparation import prepare


class Command(BaseCommand):
    """Prepare, then found north and south as founding would."""

    help = "Prepares a database and founds the spaces north and south for tests (as owner)."

    def handle(self, **_options: Any) -> None:
        """Do it, a word a step on standard error."""
        at = timezone.now()
        prepare(self.stderr.write, at)
        make_test_spaces(at)
