"""`manage.py seed`: make the demo's town once, through the running product."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.demo.seed import (
    cast,
    links,
    money,
    people,
    programs,
    queues,
    reviews,
    shops,
    spaces,
    staff,
    standing,
    tills,
)
from infra.demo.seed.community import (
    board,
    deals,
    gatherings,
    kiosk,
    lending,
    media,
    moderation,
    news,
    personal,
    reported,
    rides,
    searches,
)

PARTS = {
    "fr": (
        "espaces",
        "collègues, commerces",
        "six mois de placements, payés et reversés",
        "annonces, conversations, bons plans, activités, trajets",
    ),
    "en": (
        "spaces",
        "colleagues, merchants",
        "six months of placements, paid and shared",
        "listings, conversations, deals, activities, rides",
    ),
}


class Command(BaseCommand):
    """Creates the spaces and members, posts, opens shops, plays the past; prints the sign-ins."""

    help = "Makes the demo's town; the site, its workers and the simulator must be running."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the language of the progress lines and the language of the members."""
        parser.add_argument("--lang", choices=PARTS, default="fr")
        parser.add_argument("--spoken", choices=PARTS, default="fr")

    def handle(self, *, lang: str, spoken: str, **_options: Any) -> None:
        """Print each part on standard error, and the result as a JSON line."""
        at = timezone.now()
        parts = iter(PARTS[lang])
        self.stderr.write(next(parts))
        tenants = {tenant.slug: tenant for tenant in spaces.found_all(at)}
        self.stderr.write(next(parts))
        settled = {tenant: people.add_people(tenant, at) for tenant in tenants.values()}
        for tenant, members in settled.items():
            media.fill(tenant, members, at)
            kiosk.fill(tenant, members, at)
        links.tie(tenants, at)
        opened = shops.open_all(at)
        tills.fill(opened, tenants, at=at)
        staff.hire(at)
        reviews.see_offers(at=at)
        standing.settle(at)
        self.stderr.write(next(parts))
        money.play(tenants, opened, at)
        self.stderr.write(next(parts))
        for tenant, members in settled.items():
            things = lending.fill(tenant, members, at)
            board.fill(tenant, members, things, at=at)
            deals.fill(tenant, members, at)
            gatherings.fill(tenant, members, at)
            rides.fill(tenant, members, at)
            news.fill(tenant, members, at)
            programs.fill(tenant, members, at)
            kiosk.play(tenant, at)
            media.offer(tenant, at)
            moderation.fill(tenant, members, at)
            reported.fill(tenant, members, at)
            searches.fill(tenant, members, at)
            personal.fill(tenant, members, at)
        people.speak(spoken, list(tenants.values()))
        queues.check()
        self.stdout.write(json.dumps(cast.described(list(tenants.values())), ensure_ascii=False))
