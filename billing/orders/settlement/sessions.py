"""Steps to the payment of an order: a customer, the end of an old page, a page to pay on.

Each is one call, prepared with the answer of the one before. Who pressed the button is remembered
on the order (`checkout_asked_at`), so that it goes on after each, and stops where they gave it up.
The merchant's row is locked before the order's: a customer is made once, for all of its orders.
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
    """Lock a merchant, whom what Stripe knows of them is about."""
    return Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)


def ask(order: Order, *, at: dt.datetime) -> None:
    """Note that the merchant wants to pay, and prepare the first call that this needs."""
    _note(order, at)
    go_on(order, at=at)


def give_up(order: Order) -> None:
    """Note that nobody waits for a page to pay on any more."""
    if order.checkout_asked_at is not None:
        _note(order, None)


def _note(order: Order, at: dt.datetime | None) -> None:
    order.checkout_asked_at = at
    order.save(update_fields=["checkout_asked_at"])


def go_on(order: Order, *, at: dt.datetime) -> None:
    """Prepare the next call for an order that somebody waits to pay, one at a time."""
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
    """Open another page where the old one was closed for that."""
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
    """Prepare to tell Stripe what changed of a merchant since it was last told.

    One call is under way at a time, and its answer asks again: the last change is told last.
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
    """Tell what changed while Stripe was told of the change before."""
    prepare_customer_update(call.subject_id)


def on_update_refusal(call: StripeCall, _problem: Problem, _at: dt.datetime) -> None:
    """Tell what changed since, where Stripe refused the change before; it is not asked twice."""
    prepare_customer_update(call.subject_id)


def on_customer_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Give up what waited for a customer whom Stripe refused: their merchant reads why."""
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
