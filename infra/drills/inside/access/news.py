"""The news behind routes, and a device that takes them."""

import datetime as dt

from saas.accounts.models import User
from saas.kernel.models import reference
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.notifications.models import Device, Notification


def notification(person: User, at: dt.datetime) -> str:
    """Notify a person, and return the reference of the notification."""
    words = Words("Une demande pour votre trajet", "Répondez-y.", "Répondre")
    event = Event(f"access:{person.pk}", Kind.RIDES, "/rides/", lambda: words)
    notify(event, to=[person.pk], at=at)
    return Notification.objects.get(person=person, key=event.key).reference


def device(person: User, at: dt.datetime) -> str:
    """Add a push subscription for a person's browser, and return its reference."""
    return Device.objects.create(
        person=person,
        reference=reference("AP"),
        endpoint=f"https://push.example/{person.reference}",
        public_key="B" * 87,
        secret="A" * 22,
        name="Chrome · Linux",
        added_at=at,
    ).reference
