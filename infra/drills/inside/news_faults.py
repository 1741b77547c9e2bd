"""Faults of notifications, built in so that the drill shows that it would see them."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tenants.community.notifications import notifications, rules, tasks
from tenants.community.notifications.models import Notification, Rhythm


def mail_marked_once_sent() -> None:
    """Mark a mail only after it has left: a crash in between sends it again."""

    def mail_one(row: Notification, reader: Any, *, space: Any, connection: Any) -> None:
        if reader.takes_mail and reader.rhythm(row.kind, "mail") == Rhythm.NOW:
            notifications.mail_event(row, reader.person, space=space, through=connection)
        Notification.objects.filter(pk=row.pk).update(mailed_at=timezone.now())

    task_module: Any = tasks
    task_module._mail_one = mail_one  # noqa: SLF001 - what is to be broken


def switches_ignored() -> None:
    """Send all notifications by the defaults, against the members' settings."""
    usual: Any = rules
    usual.rhythm_of = lambda _chosen, kind, channel: usual.USUAL[kind][
        ("app", "mail", "push").index(channel)
    ]


FAULTS: dict[str, Callable[[], None]] = {
    "mail_marked_once_sent": mail_marked_once_sent,
    "switches_ignored": switches_ignored,
}
