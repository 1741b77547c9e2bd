"""Stripe's objects around a payment, as settlement reads them."""

import dataclasses
import datetime as dt
from typing import Any

from billing.models import Payment
from billing.stripe.gateway.values import Dispute, Refund


def stripe_dispute_of(payment: Payment, at: dt.datetime, **changes: Any) -> Dispute:
    """Return what Stripe says of a payment of 240.00 that its buyer's bank contests."""
    base = Dispute(
        id="du_1",
        status="needs_response",
        reason="general",
        amount_cents=24_000,
        currency="eur",
        payment_intent=payment.payment_intent,
        has_evidence=False,
        due_at=None,
        created_at=at,
        balance_transactions=(),
    )
    return dataclasses.replace(base, **changes)


def stripe_refund_of(payment: Payment, at: dt.datetime, **changes: Any) -> Refund:
    """Return what Stripe says of 60.00 of a payment that were given back in its dashboard."""
    base = Refund(
        id="re_1",
        status="succeeded",
        amount_cents=6_000,
        payment_intent=payment.payment_intent,
        call_uuid="",
        created_at=at,
        balance_transaction="txn_out",
        failure_balance_transaction="",
        failure_reason="",
    )
    return dataclasses.replace(base, **changes)
