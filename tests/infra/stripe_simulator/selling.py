"""Helpers that the tests of sales by the month share."""

import datetime as dt
from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator

BOTH = ["card", "sepa_debit"]
JANUARY = "2026-01-31T10:00:00Z"
RECURRING: Body = {
    "currency": "eur",
    "unit_amount": 24000,
    "tax_behavior": "inclusive",
    "product_data": {"name": "Un mois à l’accueil"},
    "recurring": {"interval": "month"},
}


def monthly(simulator: Simulator, /, **more: Any) -> Any:
    """Open a Checkout page for a subscription."""
    line = {"quantity": 1, "price_data": RECURRING}
    given = {"mode": "subscription", "line_items": [line], "allowed_payment_method_types": BOTH}
    return simulator.session(**given | more)


def subscribe(simulator: Simulator, outcome: str = "paid", /, **more: Any) -> Any:
    """Subscribe as a merchant would, and give the subscription."""
    session = monthly(simulator, **more)
    simulator.lever(f"pay/{session.id}", outcome=outcome)
    done = simulator.client().v1.checkout.sessions.retrieve(session.id)
    return simulator.client().v1.subscriptions.retrieve(done.subscription)


def again(simulator: Simulator, subscription: Any) -> Any:
    return simulator.client().v1.subscriptions.retrieve(subscription.id)


def invoices(simulator: Simulator, subscription: Any) -> list[Any]:
    """Give the invoices of a subscription, oldest first."""
    params = {"subscription": subscription.id, "limit": 100}
    return list(simulator.client().v1.invoices.list(params).data)[::-1]


def events(simulator: Simulator, *types: str) -> list[Any]:
    """Give the events of these types, oldest first."""
    params = {"types": list(types), "limit": 100}
    return list(simulator.client().v1.events.list(params).data)[::-1]


def day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%d")


def period(subscription: Any) -> tuple[str, str]:
    row = subscription["items"].data[0]
    return day(row.current_period_start), day(row.current_period_end)
