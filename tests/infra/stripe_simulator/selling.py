"""Helpers that the tests of sales by the month share."""

import datetime as dt
from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator

BOTH = ["card", "sepa_debit"]
JANUARY = "2026-01-31T10:00:00Z"
RHYTHM: Body = {
    "currency": "eur",
    "unit_amount": 24000,
    "tax_behavior": "inclusive",
    "recurring": {"interval": "month"},
}
RECURRING = RHYTHM | {"product_data": {"name": "Un mois à l’accueil"}}


def monthly(sim: Simulator, /, **more: Any) -> Any:
    """Open a Checkout page for a subscription."""
    line = {"quantity": 1, "price_data": RECURRING}
    given = {"mode": "subscription", "line_items": [line], "allowed_payment_method_types": BOTH}
    return sim.session(**given | more)


def subscribe(sim: Simulator, outcome: str = "paid", /, **more: Any) -> Any:
    """Subscribe as a merchant would, and give the subscription."""
    session = monthly(sim, **more)
    sim.lever(f"pay/{session.id}", outcome=outcome)
    done = sim.v1.checkout.sessions.retrieve(session.id)
    return sim.v1.subscriptions.retrieve(done.subscription)


def repriced(item: Any, cents: int) -> Body:
    """Give the price of another amount for the product of a subscription's item."""
    return RHYTHM | {"unit_amount": cents, "product": item.price.product}


def again(sim: Simulator, subscription: Any) -> Any:
    return sim.v1.subscriptions.retrieve(subscription.id)


def invoices(sim: Simulator, subscription: Any) -> list[Any]:
    """Give the invoices of a subscription, oldest first."""
    params = {"subscription": subscription.id, "limit": 100}
    return list(sim.v1.invoices.list(params).data)[::-1]


def events(sim: Simulator, *types: str) -> list[Any]:
    """Give the events of these types, oldest first."""
    params = {"types": list(types), "limit": 100}
    return list(sim.v1.events.list(params).data)[::-1]


def day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%d")


def period(subscription: Any) -> tuple[str, str]:
    row = subscription["items"].data[0]
    return day(row.current_period_start), day(row.current_period_end)
