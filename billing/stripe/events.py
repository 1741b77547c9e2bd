"""Events that Stripe sent: each is processed once, tried again, or parked for an operator."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from billing.models import StripeEvent
from billing.models.states import EventState
from billing.stripe import halts
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules import answers
from billing.transitions import machines
from saas.kernel.database import rows
from saas.kernel.hooks import Hook

# An event claimed by another worker is skipped. If a crash loses a claim, or the end of an event,
# the event is processed again, which changes nothing.
_CLAIM = f"""
    UPDATE billing_stripeevent SET attempts = attempts + 1, claimed_until = %s
    WHERE id = (
        SELECT id FROM billing_stripeevent
        WHERE id = %s AND state = '{EventState.RECEIVED.value}'
        AND (claimed_until IS NULL OR claimed_until <= %s)
        AND NOT EXISTS (SELECT FROM billing_stripehalt WHERE ended_at IS NULL)
        FOR UPDATE SKIP LOCKED
    ) RETURNING endpoint, kind, object_id, account, attempts, failure, happened_at
"""  # noqa: S608 - our own words
_CLOSE = """
    UPDATE billing_stripeevent SET state = %s, processed_at = %s, failure = %s
    WHERE id = %s AND state = ANY(%s) RETURNING id
"""
_WAITS_FOR_NO_DISK = ", billing_waits_for_no_disk()"
MOST_ATTEMPTS = 5
CLAIMED_FOR = dt.timedelta(minutes=2)


# How an event is followed is said above, where everything that events wake is known.
sync_event: Hook[[StripeEvent, dt.datetime], bool] = Hook()


class NotYet(Exception):  # noqa: N818 - it is tried again
    """An object of ours at Stripe has no row here yet."""


class EventRoute(NamedTuple):
    """The route of some kinds of events to the function that refetches their objects."""

    kinds: tuple[str, ...]
    sync: Callable[[StripeEvent, dt.datetime], bool]


def process(event_id: int, *, at: dt.datetime) -> None:
    """Process an event, once; after five failures it is parked for an operator."""
    event = _claim(event_id, at)
    if event is None:
        return
    try:
        [useful] = sync_event.ask(event, at)
    except NeedsOperator as problem:
        _close(event, "parked", at, failure=str(problem))
    except StripeCallFailed as no:
        halts.halt_if_refused(no.problem, at=at)
        _fail(event, at, failure=str(no), counts=not answers.is_passing(no.problem))
    except NotYet as problem:
        _fail(event, at, failure=str(problem))
    else:
        _close(event, "processed" if useful else "ignored", at)


def _claim(event_id: int, at: dt.datetime) -> StripeEvent | None:
    """Take an event, unless it is done or in other hands."""
    event = StripeEvent(pk=event_id)
    taken = _run_soon_on_disk(_CLAIM, [at + CLAIMED_FOR, event_id, at])
    if not taken:
        return None
    event.endpoint, event.kind, event.object_id, event.account = taken[0][:4]
    event.attempts, event.failure, event.happened_at = taken[0][4:7]
    if event.attempts > MOST_ATTEMPTS:  # each of them was killed, or broke on something of ours
        _close(event, "parked", at, failure=event.failure or "never finished")
        return None
    return event


def _close(event: StripeEvent, trigger: str, at: dt.datetime, *, failure: str = "") -> None:
    state, before = machines.to_state("event", trigger), machines.from_states("event", trigger)
    _run_soon_on_disk(_CLOSE, [state, at, _cut(failure), event.pk, before])


def _cut(failure: str) -> str:
    return rows.cut(StripeEvent, "failure", failure)


def _run_soon_on_disk(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run a statement with an asynchronous commit and return its rows.

    A crash may lose the last tenths of a second of them, and leaves the database consistent. Inside
    another transaction nothing changes: that transaction's commit is synchronous.
    """
    ending = "" if connection.in_atomic_block else _WAITS_FOR_NO_DISK
    return rows.tuples(statement + ending, values)


def _fail(event: StripeEvent, at: dt.datetime, *, failure: str, counts: bool = True) -> None:
    """Retry an event later; the fifth failure of its own parks it."""
    if counts and event.attempts >= MOST_ATTEMPTS:
        _close(event, "parked", at, failure=failure)
        return
    event.failure = _cut(failure)
    event.claimed_until = at + CLAIMED_FOR * event.attempts
    event.attempts -= not counts
    rows.store(event, "attempts", "failure", "claimed_until")


def forget(*, at: dt.datetime) -> int:
    """Forget events that were processed long ago; Stripe itself keeps them for thirty days."""
    over = StripeEvent.objects.filter(
        state__in=[StripeEvent.State.PROCESSED, StripeEvent.State.IGNORED],
        received_at__lt=at - StripeEvent.RETENTION,
    )
    gone, _kinds = over.delete()
    return gone


class NeedsOperator(Exception):  # noqa: N818 - nothing is broken: a person has to look
    """Stripe's response contradicts our data; nothing is booked until an operator looks."""
