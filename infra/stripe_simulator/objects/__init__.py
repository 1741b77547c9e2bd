"""The objects of the API: how each looks, comes to be and changes."""

from infra.stripe_simulator.objects import balance, balance_settings, destinations, event_log
from infra.stripe_simulator.objects.connect import (
    accounts,
    banks,
    links,
    payout_days,
    payouts,
    reversals,
    transfers,
)
from infra.stripe_simulator.objects.payments import (
    charges,
    checkout,
    customers,
    debits,
    payment_acts,
    payment_intents,
    payment_methods,
    sessions,
    setup_intents,
)
from infra.stripe_simulator.objects.recurring import (
    invoices,
    portal,
    products,
    subscriptions,
    test_clocks,
)
from infra.stripe_simulator.objects.returns import disputes, refund_life, refunds

__all__ = [
    "accounts",
    "balance",
    "balance_settings",
    "banks",
    "charges",
    "checkout",
    "customers",
    "debits",
    "destinations",
    "disputes",
    "event_log",
    "invoices",
    "links",
    "payment_acts",
    "payment_intents",
    "payment_methods",
    "payout_days",
    "payouts",
    "portal",
    "products",
    "refund_life",
    "refunds",
    "reversals",
    "sessions",
    "setup_intents",
    "subscriptions",
    "test_clocks",
    "transfers",
]
