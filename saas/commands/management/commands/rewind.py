"""`manage.py rewind SUBDOMAIN`: restore a single space from a restored cluster."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from saas.commands.rewinding import SIDE, rewind
from tenants.spaces.database.copying import CopyRefused
from tenants.spaces.models import Tenant


class Command(BaseCommand):
    """Restore a single space from the cluster of DATABASE_SIDE_URL."""

    help = "Puts one space back to where the cluster of DATABASE_SIDE_URL stands; no other changes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the subdomain and the confirmation option."""
        parser.add_argument("slug", help="the space's subdomain")
        parser.add_argument("--yes", action="store_true", help="do not ask again")

    def handle(self, *, slug: str, yes: bool, **_options: Any) -> None:
        """Rewind the space and print a JSON line."""
        if SIDE not in connections:
            raise CommandError("Set DATABASE_OWNER_URL and DATABASE_SIDE_URL.")
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise CommandError(f"No space answers on {slug!r}.")
        if (
            not yes
            and input(f"What {slug} wrote since will be gone. Its subdomain again: ") != slug
        ):
            raise CommandError("Nothing was changed.")
        try:
            done = rewind(tenant.schema_name)
        except CopyRefused as refusal:
            raise CommandError(
                f"Nothing was changed: {refusal}. Run `troovon migrate` on the side cluster first."
            ) from refusal
        self.stdout.write(json.dumps({"slug": slug, **done._asdict()}))
