"""The objects of the API: how each looks, comes to be and changes."""

from infra.stripe_simulator.objects import (
    accounts,
    balance,
    charges,
    customers,
    destinations,
    event_log,
    links,
    payment_intents,
    refunds,
    reversals,
    sessions,
    transfers,
)

__all__ = [
    "accounts",
    "balance",
    "charges",
    "customers",
    "destinations",
    "event_log",
    "links",
    "payment_intents",
    "refunds",
    "reversals",
    "sessions",
    "transfers",
]
