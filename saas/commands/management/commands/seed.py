"""`manage.py seed`: make the demo's town once, through the running product."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from saas.commands.seed import board, cast, money, people, shops, spaces, staff


class Command(BaseCommand):
    """Found, settle, post, open, play the past; say who may sign in."""

    help = "Makes the demo's town; the site, its workers and the simulator must be running."

    def handle(self, **_options: Any) -> None:
        """Tell each part on standard error, and the result as one JSON line."""
        at = timezone.now()
        self.stderr.write("espaces")
        tenants = {tenant.slug: tenant for tenant in spaces.found_all(at)}
        self.stderr.write("collègues, commerces")
        settled = {tenant: people.settle(tenant, at) for tenant in tenants.values()}
        opened = shops.open_all(at)
        staff.hire(at)
        self.stderr.write("six mois de placements, payés et reversés")
        money.play(tenants, opened, at)
        self.stderr.write("annonces et conversations")
        for tenant, members in settled.items():
            board.fill(tenant, members, at)
        self.stdout.write(json.dumps(cast.described(list(tenants.values())), ensure_ascii=False))
