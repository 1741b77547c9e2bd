"""A peer without spaces for the request bench: a single schema, a single space, no switch."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from saas.kernel.http import GetResponse
from tenants.spaces import hosts
from tenants.spaces.models import Tenant


class OneSchemaRouter:
    """A router with every table in the single schema."""

    def allow_migrate(self, _db: str, _app_label: str, **_hints: Any) -> bool | None:
        """Allow every migration."""
        return None


class OneSpaceMiddleware:
    """A middleware that sets the only space on every request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.card = hosts.card_of(Tenant.objects.get())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Enter a space as the kernel does, but for the switch."""
        request.space = self.card  # type: ignore[attr-defined]
        request.urlconf = settings.ROOT_URLCONF
        timezone.activate(zoneinfo.ZoneInfo(self.card.time_zone))
        return self.get_response(request)


def stand_still(where: str) -> None:
    """Make every switch of schema a no-op in the single schema."""
    connection: Any = connections["default"]
    connection.schema_name = where
    connection.switches = 0
    connection.set_schema = lambda _name: None
    connection.force_switch = lambda: None
