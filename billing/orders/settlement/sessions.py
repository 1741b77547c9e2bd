"""Steps to the payment of an order: a customer, the expiry of an old session, a new session.

Each step is a call, prepared with the response of the previous call. The request is recorded on the
order (`checkout_asked_at`): each response continues with the next step, until the request is
cancelled. The merchant's row is locked before the order's: a single customer is created for all of
its orders.
"""

import datetime as dt

from billing.models import Order, StripeCall
from billing.models.states import CALLS_UNDER_WAY
from billing.orders.queries.calls import has_open_call, last_customer_call
from billing.orders.queries.desk import is_reusable, open_payment
from billing.orders.settlement import checkout_params, subscriptions
from billing.stripe.calls.prepare import prepare
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import STRIPE, transition
from saas.catalogue.merchants.actions import shops as merchants
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign


def lock_merchant(merchant_id: int) -> Merchant:
    """Lock a merchant, the owner of the customer object at Stripe."""
    return Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)


def ask(order: Order, *, at: dt.datetime) -> None:
    """Note that the merchant wants to pay, and prepare the first call that this needs."""
    _note(order, at)
    go_on(order, at=at)


def give_up(order: Order) -> None:
    """Record that a checkout page is no longer requested."""
    if order.checkout_asked_at is not None:
        _note(order, None)


def _note(order: Order, at: dt.datetime | None) -> None:
    order.checkout_asked_at = at
    order.save(update_fields=["checkout_asked_at"])


def go_on(order: Order, *, at: dt.datetime) -> None:
    """Prepare the next call for an order with a requested checkout, a single call at a time."""
    if order.checkout_asked_at is None or has_open_call(order):
        return
    payment = open_payment(order)
    if payment is not None and is_reusable(payment, at=at):
        give_up(order)
        return
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=order.campaign_id)
    if payment is not None:
        prepare(StripeCall.Kind.EXPIRE, payment.pk, {}, target=payment.session_id)
    elif not campaign.merchant.stripe_customer:
        words = checkout_params.customer(campaign.merchant, campaign.merchant.owner)
        prepare(StripeCall.Kind.CUSTOMER, campaign.merchant_id, words)
    elif order.state == Order.State.PRICED:
        prepare(
            StripeCall.Kind.CHECKOUT,
            order.pk,
            checkout_params.session(order, campaign, by=campaign.merchant.owner, at=at),
        )


def go_on_after_expiry(payment_id: int, *, at: dt.datetime) -> None:
    """Open another session if the old session was expired for that."""
    orders = Order.objects.filter(payments=payment_id, checkout_asked_at__isnull=False)
    for order in orders.select_for_update(of=("self",)):
        go_on(order, at=at)


def on_customer_success(call: StripeCall, customer: str, at: dt.datetime) -> None:
    """Remember a merchant's customer, and go on with all of their orders that waited for it."""
    lock_merchant(call.subject_id)
    merchants.record_stripe_customer(merchant_id=call.subject_id, customer=customer, at=at)
    prepare_customer_update(call.subject_id)
    for order in _waiting(call.subject_id):
        go_on(order, at=at)


def prepare_customer_update(merchant_id: int) -> None:
    """Prepare the update of a merchant's customer object with changes since the last call.

    A single call is pending at a time, and its response checks again: the last change is sent last.
    """
    merchant = lock_merchant(merchant_id)
    if not merchant.stripe_customer:
        return
    last_call = last_customer_call(merchant_id)
    merchant = Merchant.objects.select_related("owner").get(pk=merchant_id)
    words = checkout_params.customer(merchant, merchant.owner)
    if (
        last_call is None
        or last_call.state in CALLS_UNDER_WAY
        or last_call.params.items() >= words.items()
    ):
        return
    prepare(StripeCall.Kind.DETAILS, merchant_id, words, target=merchant.stripe_customer)


def on_update_success(call: StripeCall, _customer: str, _at: dt.datetime) -> None:
    """Send changes made while the previous update was pending."""
    prepare_customer_update(call.subject_id)


def on_update_refusal(call: StripeCall, _problem: Problem, _at: dt.datetime) -> None:
    """Send changes made since, after a refused update; the refused update is not retried."""
    prepare_customer_update(call.subject_id)


def on_customer_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Cancel the checkouts of a merchant that Stripe refused as a customer; it reads the reason."""
    lock_merchant(call.subject_id)
    for order in _waiting(call.subject_id):
        _leave(order, at)


def on_session_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Give up a page that Stripe refused: its merchant reads why."""
    _leave(Order.objects.select_for_update(of=("self",)).get(pk=call.subject_id), at)


def _waiting(merchant_id: int) -> list[Order]:
    waiting = Order.objects.filter(merchant=merchant_id, checkout_asked_at__isnull=False)
    return list(waiting.order_by("pk").select_for_update(of=("self",)))


def _leave(order: Order, at: dt.datetime) -> None:
    give_up(order)
    withdrawn = Campaign.objects.filter(pk=order.campaign_id, withdrawn_at__isnull=False).exists()
    if withdrawn and transition("order", order, "cancelled", by=STRIPE, at=at, why="withdrawn"):
        subscriptions.abandon(order, by=STRIPE, at=at)
