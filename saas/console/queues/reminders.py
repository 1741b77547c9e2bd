"""Reminders: a row that waits is mailed to operators once, and again a day before its deadline."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from saas.console.models import QueueReminder
from saas.console.queues.registry import QUEUES
from saas.console.waiting.registry import waiting_rows
from saas.console.waiting.shapes import Waiting
from saas.kernel.database import rows

# Long enough before the deadline to be read in the morning of a working day.
REMINDED_BEFORE = dt.timedelta(hours=24)
RETENTION_AFTER_DEADLINE = dt.timedelta(days=90)
MOST_OF_A_KIND = 200


class DueRow(NamedTuple):
    """A row that waits: its title, since when, its deadline if any, and the path of its page."""

    queue: str
    queue_title: str
    reference: str
    title: str
    since: dt.datetime
    deadline_at: dt.datetime | None
    path: str
    is_overdue: bool


class DueQueue(NamedTuple):
    """Queue with its rows to be named in a mail."""

    title: str
    rows: list[DueRow]


@transaction.atomic
def record_reminders(*, at: dt.datetime) -> int:
    """Create a reminder for each new row, and for each row with a near deadline.

    Called by the scheduler. The reminder of a row no longer pending is deleted: if the row comes
    back, it is new again.
    """
    waiting = {(row.queue, row.reference): row for row in _rows(at)}
    gone = [
        reminder.pk
        for reminder in QueueReminder.objects.filter(is_new=True)
        if (reminder.queue, reminder.reference) not in waiting
    ]
    QueueReminder.objects.filter(pk__in=gone).delete()
    QueueReminder.objects.filter(
        is_new=False, deadline_at__lt=at - RETENTION_AFTER_DEADLINE
    ).delete()
    known = {(one.queue, one.reference) for one in QueueReminder.objects.filter(is_new=True)}
    due = [_reminder(row) for row in waiting.values() if _is_near(row, at)]
    new = [
        _reminder(row, is_new=True)
        for key, row in waiting.items()
        if key not in known and not _is_near(row, at)
    ]
    return len(QueueReminder.objects.bulk_create(due + new, ignore_conflicts=True))


def unmailed() -> QuerySet[QueueReminder]:
    """Return the reminders that operators have not been mailed."""
    return QueueReminder.objects.filter(mailed_at=None)


def by_queue(reminders: list[QueueReminder], *, at: dt.datetime) -> list[DueQueue]:
    """Return the rows of reminders by queue, without those that were answered."""
    wanted = {(one.queue, one.reference) for one in reminders}
    found: dict[str, DueQueue] = {}
    for row in _rows(at):
        if (row.queue, row.reference) in wanted:
            found.setdefault(row.queue, DueQueue(row.queue_title, [])).rows.append(row)
    return list(found.values())


def _reminder(row: DueRow, *, is_new: bool = False) -> QueueReminder:
    moment = row.since if is_new else row.deadline_at or row.since
    return QueueReminder(
        queue=row.queue,
        reference=row.reference,
        title=rows.cut(QueueReminder, "title", row.title),
        is_new=is_new,
        deadline_at=moment,
        mailed_at=None,
    )


def _is_near(row: DueRow, at: dt.datetime) -> bool:
    return row.deadline_at is not None and row.deadline_at <= at + REMINDED_BEFORE


def _rows(at: dt.datetime) -> list[DueRow]:
    """Return all that waits: the rows of the queues, and the needs that wake operators."""
    of_queues = [
        DueRow(
            queue.key,
            str(queue.title),
            row.reference,
            row.title,
            row.since,
            row.deadline_at,
            _path("ops:queue_item", queue.key, row.reference),
            row.deadline_at < at,
        )
        for queue in QUEUES
        for waiting in queue.ordered()[:MOST_OF_A_KIND]
        for row in [queue.row_of(waiting)]
    ]
    of_needs = [
        row
        for waiting in waiting_rows(at=at)
        if waiting.alarm
        for row in _rows_of_need(waiting, at=at)
    ]
    return of_queues + of_needs


def _rows_of_need(waiting: Waiting, *, at: dt.datetime) -> list[DueRow]:
    title, path = waiting.words(1) % {"count": 1}, _path(waiting.page)
    columns = {"due": F(waiting.deadline)} if waiting.deadline else {}
    values = (
        waiting.rows.order_by()
        .annotate(waits_since=F(waiting.column), **columns)
        .order_by("waits_since", "pk")
        .values_list("pk", "waits_since", *columns)[:MOST_OF_A_KIND]
    )
    return [
        DueRow(
            waiting.alarm,
            title,
            str(pk),
            title,
            since,
            due_at,
            path,
            due_at is not None and due_at < at,
        )
        for pk, since, *deadline in values
        for due_at in [deadline[0] if deadline else None]
    ]


def _path(name: str, *arguments: str) -> str:
    return reverse(name, urlconf=settings.OPERATOR_URLCONF, args=arguments)
