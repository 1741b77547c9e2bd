"""A peer without spaces for the request bench: one schema, one space, no switch."""

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
    """Every table stands in the one schema."""

    def allow_migrate(self, _db: str, _app_label: str, **_hints: Any) -> bool | None:
        """Say no to nothing."""
        return None


class OneSpaceMiddleware:
    """Know the only space from the start."""

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
    """Let the kernel's ways into a space lead into the one schema."""
    connection: Any = connections["default"]
    connection.schema_name = where
    connection.switches = 0
    connection.set_schema = lambda _name: None
    connection.force_switch = lambda: None
