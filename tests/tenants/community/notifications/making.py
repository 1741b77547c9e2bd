"""Events for tests, and the mails about other rooms' events."""

import datetime as dt
from typing import Any

from saas.accounts.models import User
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.notifications import tasks
from tenants.community.notifications.models import Notification
from tests.tenants.community.classifieds.making import run

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

# A point of the curve, as a browser writes the public half of its key.
PUBLIC_KEY = (
    "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
)


def make_notification(
    *people: User, at: dt.datetime, key: str = "event:1", **changes: Any
) -> Notification:
    """Notify members of an event, and return the entry of the first."""
    usual: dict[str, Any] = {
        "kind": Kind.RIDES,
        "path": "/rides/",
        "words": lambda: Words("Une demande pour votre trajet", "Karim demande.", "Répondre"),
    }
    notify(Event(key=key, **(usual | changes)), to=[one.pk for one in people], at=at)
    return Notification.objects.get(person=people[0], key=key)


def events_of(prefix: str) -> list[tuple[str, str]]:
    """List the keys that begin with a prefix, each with its reader's first name."""
    rows = Notification.objects.filter(key__startswith=prefix).order_by("pk")
    return list(rows.values_list("key", "person__first_name"))


def deliver() -> None:
    """Let every mail leave that waits, whatever the hour on this machine."""
    Notification.objects.filter(mail="now", mailed_at=None).update(mail_from=LONG_AGO)
    run(tasks.mail_waiting)
