"""The set-up of Stripe: a destination of events for each webhook of ours, and the portal."""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from billing.dispatch.events import CONNECTED_KINDS, SNAPSHOT_KINDS, THIN_KINDS
from billing.stripe.gateway import portal, reads, writes
from tenants.spaces import hosts


class Door(NamedTuple):
    """One of our addresses for events: of which kinds, and of whom."""

    name: str
    kinds: list[str]
    origins: list[str]


class Made(NamedTuple):
    """A door and the secret of its destination; none where Stripe knew the door already."""

    door: str
    secret: str


DOORS = (
    Door("snapshot", SNAPSHOT_KINDS, ["@self"]),
    Door("connected", CONNECTED_KINDS, ["@accounts"]),
    Door("thin", THIN_KINDS, ["@self", "@accounts"]),
)


def make_all() -> list[Made]:
    """Have Stripe post to each door; one that it knows by name keeps its secret."""
    known = {destination.name: destination.id for destination in reads.destinations()}
    return [Made(door.name, _made(door, known)) for door in DOORS]


def set_up_portal() -> tuple[str, bool]:
    """Have Stripe's portal offer what merchants do there; return its id and whether it is new."""
    path = reverse("billing:payment_methods", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    return portal.set_up(return_url=hosts.public_url(path))


def _made(door: Door, known: dict[str, str]) -> str:
    name = f"troovon-{settings.TROOVON_ENV}-{door.name}"
    path = reverse(f"billing:{door.name}", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    url = hosts.public_url(path)
    if name in known:
        writes.change_destination(known[name], url=url, kinds=door.kinds)
        return ""
    made = writes.make_destination(
        name, url=url, kinds=door.kinds, origins=door.origins, thin=door.name == "thin"
    )
    return made.secret
