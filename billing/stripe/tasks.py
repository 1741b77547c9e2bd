"""Jobs for calls and events; after each, jobs for pending papers and mails are queued."""

import contextlib
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from celery import Task, shared_task
from celery.exceptions import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from billing.stripe import events
from billing.stripe.calls.send import make_call
from billing.stripe.queries.due import (
    WAITED_FOR,
    calls_to_send,
    calls_waited_for,
    first_of,
    seconds_to_next_try,
)
from saas.kernel import cache
from saas.kernel.hooks import Hook
from saas.kernel.tasks import FIRST, PublicTask, send

logger = logging.getLogger(__name__)
QUEUED_SECONDS = 60
MANY, FEW = 500, 5  # how many calls are looked at


class FollowUp(NamedTuple):
    """A job with rows that wait for a paper or a mail, and their query."""

    task: Task[Any, None]
    find: Callable[[], QuerySet[Any]]


follow_ups: Hook[[], list[FollowUp]] = Hook()


@shared_task(base=PublicTask)
def send_call(call_id: int) -> None:
    """Send a stored call to Stripe; its response may prepare the next call."""
    made = make_call(call_id, at=timezone.now())
    if made is not None and made.kind in WAITED_FOR:
        _go_on_with_what_is_waited_for(made.pk)
    follow_up(most=FEW)


def _go_on_with_what_is_waited_for(call_id: int) -> None:
    """Queue the next call of a click; a retry due in seconds does not wait for the clock."""
    seconds = seconds_to_next_try(call_id, at=timezone.now())
    with contextlib.suppress(OperationalError):  # the clock takes it up
        if seconds is not None and seconds < QUEUED_SECONDS:
            send(send_call, call_id, after_seconds=seconds, priority=FIRST)
        _queue(send_call, calls_waited_for(most=FEW), priority=FIRST)


@shared_task(base=PublicTask)
def process_event(event_id: int) -> None:
    """Refetch the object of an event."""
    events.process(event_id, at=timezone.now())
    follow_up()


def follow_up(*, most: int = MANY) -> None:
    """Queue all due rows; queueing them twice is harmless.

    A call checks the `most` newest rows only, its own included: hundreds may be pending. If the
    broker does not answer, nothing is lost: the clock queues them each minute.
    """
    try:
        _queue(send_call, calls_to_send(most=most))
        due = follow_ups.collect()
        waiting = first_of(*(job.find for job in due))
        for job, row_ids in zip(due, waiting, strict=True):
            _queue(job.task, row_ids)
    except OperationalError:
        logger.warning("what is due waits for the clock: the broker does not answer")


def _queue(task: Task[Any, None], row_ids: list[int], *, priority: int | None = None) -> None:
    """Queue each row at most once a minute: it stays due until its job has run.

    All are looked up in a single query of the cache, because hundreds may be due. If the cache is
    down, no row is held back.
    """
    names = {f"queued:{task.name}:{row_id}": row_id for row_id in row_ids}
    fresh = cache.missing(names) if len(names) > 1 else names
    for name in (name for name in names if name in fresh):
        if cache.claimed(name, seconds=QUEUED_SECONDS):
            send(task, names[name], priority=priority)
