"""`manage.py bench_catalogue_rows`: shops, spaces and campaigns, until there are so many."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.benches import catalogue_rows
from saas.kernel import schema


class Command(BaseCommand):
    """Fills a bench's database with the catalogue's rows."""

    help = "Adds shops, spaces and campaigns until there are so many."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the numbers."""
        for name in ("merchants", "spaces", "campaigns"):
            parser.add_argument(f"--{name}", type=int, required=True)

    def handle(self, *, merchants: int, spaces: int, campaigns: int, **_options: Any) -> None:
        """Add the rows that are missing."""
        with schema.in_public():
            catalogue_rows.grow(
                timezone.now(), merchants=merchants, spaces=spaces, campaigns=campaigns
            )
