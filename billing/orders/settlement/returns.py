"""Automatic refunds: of a duplicate payment, a withdrawn campaign, or an excess over the price."""

import datetime as dt

from billing.models import Payment, Refund, Sale, StripeCall
from billing.orders.queries.sales import refundable_cents
from billing.stripe.calls.prepare import prepare
from billing.stripe.rules import params


def give_back_duplicate(payment: Payment, *, at: dt.datetime) -> None:
    """Send back all of a payment that paid an order a second time."""
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=payment.amount_cents,
        origin=Refund.Origin.DUPLICATE,
        state=Refund.State.APPROVED,
        requested_at=at,
    )
    prepare_refund(refund, payment)


def give_back_withdrawn(sale: Sale, *, at: dt.datetime) -> None:
    """Refund the rest of a sale with a campaign withdrawn before its payment."""
    left = refundable_cents(sale)
    if not left:
        return
    refund = Refund.objects.create(
        payment=sale.payment,
        sale=sale,
        amount_cents=left,
        origin=Refund.Origin.WITHDRAWN,
        state=Refund.State.APPROVED,
        requested_at=at,
    )
    prepare_refund(refund, sale.payment)


def give_back_excess(payment: Payment, cents: int, *, at: dt.datetime) -> None:
    """Refund the part of a month's payment above its sale: the price of places lost."""
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=cents,
        origin=Refund.Origin.WITHDRAWN,
        state=Refund.State.APPROVED,
        requested_at=at,
    )
    prepare_refund(refund, payment)


def prepare_refund(refund: Refund, payment: Payment) -> StripeCall:
    """Write the call that makes an approved refund."""
    return prepare(
        StripeCall.Kind.REFUND,
        refund.pk,
        {
            "payment_intent": payment.payment_intent,
            "amount": params.check_cents(refund.amount_cents),
            "reason": "requested_by_customer",
        },
    )
