"""Campaigns that are paid each month: begun by a first payment, synced with Stripe, ended.

Its row is locked after its order and payment, as everywhere in settlement.
"""

import datetime as dt

from django.db import transaction

from billing.models import Order, StripeCall, Subscription
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.queries.due import open_call_of
from billing.stripe.rules import params
from billing.transitions.transition import STRIPE, transition
from saas.catalogue.placements.queries import campaigns as placements

_BEHIND = {"past_due", "unpaid", "paused"}
_OVER = {"canceled", "incomplete_expired"}
_MAILED_STATES = {Subscription.State.PAST_DUE, Subscription.State.ENDING, Subscription.State.ENDED}


def begun(order: Order, subscription_id: str) -> None:
    """Record Stripe's subscription id; a second subscription for the same order ends at once."""
    if order.subscription_id is None:
        return
    subscription = Subscription.objects.select_for_update().get(pk=order.subscription_id)
    if not subscription.stripe_id:
        subscription.stripe_id = subscription_id
        subscription.save(update_fields=["stripe_id"])
        order.subscription = subscription
    elif subscription.stripe_id != subscription_id:
        end(subscription, target=subscription_id)


def end(subscription: Subscription, *, target: str = "") -> None:
    """Prepare the call that ends a subscription at once."""
    named = target or subscription.stripe_id
    if named and open_call_of("end", subscription.pk) is None:
        prepare(
            StripeCall.Kind.END,
            subscription.pk,
            {},
            target=named,
        )


def end_with(order: Order) -> None:
    """Stop further months of a campaign that was refunded, or lost in a dispute."""
    for subscription in Subscription.objects.filter(orders=order).exclude(
        state=Subscription.State.ENDED
    ):
        end(subscription)


def abandon(order: Order, *, by: str, at: dt.datetime) -> None:
    """Abandon a subscription with an unpaid first month."""
    if order.subscription_id is None:
        return
    subscription = Subscription.objects.select_for_update().get(pk=order.subscription_id)
    if subscription.state == Subscription.State.OPENING and not subscription.stripe_id:
        subscription.ended_at = subscription.mailed_at = at
        transition(
            "subscription", subscription, "ended", by=by, at=at, also=["ended_at", "mailed_at"]
        )


def sync(subscription_id: int, *, at: dt.datetime) -> None:
    """Fetch a subscription and update its row."""
    stripe_id = Subscription.objects.values_list("stripe_id", flat=True).get(pk=subscription_id)
    if stripe_id:
        apply_snapshot(subscription_id, reads.subscription(stripe_id), at=at)


def on_success(call: StripeCall, stripe_subscription: stripe.Subscription, at: dt.datetime) -> None:
    """Apply the subscription that our call changed."""
    apply_snapshot(call.subject_id, stripe_subscription, at=at)


@transaction.atomic
def apply_snapshot(
    subscription_id: int, stripe_subscription: stripe.Subscription, *, at: dt.datetime
) -> None:
    """Apply a subscription as fetched from Stripe, and prepare calls for differences."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription_id)
    if stripe_subscription.id != subscription.stripe_id:
        return
    trigger = _trigger(stripe_subscription)
    subscription.stripe_item = stripe_subscription.item
    if trigger in {"runs", "stopping"}:
        subscription.paid_until = stripe_subscription.paid_until
    subscription.save(update_fields=["stripe_item", "paid_until"])
    if trigger:
        _move(subscription, trigger, at)
    if trigger in {"runs", "failed"}:
        _ask(subscription, stripe_subscription)


def _trigger(stripe_subscription: stripe.Subscription) -> str:
    if stripe_subscription.status in _OVER:
        return "ended"
    if stripe_subscription.status in _BEHIND:
        return "failed"
    if stripe_subscription.status != "active":
        return ""
    return "stopping" if stripe_subscription.stops_at_period_end else "runs"


def _move(subscription: Subscription, trigger: str, at: dt.datetime) -> None:
    was_ending = subscription.state == Subscription.State.ENDING
    if not transition("subscription", subscription, trigger, by=STRIPE, at=at):
        return
    if trigger == "ended":
        subscription.ended_at = at
    if trigger == "runs" and was_ending:
        subscription.stop_asked_at = None
    subscription.mailed_at = None if subscription.state in _MAILED_STATES else at
    subscription.save(update_fields=["ended_at", "stop_asked_at", "mailed_at"])


def _ask(subscription: Subscription, stripe_subscription: stripe.Subscription) -> None:
    """End a subscription without a place to run; else set the new price from next month on.

    With a requested stop and an unpaid month it ends, too: that month is not retried.
    """
    stops = subscription.stop_asked_at is not None or stripe_subscription.stops_at_period_end
    is_behind = subscription.state == Subscription.State.PAST_DUE
    if (stops and is_behind) or not placements.can_go_on(subscription.campaign_id):
        end(subscription)
    elif stripe_subscription.gross_cents != subscription.gross_cents:
        _reprice(subscription, stripe_subscription)


def _reprice(subscription: Subscription, stripe_subscription: stripe.Subscription) -> None:
    if open_call_of("reprice", subscription.pk) is not None:
        return
    price = {
        "currency": params.EURO,
        "product": stripe_subscription.product,
        "recurring": {"interval": "month"},
        "tax_behavior": "inclusive",
        "unit_amount": subscription.gross_cents,
    }
    prepare(
        StripeCall.Kind.REPRICE,
        subscription.pk,
        {
            "items": [{"id": stripe_subscription.item, "quantity": 1, "price_data": price}],
            "proration_behavior": "none",
        },
        target=subscription.stripe_id,
    )
