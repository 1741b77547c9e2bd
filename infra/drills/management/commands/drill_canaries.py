"""`manage.py drill_canaries`: fill three spaces with canaries, and print a crawler's data."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from infra.drills.inside import canary_world, routes


class Command(BaseCommand):
    """Prints a JSON object as the last line."""

    help = "Fills three spaces with canaries (as owner): `infra.drills.settings.drill` only."

    def handle(self, **_options: Any) -> None:
        """Create and fill the spaces, and print the crawler's data."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        at = timezone.now()
        spaces = canary_world.build(at)
        result = {
            "spaces": [space.as_json() for space in spaces],
            "public": canary_world.public_people(at),
            "routes": routes.everywhere(),
        }
        self.stdout.write(json.dumps(result))
