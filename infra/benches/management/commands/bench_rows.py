"""`manage.py bench_rows`: the same rows for both peers of the request bench."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.management.commands import migrate
from django.db import connection
from django.utils import timezone

from infra.benches import one_schema, request_rows


class Command(BaseCommand):
    """Fills the space north, or the single schema of the peer."""

    help = "Fills a bench's database with members, classifieds, merchants and a placement."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the flag for the peer without spaces."""
        parser.add_argument("--plain", action="store_true")

    def handle(self, *, plain: bool, **_options: Any) -> None:
        """Make the tables of the peer where needed, then the rows."""
        if plain:
            one_schema.stand_still("public")
            self._make_tables()
        request_rows.fill(timezone.now(), plain=plain)

    def _make_tables(self) -> None:
        migrate.Command().run_from_argv(["manage.py", "migrate", "--verbosity", "0"])
        with connection.cursor() as cursor:
            cursor.execute(
                "GRANT USAGE ON SCHEMA public TO north;"
                " GRANT ALL ON ALL TABLES IN SCHEMA public TO north;"
                " GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO north"
            )
