"""What needs an operator: calls that fail, events that nobody understood, money that is owed."""

import datetime as dt
from typing import NamedTuple

from billing.models import Reversal, StripeEvent, StripeHalt, StripeIntent

MOST_SHOWN = 50


class IntentRow(NamedTuple):
    """A call to Stripe that needs somebody, or keeps failing."""

    id: int
    kind_words: str
    state: str
    state_words: str
    subject_id: int
    attempt: int
    sendings: int
    failure: str
    request_id: str
    created_at: dt.datetime
    next_at: dt.datetime | None


class EventRow(NamedTuple):
    """An event of Stripe that needs somebody."""

    id: int
    event_id: str
    kind: str
    object_id: str
    failure: str
    attempts: int
    received_at: dt.datetime


class OwedRow(NamedTuple):
    """What a council owes after refunds."""

    id: int
    council_name: str
    space_name: str
    cents: int
    since: dt.datetime
    refusal: str


def failed_intents() -> list[IntentRow]:
    """Return calls to Stripe that were refused, are parked, or are being tried again."""
    troubled = StripeIntent.objects.exclude(state="done").exclude(failure="")
    return [
        IntentRow(
            id=intent.pk,
            kind_words=intent.get_kind_display(),
            state=intent.state,
            state_words=intent.get_state_display(),
            subject_id=intent.subject_id,
            attempt=intent.attempt,
            sendings=intent.sendings,
            failure=intent.failure,
            request_id=intent.request_id,
            created_at=intent.created_at,
            next_at=intent.next_at,
        )
        for intent in troubled.order_by("-pk")[:MOST_SHOWN]
    ]


def parked_events() -> list[EventRow]:
    """Return events that nobody could make sense of."""
    parked = StripeEvent.objects.filter(state="parked").defer("body").order_by("-pk")
    return [
        EventRow(
            id=event.pk,
            event_id=event.event_id,
            kind=event.kind,
            object_id=event.object_id,
            failure=event.failure,
            attempts=event.attempts,
            received_at=event.received_at,
        )
        for event in parked[:MOST_SHOWN]
    ]


def owed_by_councils() -> list[OwedRow]:
    """Return what councils owe after refunds, oldest first."""
    owed = Reversal.objects.filter(state="owed").select_related("share__council__tenant")
    return [
        OwedRow(
            id=reversal.pk,
            council_name=reversal.share.council.name,
            space_name=reversal.share.council.tenant.name,
            cents=reversal.left_cents,
            since=reversal.due_at,
            refusal=reversal.refusal,
        )
        for reversal in owed.order_by("pk")
    ]


def halt_now() -> StripeHalt | None:
    """Return why nothing is sent to Stripe, where that is so."""
    return StripeHalt.objects.filter(ended_at=None).first()
