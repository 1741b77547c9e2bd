"""An event wakes somebody: whatever it is about is fetched again, whatever the event said."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from billing import queries
from billing.gateway import reads
from billing.gateway.values import StripeSaidNo
from billing.models import Council, Payment, StripeEvent, Transfer
from billing.settlement import accounts, halts, payments, refunds, releases, reversals
from billing.settlement.payments import NeedsOperator

MOST_ATTEMPTS = 5
CLAIMED_FOR = dt.timedelta(minutes=2)


class NotYet(Exception):  # noqa: N818 - it is tried again
    """The thing is ours, but we do not know it yet."""


class Wake(NamedTuple):
    """Who is woken by which kinds of events."""

    kinds: tuple[str, ...]
    converge: Callable[[StripeEvent, dt.datetime], bool]


def process(event_id: int, *, at: dt.datetime) -> None:
    """Do what an event asks for, once; after five failures an operator looks."""
    event = _claim(event_id, at)
    if event is None:
        return
    try:
        useful = _converge(event, at)
    except NeedsOperator as problem:
        _close(event, StripeEvent.State.PARKED, at, failure=str(problem))
    except StripeSaidNo as no:
        halts.halt_if_refused(no.problem, at=at)
        _fail(event, at, failure=str(no))
    except NotYet as problem:
        _fail(event, at, failure=str(problem))
    else:
        done = StripeEvent.State.PROCESSED if useful else StripeEvent.State.IGNORED
        _close(event, done, at)


@transaction.atomic
def _claim(event_id: int, at: dt.datetime) -> StripeEvent | None:
    """Take an event, unless it is done or in other hands."""
    event = (
        StripeEvent.objects.select_for_update(skip_locked=True)
        .filter(pk=event_id, state=StripeEvent.State.RECEIVED)
        .first()
    )
    if event is None or queries.is_halted() or (event.claimed_until and event.claimed_until > at):
        return None
    if event.attempts >= MOST_ATTEMPTS:  # each of them was killed, or broke on something of ours
        _close(event, StripeEvent.State.PARKED, at, failure=event.failure or "never finished")
        return None
    event.attempts += 1
    event.claimed_until = at + CLAIMED_FOR
    event.save(update_fields=["attempts", "claimed_until"])
    return event


def _close(event: StripeEvent, state: str, at: dt.datetime, *, failure: str = "") -> None:
    event.state, event.processed_at, event.failure = state, at, failure[:300]
    event.save(update_fields=["state", "processed_at", "failure"])


def _fail(event: StripeEvent, at: dt.datetime, *, failure: str) -> None:
    if event.attempts >= MOST_ATTEMPTS:
        _close(event, StripeEvent.State.PARKED, at, failure=failure)
        return
    event.failure = failure[:300]
    event.claimed_until = at + CLAIMED_FOR * event.attempts
    event.save(update_fields=["failure", "claimed_until"])


def _converge(event: StripeEvent, at: dt.datetime) -> bool:
    for wake in WAKES:
        if event.kind in wake.kinds:
            return wake.converge(event, at)
    return False


def _session(event: StripeEvent, at: dt.datetime) -> bool:
    payment = Payment.objects.filter(session_id=event.object_id).first()
    if payment is None:
        return _unless_ours(reads.session_tags(event.object_id))
    payments.converge(payment.pk, at=at)
    return True


def _payment_intent(event: StripeEvent, at: dt.datetime) -> bool:
    return _payment_of(event.object_id, at)


def _charge(event: StripeEvent, at: dt.datetime) -> bool:
    return _payment_of(reads.payment_intent_of_charge(event.object_id), at)


def _payment_of(payment_intent: str, at: dt.datetime) -> bool:
    payment = _known_payment(payment_intent)
    if payment is None:
        return False
    payments.converge(payment.pk, at=at)
    return True


def _known_payment(payment_intent: str) -> Payment | None:
    """Find the payment of a payment intent; before it was paid only its order knows it."""
    if not payment_intent:
        return None
    known = Payment.objects.filter(payment_intent=payment_intent).first()
    if known is not None:
        return known
    order = reads.payment_intent(payment_intent).order_uuid
    return Payment.objects.filter(order__uuid=order).first() if order else None


def _refund(event: StripeEvent, at: dt.datetime) -> bool:
    return _refunds_of(reads.refund(event.object_id).payment_intent, at)


def _refunded_charge(event: StripeEvent, at: dt.datetime) -> bool:
    return _refunds_of(reads.payment_intent_of_charge(event.object_id), at)


def _refunds_of(payment_intent: str, at: dt.datetime) -> bool:
    payment = _known_payment(payment_intent)
    if payment is None:
        return False
    if payment.state != Payment.State.SUCCEEDED:
        payments.converge(payment.pk, at=at)
    refunds.converge(payment.pk, at=at)
    return True


def _transfer(event: StripeEvent, at: dt.datetime) -> bool:
    transfer = Transfer.objects.filter(stripe_id=event.object_id).first()
    if transfer is None:
        return False
    reversals.converge(transfer.pk, at=at)
    return True


def _balance(_event: StripeEvent, at: dt.datetime) -> bool:
    releases.release_due(at=at)
    return True


def _account(event: StripeEvent, at: dt.datetime) -> bool:
    """Look at a council's account: it is what the event is about, or where it happened."""
    council = Council.objects.filter(stripe_account=event.account or event.object_id).first()
    if council is None:
        return False
    accounts.converge(council.pk, at=at)
    releases.release_council(council.pk, at=at)
    return True


def _unless_ours(tags: dict[str, str]) -> bool:
    """Leave what another installation made; wait for what we made and have not written down yet."""
    if queries.is_our_tag(tags):
        raise NotYet("made by us, not written down yet")
    return False


SNAPSHOT_WAKES = (
    Wake(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        _session,
    ),
    Wake(
        (
            "payment_intent.succeeded",
            "payment_intent.processing",
            "payment_intent.payment_failed",
            "payment_intent.canceled",
        ),
        _payment_intent,
    ),
    Wake(("charge.succeeded", "charge.failed", "charge.updated"), _charge),
    Wake(("charge.refunded",), _refunded_charge),
    Wake(("refund.created", "refund.updated", "refund.failed"), _refund),
    Wake(("transfer.created", "transfer.updated", "transfer.reversed"), _transfer),
    Wake(("balance.available",), _balance),
)
CONNECTED_WAKES = (
    Wake(
        ("payout.paid", "payout.failed", "account.external_account.updated"),
        _account,
    ),
)
THIN_WAKES = (
    Wake(
        (
            "v2.core.account.created",
            "v2.core.account.updated",
            "v2.core.account.closed",
            "v2.core.account[configuration.recipient].updated",
            "v2.core.account[configuration.recipient].capability_status_updated",
            "v2.core.account[requirements].updated",
            "v2.core.account[future_requirements].updated",
            "v2.core.account[identity].updated",
            "v2.core.account_link.returned",
        ),
        _account,
    ),
)
WAKES = (*SNAPSHOT_WAKES, *CONNECTED_WAKES, *THIN_WAKES)
SNAPSHOT_KINDS = [kind for wake in SNAPSHOT_WAKES for kind in wake.kinds]
CONNECTED_KINDS = [kind for wake in CONNECTED_WAKES for kind in wake.kinds]
THIN_KINDS = [kind for wake in THIN_WAKES for kind in wake.kinds]
