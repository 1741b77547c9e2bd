"""The door of the house: from the host to the space, its schema and its role."""

import zoneinfo
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from saas.kernel import schema
from saas.kernel.http import GetResponse
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

OPERATOR_LABEL = "ops"
LONGEST_SHOWN = 80


class SpaceMiddleware:
    """Work for the whole request where its host belongs; an unknown host gets a page of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        request_started.connect(_leave)
        request_finished.connect(_leave)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Enter the space of the host; it is left when the answer has been sent."""
        timezone.activate(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE))
        request.space = None  # type: ignore[attr-defined]
        try:
            name = hosts.name_of(request.get_host()).rstrip(".")
        except DisallowedHost:
            return self._nowhere(request, request.headers.get("host", ""), HTTPStatus.BAD_REQUEST)
        if name == hosts.base_name():
            return self._answer(request, settings.PUBLIC_SCHEMA_URLCONF)
        if name == f"{OPERATOR_LABEL}.{hosts.base_name()}":
            return self._answer(request, settings.OPERATOR_URLCONF)
        card = hosts.look_up(name)
        if card is None:
            return self._nowhere(request, name, HTTPStatus.NOT_FOUND)
        return self._enter(request, card)

    def _nowhere(self, request: HttpRequest, host: str, status: HTTPStatus) -> HttpResponse:
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        context = {"host": host[:LONGEST_SHOWN], "public_url": hosts.public_url()}
        return render(request, "errors/unknown_host.html", context, status=status)

    def _answer(self, request: HttpRequest, urlconf: str) -> HttpResponse:
        request.urlconf = urlconf
        schema.enter(schema.PUBLIC)
        return self.get_response(request)

    def _enter(self, request: HttpRequest, card: hosts.SpaceCard) -> HttpResponse:
        request.space = card  # type: ignore[attr-defined]
        request.urlconf = settings.ROOT_URLCONF
        if card.state != Tenant.State.ACTIVE:
            return render(request, "errors/suspended.html", status=503)
        timezone.activate(zoneinfo.ZoneInfo(card.time_zone))
        schema.enter(card.schema_name)
        return self.get_response(request)


def _leave(**_: Any) -> None:
    schema.enter(schema.PUBLIC)
