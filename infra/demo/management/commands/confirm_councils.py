"""The demo's operator confirms the minutes that wait: a journey goes on behind the console."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.councils.actions.mandates import confirm_mandate
from billing.councils.queries.mandates import mandates_waiting
from infra.demo.seed.staff import first_operator
from saas.kernel import schema


class Command(BaseCommand):
    """Confirms the councils of a space."""

    help = "Confirms the minutes of elections that wait in one space of the demo."

    def add_arguments(self, parser: Any) -> None:
        """Take the address of the space."""
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_options: Any) -> None:
        """Confirm each."""
        now = timezone.now()
        with schema.in_public():
            for mandate in mandates_waiting().filter(council__tenant__slug=slug):
                confirm_mandate(mandate=mandate, by=first_operator(), at=now)
