"""`manage.py pages`: where each page of the walk is in a seeded database, as JSON."""

import contextlib
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation

from infra.demo.seed.world import MOULINS
from infra.screenshots import walk, walk_fixtures, walk_screens
from infra.screenshots.stops import TOUCH
from saas.kernel import schema
from saas.kernel.web import touching
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

URL_CONFS = {
    walk.PUBLIC: settings.PUBLIC_SCHEMA_URLCONF,
    walk.SPACE: settings.ROOT_URLCONF,
    walk.OPS: settings.OPERATOR_URLCONF,
}


class Command(BaseCommand):
    """Prints each page of the walk, and creates links that only a single person can open."""

    help = "Prints the walk over all pages as JSON: for each its address and who opens it."

    def add_arguments(self, parser: Any) -> None:
        """Take the language of the addresses."""
        parser.add_argument("--lang", choices=["fr", "en"], default="fr")

    def handle(self, *, lang: str, **_options: Any) -> None:
        """Print the walk in a demo only: a real installation must not print sign-in links."""
        if settings.TROOVON_ENV != "demo":
            raise CommandError("only in a demo: it prints links that let people in")
        with translation.override(lang):
            stops = [_described(stop) for stop in walk.STOPS]
        answer = {
            "stops": stops,
            "sessions": {walk.FOUNDER: _founders_cookie(), TOUCH: _screens_cookie()},
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _described(stop: walk.Stop) -> dict[str, Any]:
    with _schema_of(stop):
        url = _url_of(stop) + stop.query
    return {
        "page": stop.page,
        "host": stop.host,
        "look": stop.look,
        "role": stop.role,
        "space": stop.space if stop.host == walk.SPACE else None,
        "url": url,
        "status": stop.status,
    }


def _schema_of(stop: walk.Stop) -> contextlib.AbstractContextManager[None]:
    if stop.host != walk.SPACE:
        return schema.in_public()
    with schema.in_public():
        names = Tenant.objects.filter(slug=stop.space).values_list("schema_name", flat=True)
        found = names.first()
    return schema.inside(found) if found else schema.in_public()


def _url_of(stop: walk.Stop) -> str:
    args = stop.find() if stop.find else ()
    path = stop.page
    if not path.startswith("/"):
        path = reverse(stop.page, urlconf=URL_CONFS[stop.host], args=args)
    if stop.host == walk.PUBLIC:
        return hosts.public_url(path)
    return hosts.operator_url(path) if stop.host == walk.OPS else hosts.space_url(stop.space, path)


def _founders_cookie() -> dict[str, str]:
    with schema.in_public():
        key = walk_fixtures.founders_session()
    return {"url": hosts.public_url(), "name": settings.SESSION_COOKIE_NAME, "value": key}


def _screens_cookie() -> dict[str, str]:
    with schema.in_public():
        name = Tenant.objects.values_list("schema_name", flat=True).get(slug=MOULINS.slug)
    with schema.inside(name):
        token = walk_screens.token_of_a_touched_screen()
    return {"url": hosts.space_url(MOULINS.slug), "name": touching.SCREEN_COOKIE, "value": token}
