"""`manage.py bench_community_rows`: a small and a large space, with plain SQL."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.benches import community_rows, community_sizes


class Command(BaseCommand):
    """Fill the two spaces of the community's benches."""

    help = "Fills a bench's database with a space of fifty of each, and one of very many."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the size of the large space."""
        parser.add_argument("--large", choices=community_sizes.SIZES, default="large")

    def handle(self, *, large: str, **_options: Any) -> None:
        """Write the rows."""
        size = community_sizes.SIZES[large]
        community_rows.fill(timezone.now(), large=size)
        self.stdout.write(json.dumps(size._asdict()))
