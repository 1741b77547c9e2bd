"""The set-up of Stripe: a destination of events for each webhook of ours, and the portal."""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from billing.dispatch.events import CONNECTED_KINDS, SNAPSHOT_KINDS, THIN_KINDS
from billing.stripe.gateway import portal, reads, writes
from tenants.spaces import hosts


class Endpoint(NamedTuple):
    """An endpoint for events of ours: its kinds, and the accounts that send them."""

    name: str
    kinds: list[str]
    origins: list[str]


class Destination(NamedTuple):
    """An endpoint and its destination's secret; empty if the destination existed already."""

    endpoint: str
    secret: str


ENDPOINTS = (
    Endpoint("snapshot", SNAPSHOT_KINDS, ["@self"]),
    Endpoint("connected", CONNECTED_KINDS, ["@accounts"]),
    Endpoint("thin", THIN_KINDS, ["@self", "@accounts"]),
)


def make_all() -> list[Destination]:
    """Create Stripe's event destination of each endpoint; existing secrets are kept."""
    known = {destination.name: destination.id for destination in reads.destinations()}
    return [Destination(endpoint.name, _secret_of(endpoint, known)) for endpoint in ENDPOINTS]


def missing() -> list[str]:
    """Return the endpoints without an event destination at Stripe."""
    known = {destination.name for destination in reads.destinations()}
    return [endpoint.name for endpoint in ENDPOINTS if _name_of(endpoint) not in known]


def _name_of(endpoint: Endpoint) -> str:
    return f"troovon-{settings.TROOVON_ENV}-{endpoint.name}"


def set_up_portal() -> tuple[str, bool]:
    """Configure Stripe's customer portal; return its id, and True if it was created."""
    path = reverse("billing:payment_methods", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    return portal.set_up(return_url=hosts.public_url(path))


def _secret_of(endpoint: Endpoint, known: dict[str, str]) -> str:
    name = _name_of(endpoint)
    path = reverse(f"billing:{endpoint.name}", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    url = hosts.public_url(path)
    if name in known:
        writes.change_destination(known[name], url=url, kinds=endpoint.kinds)
        return ""
    created = writes.make_destination(
        name, url=url, kinds=endpoint.kinds, origins=endpoint.origins, thin=endpoint.name == "thin"
    )
    return created.secret
