"""From the host to the space, its schema and its role."""

import re
import zoneinfo
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.shortcuts import render
from django.utils import timezone

from saas.kernel import modules, schema
from saas.kernel.http import GetResponse, HeadersMiddleware
from tenants.spaces import hosts
from tenants.spaces.database.cells import reading
from tenants.spaces.models import Tenant

LONGEST_SHOWN = 80
LONGEST_HOST = 260
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?P<name>{_LABEL}(\.{_LABEL})*)\.?(:[0-9]{{1,5}})?\Z")
_NUMBER = re.compile(r"[0-9]+\Z")
_POSTED_BY_PROVIDERS = "/signin/company/saml/consume/"
_READS = frozenset({"GET", "HEAD"})
# Proxies and supervisors ask by a machine's address, or by a name of their own.
_PROBED = frozenset({"/health/live", "/health/ready", "/health/tls", "/metrics"})


class Place(NamedTuple):
    """The target of a request: a plain name, and the space that has or had it."""

    name: str
    host: hosts.Host | None

    @property
    def is_ours(self) -> bool:
        """Whether something answers here: the public site, the console, or a space."""
        if self.host is None:
            return self.name in {hosts.base_name(), hosts.operator_name()}
        return self.exists and not self.host.leads_on

    @property
    def exists(self) -> bool:
        """Whether the space of this name was not deleted."""
        return self.host is not None and self.host.card.state != Tenant.State.DELETED


class HostMiddleware:
    """Admit requests to our hosts before any other code trusts the host's name.

    It is the first middleware, so that Django's ALLOWED_HOSTS may accept every name: a company's
    proven domain is as valid as a subdomain, and no other host passes it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        framed: Any = XFrameOptionsMiddleware(_outside)
        guarded: Any = ContentSecurityPolicyMiddleware(framed)
        self.outside: GetResponse = HeadersMiddleware(guarded)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve the host to its space; an unknown host gets its own page."""
        place = _place_of(request.headers.get("host", ""))
        if request.path in _PROBED and not place.is_ours:
            place = Place(hosts.base_name(), None)
            request.META["HTTP_HOST"] = place.name
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        request.space = None  # type: ignore[attr-defined]
        request.place = place  # type: ignore[attr-defined]
        if not place.is_ours and not _asks_for_style(request, place):
            return self.outside(request)
        response = self.get_response(request)
        if place.host is not None and place.host.is_custom:
            _promise_for_this_name_only(response)
        return response


def _place_of(header: str) -> Place:
    """Look up a name only if it may be a host of ours, or a domain provable with DNS."""
    found = _HOST.match(header.lower()) if len(header) <= LONGEST_HOST else None
    name = found["name"] if found else ""
    above, _dot, last = name.rpartition(".")
    if not above or _NUMBER.match(last) or name in {hosts.base_name(), hosts.operator_name()}:
        return Place(name, None)
    return Place(name, hosts.find(name))


def _asks_for_style(request: HttpRequest, place: Place) -> bool:
    """Let the page of an unknown host find its style sheet, where nothing leads to https first."""
    led_on = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    reads = request.method in _READS and request.path.startswith(settings.STATIC_URL)
    return bool(place.name) and reads and not led_on


def _promise_for_this_name_only(response: HttpResponse) -> None:
    """Restrict HSTS on a company's own name to that name, without its other subdomains."""
    if "Strict-Transport-Security" in response:
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"


def _outside(request: HttpRequest) -> HttpResponse:
    """Return the response for a host without a space: a redirect to its new host, or an error."""
    place: Place = request.place  # type: ignore[attr-defined]
    left = place.exists and place.host is not None
    response = _lead_on(request, place.host.card) if left else _nowhere(request, place)  # type: ignore[union-attr]
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _nowhere(request: HttpRequest, place: Place) -> HttpResponse:
    shown = place.name or request.headers.get("host", "")
    context = {"host": shown[:LONGEST_SHOWN], "public_url": hosts.public_url()}
    status = HTTPStatus.NOT_FOUND if place.name else HTTPStatus.BAD_REQUEST
    return render(request, "errors/unknown_host.html", context, status=status)


def _lead_on(request: HttpRequest, card: hosts.SpaceCard) -> HttpResponse:
    """Redirect reads to the same page of the new address; show other requests the new address.

    A form may not redirect to another host (`form-action 'self'`), so it gets a page with a link;
    the form of a company's provider is not ours, and is posted again to the new address.
    """
    if request.method not in _READS and request.path != _POSTED_BY_PROVIDERS:
        context = {"url": hosts.space_url(card.slug), "host": hosts.subdomain(card.slug)}
        return render(request, "errors/moved.html", context, status=HTTPStatus.GONE)
    path = quote(request.path.lstrip("/"), safe="/~:@!$&'()*+,;=-._")
    query = request.META.get("QUERY_STRING", "")
    url = hosts.space_url(card.slug, f"/{path}?{query}" if query else f"/{path}")
    if request.method in _READS:
        return HttpResponsePermanentRedirect(url)
    return HttpResponse(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": url})


class SpaceMiddleware:
    """Work for the whole request where its host belongs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        request_started.connect(_leave)
        request_finished.connect(_leave)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Enter the space of the host; it is left when the answer has been sent."""
        timezone.activate(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE))
        place: Place = request.place  # type: ignore[attr-defined]
        if not place.is_ours:  # a style sheet was requested, but does not exist
            return _outside(request)
        if place.host is not None:
            return self._enter(request, place.host.card)
        if place.name == hosts.operator_name():
            request.urlconf = settings.OPERATOR_URLCONF
        with schema.serving(schema.PUBLIC):
            schema.enter(schema.PUBLIC)
            return self.get_response(request)

    def _enter(self, request: HttpRequest, card: hosts.SpaceCard) -> HttpResponse:
        request.space = card  # type: ignore[attr-defined]
        request.urlconf = settings.ROOT_URLCONF
        if card.state != Tenant.State.ACTIVE:
            return render(request, "errors/suspended.html", status=503)
        if not card.standing:
            return render(request, "errors/unavailable.html", status=503)
        timezone.activate(zoneinfo.ZoneInfo(card.time_zone))
        read = modules.reading({card.schema_name: card.modules_off})
        with schema.serving(card.schema_name), read:
            schema.enter(card.schema_name, recheck=True)
            committed = reading.commits()
            response = self.get_response(request)
            reading.wait_for_cell(card.schema_name, since=committed)
            return response


def _leave(**_: Any) -> None:
    schema.enter(schema.PUBLIC)
