"""Reminders: a row of a queue whose deadline is near is mailed to operators, once."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from saas.console.models import QueueReminder
from saas.console.queues.registry import QUEUES
from saas.kernel import rows

# Long enough before the deadline to be read in the morning of a working day.
REMINDED_BEFORE = dt.timedelta(hours=24)
RETENTION_AFTER_DEADLINE = dt.timedelta(days=90)


class DueQueue(NamedTuple):
    """A queue with the reminders of its rows that are due, each with the path of its page."""

    title: str
    reminders: list[tuple[QueueReminder, str]]


@transaction.atomic
def record_reminders(*, at: dt.datetime) -> int:
    """Create a reminder for each row whose deadline is near. Nobody does this: a clock does.

    Reminders of long ago are deleted.
    """
    QueueReminder.objects.filter(deadline_at__lt=at - RETENTION_AFTER_DEADLINE).delete()
    due = [
        QueueReminder(
            queue=queue.key,
            reference=row.reference,
            title=rows.cut(QueueReminder, "title", row.title),
            deadline_at=row.deadline_at,
            mailed_at=None,
        )
        for queue in QUEUES
        for waiting in queue.rows().filter(**{f"{queue.deadline}__lte": at + REMINDED_BEFORE})
        for row in [queue.row_of(waiting)]
    ]
    return len(QueueReminder.objects.bulk_create(due, ignore_conflicts=True))


def unmailed() -> QuerySet[QueueReminder]:
    """Return the reminders that operators have not been mailed."""
    return QueueReminder.objects.filter(mailed_at=None)


def by_queue(reminders: list[QueueReminder]) -> list[DueQueue]:
    """Return reminders by queue, without the rows that were answered."""
    found = []
    for queue in QUEUES:
        waiting = {queue.row_of(row).reference for row in queue.rows()}
        own = [
            (one, _path(queue.key, one.reference))
            for one in reminders
            if one.queue == queue.key and one.reference in waiting
        ]
        if own:
            found.append(DueQueue(str(queue.title), own))
    return found


def _path(key: str, reference: str) -> str:
    return reverse("ops:queue_item", urlconf=settings.OPERATOR_URLCONF, args=[key, reference])
