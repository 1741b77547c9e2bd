"""Calls to send or to take up again, and events to process."""

import datetime as dt
import functools
import math
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet

from billing.models import (
    StateChange,
    StripeCall,
    StripeEvent,
)
from billing.models.states import CALLS_UNDER_WAY, OPEN_CALLS, CallState, EventState
from saas.kernel.database import rows

# Limit for rows that leave their list once done; lists watched every night have no limit.
MOST = 500
# By these an operator has a parked call made again.
_TAKEN_UP = ("retried", "searched")
_BEGUN_BY_JOBS = (
    "refund",
    "transfer",
    "reversal",
    "close",
    "evidence",
    "giveback",
    "tax",
    "group",
    "end",
    "reprice",
    "treasury",
    "details",
)
# Kinds requested by a person on a page that shows the progress.
WAITED_FOR = ("customer", "checkout", "expire", "account", "change", "stop", "portal", "link")
# Asked after each job, and so built only once.
_UNSENT = f"""
    SELECT id FROM billing_stripecall
    WHERE state = '{CallState.PENDING.value}' AND first_sent_at IS NULL AND kind = ANY(%s)
    ORDER BY id DESC LIMIT %s
"""  # noqa: S608 - our own words
# Three attempts of twenty seconds, and the pauses between them.
LONGEST_CALL = dt.timedelta(seconds=70)
_LEFT_ALONE_FOR = dt.timedelta(minutes=2)


def calls_to_send(*, most: int = MOST) -> list[int]:
    """Return calls prepared by jobs and not sent yet, the newest first."""
    return [number for (number,) in rows.tuples(_UNSENT, [list(_BEGUN_BY_JOBS), most])]


def calls_waited_for(*, most: int = MOST) -> list[int]:
    """Return calls requested by people and not sent yet, the newest first."""
    return [number for (number,) in rows.tuples(_UNSENT, [list(WAITED_FOR), most])]


def seconds_to_next_try(call_id: int, *, at: dt.datetime) -> int | None:
    """Return how long a call waits for its next try; nothing where it is over."""
    waiting = StripeCall.objects.filter(pk=call_id, state__in=OPEN_CALLS)
    next_at = waiting.values_list("next_at", flat=True).first()
    return None if next_at is None else max(0, math.ceil((next_at - at).total_seconds()))


def calls_to_resume(*, at: dt.datetime) -> list[int]:
    """Return calls with a killed sender, or due for a retry."""
    never_sent = Q(next_at=None, created_at__lte=at - _LEFT_ALONE_FOR)
    due = StripeCall.objects.filter(Q(next_at__lte=at) | never_sent, state__in=OPEN_CALLS)
    return list(due.values_list("pk", flat=True)[:MOST])


def waits_for_its_turn(call: StripeCall, *, at: dt.datetime) -> bool:
    """Return True if a call failed and waits for its next attempt."""
    was_made = call.sent_at is not None and call.sent_at <= at - LONGEST_CALL
    return was_made and bool(call.failure) and call.next_at is not None and call.next_at > at


def open_call_of(kind: str, subject_id: int) -> StripeCall | None:
    """Return the unfinished call of a kind about an object."""
    calls = StripeCall.objects.filter(kind=kind, subject_id=subject_id)
    return calls.filter(state__in=CALLS_UNDER_WAY).first()


def attempt_retried(call: StripeCall) -> int:
    """Return at which attempt an operator last had a parked call made again, or nought."""
    retries = StateChange.objects.filter(machine="call", subject_id=call.pk, trigger__in=_TAKEN_UP)
    attempt = retries.order_by("-pk").values_list("why", flat=True).first() or "0"
    return int(attempt) if attempt.isdecimal() else 0


def is_let_go(call: StripeCall) -> bool:
    """Return True if an operator cancelled a parked call and did not retry it since."""
    changes = StateChange.objects.filter(
        machine="call", subject_id=call.pk, trigger__in=[*_TAKEN_UP, "let_go"]
    )
    return changes.order_by("-pk").values_list("trigger", flat=True).first() == "let_go"


def events_to_process(*, at: dt.datetime) -> list[int]:
    """Return events not processed yet, or due for a retry."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = StripeEvent.objects.filter(free, state=EventState.RECEIVED)
    # The index of those that wait gives this order; that of all events would be read from its end.
    return list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:MOST])


def known_events(event_ids: Collection[str]) -> set[str]:
    """Return those of many events that were kept before."""
    stored = StripeEvent.objects.filter(event_id__in=event_ids)
    return set(stored.values_list("event_id", flat=True))


def first_of(*questions: Callable[[], QuerySet[Any]]) -> list[list[int]]:
    """Return the ids of each queryset, up to the limit of a queue run, the oldest first.

    All are read by a single cached statement: no queryset may depend on the current time.
    """
    found: list[list[int]] = [[] for _ in questions]
    if questions:
        statement, values = _at_once(questions)
        for place, row_id in rows.tuples(statement, values):
            found[place].append(row_id)
    return found


@functools.cache
def _at_once(questions: tuple[Callable[[], QuerySet[Any]], ...]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for place, ask in enumerate(questions):
        sql, given = ask().order_by("pk").values_list("pk")[:MOST].query.sql_with_params()
        parts.append(f"SELECT {place} AS place, pk FROM ({sql}) AS waiting")  # noqa: S608 - ours
        values += given
    return f"{' UNION ALL '.join(parts)} ORDER BY place, pk", values
