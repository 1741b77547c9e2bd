"""Calls and events that wait for an operator, and the halt."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet

from billing.models import StripeCall, StripeEvent, StripeHalt
from billing.models.states import OPEN_CALLS
from billing.stripe.rules.answers import TO_AN_ACCOUNT
from billing.wording import onward, reasons

MOST_SHOWN = 50


class CallRow(NamedTuple):
    """A call to Stripe that needs an operator, or keeps failing."""

    id: int
    kind: str
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
    may_be_let_go: bool

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_call(self.state, kind=self.kind, next_at=self.next_at)


class FailedCalls(NamedTuple):
    """Calls to Stripe that wait for an operator, that are made again, that were refused."""

    parked: list[CallRow]
    at_work: list[CallRow]
    refused: list[CallRow]


class EventRow(NamedTuple):
    """An event of Stripe that needs an operator."""

    id: int
    event_id: str
    kind: str
    object_id: str
    failure: str
    attempts: int
    received_at: dt.datetime
    next_words: str


def calls_at_work() -> QuerySet[StripeCall]:
    """Return calls to Stripe that did not succeed yet and are made again."""
    return StripeCall.objects.filter(state__in=OPEN_CALLS).exclude(failure="")


def failed_calls() -> FailedCalls:
    """Return the failed calls to Stripe, grouped by their next step."""
    refused = StripeCall.objects.filter(state=StripeCall.State.FAILED).order_by("-pk")
    parked = StripeCall.objects.filter(state=StripeCall.State.PARKED)
    return FailedCalls(
        parked=[call_row(call) for call in parked[:MOST_SHOWN]],
        at_work=[call_row(call) for call in calls_at_work()[:MOST_SHOWN]],
        refused=[call_row(call) for call in refused[:MOST_SHOWN]],
    )


def call_row(call: StripeCall) -> CallRow:
    """Return a call as operators read it."""
    return CallRow(
        id=call.pk,
        kind=call.kind,
        kind_words=call.get_kind_display(),
        state=call.state,
        state_words=call.get_state_display(),
        subject_id=call.subject_id,
        attempt=call.attempt,
        sendings=call.sendings,
        failure=reasons.of_failure(call.failure),
        request_id=call.request_id,
        created_at=call.created_at,
        next_at=call.next_at,
        may_be_let_go=call.state == StripeCall.State.PARKED and call.kind in TO_AN_ACCOUNT,
    )


def parked_events() -> list[EventRow]:
    """Return events parked after failures."""
    parked = (
        StripeEvent.objects.filter(state=StripeEvent.State.PARKED).defer("body").order_by("-pk")
    )
    return [
        EventRow(
            id=event.pk,
            event_id=event.event_id,
            kind=event.kind,
            object_id=event.object_id,
            failure=reasons.of_failure(event.failure),
            attempts=event.attempts,
            received_at=event.received_at,
            next_words=onward.of_event(event.state),
        )
        for event in parked[:MOST_SHOWN]
    ]


def halt_now() -> StripeHalt | None:
    """Return the current halt of all calls to Stripe, if any."""
    return StripeHalt.objects.filter(ended_at=None).first()
