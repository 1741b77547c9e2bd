"""A payment page, and Stripe's answers about it."""

import dataclasses
import datetime as dt
from typing import Any

from billing.models import Order, Payment
from billing.orders.settlement import payments
from billing.stripe.gateway.values import Charge, PaymentIntent, Session
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_paid_session


class Page:
    """A Checkout page, and its snapshot at Stripe."""

    def __init__(self, campaign: Campaign, at: dt.datetime) -> None:
        self.at = at
        self.pk, self.paid = make_paid_session(campaign, at=at)
        Order.objects.filter(payments=self.pk).update(state="awaiting_payment")
        assert self.paid.intent
        assert self.paid.intent.charge
        self.intent: PaymentIntent = self.paid.intent
        self.charge: Charge = self.paid.intent.charge

    def says(self, at: dt.datetime | None = None, **changes: Any) -> str:
        session: Session = dataclasses.replace(self.paid, **changes)
        return payments.apply_snapshot(self.pk, session, at=at or self.at)

    def attempt(
        self, status: str, *, code: str = "", charge: Charge | None = None
    ) -> PaymentIntent:
        return PaymentIntent(self.intent.id, status, code, self.intent.order_uuid, charge)

    def debit(self, **changes: Any) -> Charge:
        return dataclasses.replace(self.charge, **{"method": "sepa_debit", **changes})

    def payment(self) -> Payment:
        return Payment.objects.get(pk=self.pk)

    def order(self) -> Order:
        return Order.objects.get(payments=self.pk)
