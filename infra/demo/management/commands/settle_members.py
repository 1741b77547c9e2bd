"""`manage.py settle_members SLUG`: let members enough join a space of the demo to be sold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.demo.settling import settle
from tenants.spaces.models import Tenant


class Command(BaseCommand):
    """Adds members to a space: a space of three people sells no placement."""

    help = "Lets members join a space of the demo, and counts who came this month."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read which space."""
        parser.add_argument("slug")

    def handle(self, *, slug: str, **_options: Any) -> None:
        """Let them join."""
        settle(Tenant.objects.get(slug=slug), timezone.now())
