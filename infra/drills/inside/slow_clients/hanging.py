"""A server that hangs, in the place of those of others: rows that name it, jobs that call it."""

import base64
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.secrets import sealed
from saas.kernel.tasks import send
from saas.kernel.web import outgoing
from tenants.community.integrations import tasks as webhooks
from tenants.community.integrations.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from tenants.community.mediastore import tasks as shelf
from tenants.community.mediastore.models import Medium
from tenants.community.notifications import tasks as notifications
from tenants.community.notifications.models import Device, Kind, Notification
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import signing_in as rules
from tenants.spaces.models import Tenant

EMAIL = "who.waits@north.example"
_NAME = "hangs.example"


def lead_calls_to(port: int) -> None:
    """Redirect each call to a public host to a port of this machine, for every host name."""
    patched: Any = outgoing
    patched.PORTS = (443, port)
    patched.public_address = lambda *_args, **_limits: "127.0.0.1"


def trust_providers(port: int, *, well: str, secret: str) -> None:
    """Create a hanging provider in a space, and a working provider in the other space."""
    for slug, issuer in (("north", f"https://{_NAME}:{port}"), ("south", well)):
        with _inside(slug):
            Provider.objects.create(
                name=slug,
                issuer=issuer,
                client_id="troovon",
                secret=sealed.seal(rules.PURPOSE, secret),
                domains=f"{slug}.example",
                mode=Provider.Mode.OFFERED,
                tested_at=timezone.now(),
            )
    with _inside("north"):
        person = User(
            email=EMAIL, first_name="Hélène", last_name="Attend", created_at=timezone.now()
        )
        person.set_unusable_password()
        person.save()
        Device.objects.create(
            person=person,
            reference="DV-HANGS",
            endpoint=f"https://{_NAME}:{port}/push",
            public_key=_browser_key(),
            secret="A" * 22,
            name="Firefox",
            added_at=timezone.now(),
        )


def queue(kind: str, port: int, *, count: int) -> None:
    """Queue so many jobs that call a server of the given kind."""
    with _inside("north"):
        _QUEUES[kind](User.objects.get(email=EMAIL), port, count)


def _feeds(person: User, port: int, count: int) -> None:
    medium = Medium.objects.create(
        kind=Medium.Kind.PODCAST,
        provider=Medium.Provider.values[0],
        title="Podcast",
        feed=f"https://{_NAME}:{port}/feed",
        added_by=person,
        added_at=timezone.now(),
    )
    for _number in range(count):
        send(shelf.fetch_feed, medium.pk)


def _webhooks(person: User, port: int, count: int) -> None:
    at = timezone.now()
    event = WebhookEvent.objects.create(kind="ping", data={}, happened_at=at)
    for number in range(count):
        endpoint = WebhookEndpoint.objects.create(
            url=f"https://{_NAME}:{port}/{number}",
            name="hangs",
            kinds="deal.posted",
            made_by=person,
            made_at=at,
        )
        delivery = WebhookDelivery.objects.create(endpoint=endpoint, event=event, next_at=at)
        send(webhooks.deliver, delivery.pk)


def _pushes(person: User, _port: int, count: int) -> None:
    at = timezone.now()
    for number in range(count):
        row = Notification.objects.create(
            person=person,
            key=f"hangs:{number}",
            kind=Kind.MESSAGES,
            about="hangs",
            title="Un message",
            path="/",
            made_at=at,
            push_from=at,
        )
        send(notifications.push_event, row.key)


_QUEUES: dict[str, Callable[[User, int, int], None]] = {
    "feed": _feeds,
    "webhook": _webhooks,
    "push": _pushes,
}


def _inside(slug: str) -> Any:
    with schema.in_public():
        name = Tenant.objects.get(slug=slug).schema_name
    return schema.inside(name)


def _browser_key() -> str:
    formats = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*formats)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
