"""`manage.py drill_walls`: let each space's role try every statement against the others."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from infra.drills.inside.walls import Walls
from saas.kernel import schema
from tenants.spaces.models import Tenant


class Command(BaseCommand):
    """Prints a JSON object as the last line."""

    help = "Tries statements as every space's role: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the flag for a single pair of spaces."""
        parser.add_argument("--short", action="store_true")

    def handle(self, *, short: bool, **_options: Any) -> None:
        """Try all, and print the statements that succeeded and those open by design."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        with schema.in_public():
            found = Tenant.objects.filter(schema_name__startswith="t_canary")
            names = sorted(found.values_list("schema_name", flat=True))
        walls = Walls(names)
        if short:
            walls.tricks(*names[:2])
        else:
            walls.against_all()
            walls.bare_login()
            walls.databases()
            walls.as_the_web()
        walls.jobs()
        result = {"tried": walls.tried, "found": walls.found, "open": walls.left_open()}
        connection.close()
        self.stdout.write(json.dumps(result))
