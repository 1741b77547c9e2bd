"""Rows that need an operator: failing calls, events that nobody understood, money owed."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet, Sum

from billing.models import (
    Account,
    Claim,
    StripeCall,
    StripeEvent,
    StripeHalt,
    TaxPayment,
    Transfer,
)
from billing.queries.due import OPEN_CALLS
from billing.queries.ledger import sums_at
from billing.queries.refunds import next_of_claim
from billing.rules import onward, reasons, reserve
from billing.rules.answers import TO_AN_ACCOUNT

MOST_SHOWN = 50
_TOO_LOW = "balance_insufficient"


class CallRow(NamedTuple):
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
    may_be_let_go: bool

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_call(self.state, next_at=self.next_at)


class FailedCalls(NamedTuple):
    """Calls to Stripe that wait for an operator, that are made again, that were refused."""

    parked: list[CallRow]
    at_work: list[CallRow]
    refused: list[CallRow]


class EventRow(NamedTuple):
    """An event of Stripe that needs somebody."""

    id: int
    event_id: str
    kind: str
    object_id: str
    failure: str
    attempts: int
    received_at: dt.datetime
    next_words: str


class OwedRow(NamedTuple):
    """A council's debt after refunds."""

    id: int
    council_reference: str
    council_name: str
    space_name: str
    cents: int
    since: dt.datetime
    refusal: str
    order_reference: str
    asked_by_id: int | None
    asked_by: str
    because: str
    next_words: str


def calls_at_work() -> QuerySet[StripeCall]:
    """Return calls to Stripe that did not succeed yet and are made again."""
    return StripeCall.objects.filter(state__in=OPEN_CALLS).exclude(failure="")


def failed_calls() -> FailedCalls:
    """Return the calls to Stripe that did not succeed, by what becomes of them."""
    refused = StripeCall.objects.filter(state="failed").order_by("-pk")
    parked = StripeCall.objects.filter(state="parked")
    return FailedCalls(
        parked=[call_row(call) for call in parked[:MOST_SHOWN]],
        at_work=[call_row(call) for call in calls_at_work()[:MOST_SHOWN]],
        refused=[call_row(call) for call in refused[:MOST_SHOWN]],
    )


def call_row(call: StripeCall) -> CallRow:
    """Return a call as operators read it."""
    return CallRow(
        id=call.pk,
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
        may_be_let_go=call.state == "parked" and call.kind in TO_AN_ACCOUNT,
    )


def parked_events() -> list[EventRow]:
    """Return events that nobody could make sense of."""
    parked = StripeEvent.objects.filter(state="parked").defer("body").order_by("-pk")
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


def owed_by_councils() -> list[OwedRow]:
    """Return what councils owe after refunds, oldest first."""
    return [
        OwedRow(
            id=claim.pk,
            council_reference=claim.share.council.reference,
            council_name=claim.share.council.name,
            space_name=claim.share.council.tenant.name,
            cents=claim.left_cents,
            since=claim.due_at,
            refusal=reasons.in_words(claim.refusal, reasons.REVERSALS),
            order_reference=claim.share.sale.order.reference,
            asked_by_id=claim.write_off_asked_by_id,
            asked_by=claim.write_off_asked_by.display_name if claim.write_off_asked_by else "",
            because=claim.write_off_because,
            next_words=next_of_claim(claim),
        )
        for claim in _owed_claims()
    ]


def owed_claim(claim_id: int) -> Claim | None:
    """Return what a council owes after one refund, while it owes it."""
    return _owed_claims().filter(pk=claim_id).first()


def _owed_claims() -> QuerySet[Claim]:
    owed = Claim.objects.filter(state=Claim.State.OWED)
    return owed.select_related(
        "share__council__tenant", "share__sale__order", "write_off_asked_by"
    ).order_by("pk")


def written_off_alone(council_id: int) -> int:
    """Return what of a council's debts was given up without a second person's approval."""
    given_up = Claim.objects.filter(
        share__council=council_id, state=Claim.State.WRITTEN_OFF, write_off_asked_by=None
    )
    taxes = TaxPayment.objects.filter(
        statement__council=council_id,
        state=TaxPayment.State.WRITTEN_OFF,
        write_off_asked_by=None,
    )
    sums = [
        rows.aggregate(cents=Sum("amount_cents", default=0))["cents"] for rows in (given_up, taxes)
    ]
    return int(sum(sums))


def balance_short_since(*, at: dt.datetime) -> dt.datetime | None:
    """Return since when our Stripe balance is too low: for what it refused, or for what is due.

    Stripe says `balance_insufficient` to a transfer or a refund that it cannot cover. What is held
    for councils and due to them is promised, and stays on the balance.
    """
    waiting = ["releasable", "sending"]
    refused = [
        Transfer.objects.filter(state="refused", share__state__in=waiting, refusal=_TOO_LOW)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first(),
        StripeCall.objects.filter(
            kind__in=[*TO_AN_ACCOUNT, StripeCall.Kind.REFUND],
            state__in=[*OPEN_CALLS, StripeCall.State.PARKED],
            failure__startswith=_TOO_LOW,
        )
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first(),
    ]
    found = [since for since in refused if since]
    if found:
        return min(found)
    sums = sums_at(at)
    short = sums.get(Account.STRIPE_BALANCE, 0) < reserve.cents_to_keep(sums, refunds_cents=0)
    return at if short else None


def halt_now() -> StripeHalt | None:
    """Return why nothing is sent to Stripe, where that is so."""
    return StripeHalt.objects.filter(ended_at=None).first()
