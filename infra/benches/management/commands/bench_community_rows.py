"""`manage.py bench_community_rows`: a small and a large space, with plain SQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.benches import community_rows, community_sizes


class Command(BaseCommand):
    """Fill the two spaces of the community's benches."""

    help = "Fills a bench's database with a space of fifty of each, and one of very many."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say whether the large space is a tenth, for a quick run."""
        parser.add_argument("--short", action="store_true")

    def handle(self, *, short: bool, **_options: Any) -> None:
        """Write the rows."""
        large = community_sizes.SHORT if short else community_sizes.LARGE
        community_rows.fill(timezone.now(), large=large)
