"""Prices and days of sales by the month."""

import datetime as dt
from typing import Any

BOTH = ["card", "sepa_debit"]
JANUARY = "2026-01-31T10:00:00Z"
RHYTHM: dict[str, Any] = {
    "currency": "eur",
    "unit_amount": 24000,
    "tax_behavior": "inclusive",
    "recurring": {"interval": "month"},
}
RECURRING = RHYTHM | {"product_data": {"name": "Un mois à l’accueil"}}


def repriced(item: Any, cents: int) -> dict[str, Any]:
    """Give the price of another amount for the product of a subscription's item."""
    return RHYTHM | {"unit_amount": cents, "product": item.price.product}


def day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%d")


def period(subscription: Any) -> tuple[str, str]:
    row = subscription["items"].data[0]
    return day(row.current_period_start), day(row.current_period_end)
