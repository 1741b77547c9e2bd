"""How much of our Stripe balance is not ours to take."""

from collections.abc import Mapping
from typing import Any

from billing.models import Account


def minimum_cents_of(sums: Mapping[Account, int], *, refunds_cents: int) -> int:
    """Return the sum held for councils and due to them, plus two weeks' refunds."""
    promised = -sums.get(Account.SHARE_HELD, 0) - sums.get(Account.SHARE_DUE, 0)
    return max(promised, 0) + refunds_cents


def params_of(cents: int) -> dict[str, Any]:
    """Return Stripe's parameters for the minimum balance that payouts leave."""
    return {"payments": {"payouts": {"minimum_balance_by_currency": {"eur": cents}}}}


def minimum_of(params: Mapping[str, Any]) -> int:
    """Return the minimum balance in the parameters of a call."""
    return int(params["payments"]["payouts"]["minimum_balance_by_currency"]["eur"])
