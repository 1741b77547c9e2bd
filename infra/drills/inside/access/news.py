"""The news behind routes, and a device that takes them."""

import datetime as dt

from saas.accounts.models import User
from saas.kernel.models import reference
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.notifications.models import Device, Notification


def notification(person: User, at: dt.datetime) -> str:
    """Tell somebody something, and return the reference of its entry."""
    words = Words("Une demande pour votre trajet", "Répondez-y.", "Répondre")
    event = Event(f"access:{person.pk}", Kind.RIDES, "/rides/", lambda: words)
    notify(event, to=[person.pk], at=at)
    return Notification.objects.get(person=person, key=event.key).reference


def device(person: User, at: dt.datetime) -> str:
    """Let somebody's browser take pushes, and return its reference."""
    return Device.objects.create(
        person=person,
        reference=reference("AP"),
        endpoint=f"https://push.example/{person.reference}",
        public_key="B" * 87,
        secret="A" * 22,
        name="Chrome · Linux",
        added_at=at,
    ).reference
