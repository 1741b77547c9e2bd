"""Stripe's objects around a payment, as settlement reads them."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, Never

from billing.models import Payment
from billing.stripe.gateway.treasury import Payout
from billing.stripe.gateway.values import Account, Dispute, Refund, StripeCallFailed, Subscription
from billing.stripe.rules.answers import Problem


def refusing(problem: Problem) -> Callable[..., Never]:
    """Return a substitute for a request or a call that Stripe refuses."""

    def refuse(*_: object, **__: object) -> Never:
        raise StripeCallFailed(problem)

    return refuse


def stripe_account(**changes: Any) -> Account:
    """Return Stripe's object of a council's account that may receive money."""
    base = Account(
        id="acct_north",
        capability="active",
        payouts="active",
        applied=True,
        closed=False,
        deadlines=frozenset(),
    )
    return dataclasses.replace(base, **changes)


def stripe_payout(at: dt.datetime, **changes: Any) -> Payout:
    """Return Stripe's object of a payout of 1.00 to a bank at a moment."""
    base = Payout(
        id="po_1",
        status="paid",
        amount_cents=100,
        currency="eur",
        arrives_on=at.date(),
        failure="",
        balance_transaction="txn_left",
        failure_balance_transaction="",
        created_at=at,
    )
    return dataclasses.replace(base, **changes)


def stripe_subscription(at: dt.datetime, **changes: Any) -> Subscription:
    """Return Stripe's subscription of 240.00 a month, paid for the next thirty days."""
    base = Subscription(
        id="sub_1",
        status="active",
        stops_at_period_end=False,
        item="si_1",
        product="prod_1",
        gross_cents=24_000,
        paid_until=at + dt.timedelta(days=30),
    )
    return dataclasses.replace(base, **changes)


def stripe_dispute_of(payment: Payment, at: dt.datetime, **changes: Any) -> Dispute:
    """Return Stripe's dispute of a payment of 240.00, contested by the buyer's bank."""
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
    """Return Stripe's refund of 60.00 of a payment, made in its dashboard."""
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
