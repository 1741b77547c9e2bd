"""Rows about money that a test writes down by hand, where nothing has led to them."""

import datetime as dt
from typing import Any

from billing.models import AccountChange, Dispute, Order, Payment, Statement, StripeEvent
from tenants.spaces.actors import SpaceActor

DELPHINE = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "treasurer")


def make_statement(council_id: int, *, at: dt.datetime, **columns: Any) -> Statement:
    """Create a statement of a day, or of the given days, without its content."""
    usual = {
        "first_day": at.date(),
        "last_day": at.date(),
        "number": "R2026-1",
        "council_as_it_was": {},
        "seller": {},
        "made_at": at,
    }
    return Statement.objects.create(council_id=council_id, **(usual | columns))


def make_event(kind: str, object_id: str = "", **columns: Any) -> StripeEvent:
    """An event that was kept as it came."""
    usual = {"event_id": "evt_1", "endpoint": "snapshot", "livemode": False, "body": b"{}"}
    return StripeEvent.objects.create(kind=kind, object_id=object_id, **(usual | columns))


def make_payment(order: Order, *, at: dt.datetime, **columns: Any) -> Payment:
    """Another payment of an order."""
    usual = {"session_id": "cs_other", "amount_cents": order.gross_cents}
    return Payment.objects.create(order=order, opened_at=at, expires_at=at, **(usual | columns))


def make_dispute(payment: Payment, *, at: dt.datetime, **columns: Any) -> Dispute:
    """A dispute about all of a payment that waits for our answer."""
    usual = {
        "state": "needs_response",
        "stripe_id": "du_1",
        "amount_cents": payment.amount_cents,
    }
    return Dispute.objects.create(payment=payment, opened_at=at, **(usual | columns))


def make_change(council_id: int, *, at: dt.datetime, **columns: Any) -> AccountChange:
    """Create a replacement of an account, requested by Delphine."""
    usual = {
        "old_account": "acct_1",
        "contact_email": "cse@north.example",
        "reason": "autre banque",
        "asked_by_reference": DELPHINE.reference,
        "asked_by_name": DELPHINE.name,
    }
    return AccountChange.objects.create(council_id=council_id, asked_at=at, **(usual | columns))


def make_done_change(council_id: int, *, at: dt.datetime, **columns: Any) -> AccountChange:
    """An account that was replaced, once Karim had confirmed it."""
    confirmed = {"confirmed_by_reference": "M-KARIM", "confirmed_by_name": "Karim Lefort"}
    dates = {"confirmed_at": at, "ended_at": at}
    usual = {"new_account": "acct_2"}
    return make_change(council_id, at=at, **(usual | confirmed | dates | columns))
