"""Routes from each kind of event to the object to fetch again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from billing.adjustments.settlement import disputes, refunds
from billing.councils.queries.changes import council_of_account
from billing.councils.settlement import accounts, changes, payouts, releases, reversals
from billing.models import (
    Payment,
    StripeEvent,
    Subscription,
    Transfer,
)
from billing.orders.settlement import months, payments, subscriptions
from billing.stripe.events import EventRoute, NotYet
from billing.stripe.gateway import reads
from saas.kernel.database import rows


def is_our_tag(tags: Mapping[str, Any]) -> bool:
    """Return True if an object with these metadata was created by this installation."""
    return bool(tags.get("troovon_env") == settings.TROOVON_ENV)


def refetch(kind: str, object_id: str, *, at: dt.datetime) -> bool:
    """Refetch the object of an event of this kind, without an event."""
    return sync(StripeEvent(kind=kind, object_id=object_id), at)


def sync(event: StripeEvent, at: dt.datetime) -> bool:
    """Refetch the object of an event; return True if a route of its endpoint handles it."""
    if event.endpoint and event.kind not in KINDS_AT[event.endpoint]:
        return False
    for route in ROUTES:
        if event.kind in route.kinds:
            return route.sync(event, at)
    return False


def _session(event: StripeEvent, at: dt.datetime) -> bool:
    found = rows.read(Payment, "session_id = %s", [event.object_id])
    if not found:
        return _unless_ours(reads.session_tags(event.object_id))
    payments.follow(found[0], at=at)
    return True


def _payment_intent(event: StripeEvent, at: dt.datetime) -> bool:
    return _payment_of(event.object_id, at)


def _charge(event: StripeEvent, at: dt.datetime) -> bool:
    return _payment_of(reads.payment_intent_of_charge(event.object_id), at)


def _payment_of(payment_intent: str, at: dt.datetime) -> bool:
    payment = _known_payment(payment_intent)
    if payment is None:
        return False
    payments.sync(payment.pk, at=at)
    return True


def _known_payment(payment_intent: str) -> Payment | None:
    """Return the payment of a payment intent; before it is paid, it is found by its order."""
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
        payments.sync(payment.pk, at=at)
    refunds.sync(payment.pk, at=at)
    return True


def _dispute(event: StripeEvent, at: dt.datetime) -> bool:
    """Follow a dispute; a debit that comes back at once may come before we knew it was paid."""
    stripe_dispute = reads.dispute(event.object_id)
    payment = _known_payment(stripe_dispute.payment_intent)
    if payment is None:
        return False
    if payment.state != Payment.State.SUCCEEDED:
        payments.sync(payment.pk, at=at)
    disputes.apply_snapshot(payment.pk, stripe_dispute, at=at)
    return True


def _month(event: StripeEvent, at: dt.datetime) -> bool:
    return months.sync(event.object_id, at=at)


def _subscription(event: StripeEvent, at: dt.datetime) -> bool:
    known = Subscription.objects.filter(stripe_id=event.object_id).exclude(stripe_id="").first()
    if known is None:
        return False
    subscriptions.sync(known.pk, at=at)
    return True


def _transfer(event: StripeEvent, at: dt.datetime) -> bool:
    transfer = Transfer.objects.select_related("share").filter(stripe_id=event.object_id).first()
    if transfer is None:
        return False
    reversals.sync(transfer.pk, at=at)
    if event.kind == "transfer.reversed":
        accounts.refetch_balance(transfer.share.council_id, at=at)
    return True


def _payout(event: StripeEvent, at: dt.datetime) -> bool:
    """Sync a payout of ours, or of the council that owns the event's account."""
    council_id = council_of_account(event.account) if event.account else None
    if event.account and council_id is None:
        return False
    payouts.sync(event.object_id, account=event.account, council_id=council_id, at=at)
    return True


def _balance(event: StripeEvent, at: dt.datetime) -> bool:
    """Release what was due at the moment of the event; what is due since then is the clock's."""
    releases.release_due(at=_moment_of(event, at))
    return True


def _moment_of(event: StripeEvent, at: dt.datetime) -> dt.datetime:
    """Return the moment at which an event happened at Stripe, no later than `at`."""
    return min(event.happened_at or at, at)


def _account(event: StripeEvent, at: dt.datetime) -> bool:
    """Sync a council's account: the object of the event, or the account that sent it."""
    council_id = council_of_account(event.account or event.object_id)
    if council_id is None:
        return False
    accounts.sync(council_id, at=at)
    changes.sync(council_id, at=at)
    releases.release_due(at=_moment_of(event, at), council_id=council_id)
    return True


def _unless_ours(tags: dict[str, str]) -> bool:
    """Ignore objects of another installation; raise NotYet for our own without a row yet."""
    if is_our_tag(tags):
        raise NotYet("made by us, not written down yet")
    return False


SNAPSHOT_ROUTES = (
    EventRoute(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        _session,
    ),
    EventRoute(
        (
            "payment_intent.succeeded",
            "payment_intent.processing",
            "payment_intent.payment_failed",
            "payment_intent.canceled",
        ),
        _payment_intent,
    ),
    EventRoute(("charge.succeeded", "charge.failed", "charge.updated"), _charge),
    EventRoute(("charge.refunded",), _refunded_charge),
    EventRoute(("refund.created", "refund.updated", "refund.failed"), _refund),
    EventRoute(
        (
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
        ),
        _dispute,
    ),
    EventRoute(("transfer.created", "transfer.updated", "transfer.reversed"), _transfer),
    EventRoute(("balance.available",), _balance),
    EventRoute(
        (
            "payout.created",
            "payout.updated",
            "payout.paid",
            "payout.failed",
            "payout.canceled",
            "payout.reconciliation_completed",
        ),
        _payout,
    ),
    EventRoute(("invoice.paid", "invoice.payment_failed"), _month),
    EventRoute(("customer.subscription.updated", "customer.subscription.deleted"), _subscription),
)
CONNECTED_ROUTES = (
    EventRoute(("payout.paid", "payout.failed"), _payout),
    EventRoute(("account.external_account.updated",), _account),
)
THIN_ROUTES = (
    EventRoute(
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
ROUTES = (*SNAPSHOT_ROUTES, *CONNECTED_ROUTES, *THIN_ROUTES)
SNAPSHOT_KINDS = [kind for route in SNAPSHOT_ROUTES for kind in route.kinds]
CONNECTED_KINDS = [kind for route in CONNECTED_ROUTES for kind in route.kinds]
THIN_KINDS = [kind for route in THIN_ROUTES for kind in route.kinds]
KINDS_AT = {
    StripeEvent.Endpoint.SNAPSHOT.value: SNAPSHOT_KINDS,
    StripeEvent.Endpoint.CONNECTED.value: CONNECTED_KINDS,
    StripeEvent.Endpoint.THIN.value: THIN_KINDS,
}
