"""Calls that an order's checkout, a merchant's details or the end of a subscription wait for."""

import datetime as dt

from django.db.models import Q, QuerySet

from billing.models import (
    Order,
    Payment,
    StripeCall,
    Subscription,
)
from billing.models.states import CALLS_UNDER_WAY, OPEN_CALLS
from billing.stripe.queries.calls import CallPage, call_page


def _calls_of(order: Order) -> QuerySet[StripeCall]:
    payments = Payment.objects.filter(order=order).values("pk")
    return StripeCall.objects.filter(
        Q(kind="customer", subject_id=order.merchant_id)
        | Q(kind="checkout", subject_id=order.pk)
        | Q(kind="expire", subject_id__in=payments)
    )


def open_checkout_of(order: Order) -> StripeCall | None:
    """Return the call of an order's checkout that jobs make, or try again."""
    return _calls_of(order).filter(state__in=OPEN_CALLS).order_by("pk").first()


def has_open_call(order: Order) -> bool:
    """Return True if a call for an order's checkout is unfinished."""
    return _calls_of(order).filter(state__in=CALLS_UNDER_WAY).exists()


def last_customer_call(merchant_id: int) -> StripeCall | None:
    """Return the last call that sent a merchant's details to Stripe."""
    calls = StripeCall.objects.filter(kind__in=["customer", "details"], subject_id=merchant_id)
    return calls.order_by("pk").last()


def end_requested_at(subscription: Subscription) -> dt.datetime | None:
    """Return since when Stripe is to collect no further month at all, whether it heard or not."""
    ends = StripeCall.objects.filter(
        kind="end", subject_id=subscription.pk, target=subscription.stripe_id
    )
    not_failed = ends.exclude(state=StripeCall.State.FAILED).order_by("created_at")
    return not_failed.values_list("created_at", flat=True).first()


def call_waited_for(order: Order, *, at: dt.datetime) -> CallPage | None:
    """Return the latest call needed to open an order's checkout page."""
    payments = Payment.objects.filter(order=order).values("pk")
    condition = Q(kind="checkout", subject_id=order.pk)
    condition |= Q(kind="customer", subject_id=order.merchant_id)
    if order.checkout_asked_at is not None:
        condition |= Q(kind="expire", subject_id__in=payments)
    call = StripeCall.objects.filter(condition).order_by("pk").last()
    return call_page(call, at=at) if call is not None else None
