"""Checks of prices, sessions and Stripe's payments against the order."""

import datetime as dt

from django.utils.translation import gettext as _

from billing.models import Order
from billing.stripe.rules import params
from saas.kernel.errors import Refused

LEAST_CHECKOUT_CENTS = 50
SESSION_LASTS = dt.timedelta(hours=23)
SESSION_REUSED_FOR = dt.timedelta(minutes=30)


MISSING_VAT = "without VAT, and its buyer is established in France"


def check_price(net_cents: object, gross_cents: object) -> None:
    """Raise Refused if an order is too small for a card payment."""
    params.check_cents(net_cents)
    if params.check_cents(gross_cents) < LEAST_CHECKOUT_CENTS:
        raise Refused(_("Une commande coûte au moins 0,50\u00a0€."))


def check_may_pay(state: str) -> None:
    """Raise Refused if an order is already paid, or being paid."""
    if state in {Order.State.PAID, Order.State.PARTLY_REFUNDED, Order.State.REFUNDED}:
        raise Refused(_("Cette campagne est déjà payée."))
    if state == "processing":
        raise Refused(_("Votre banque traite déjà ce paiement. Attendez sa réponse."))


def is_stale(placed_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if an order was left unpaid for a week."""
    return placed_at + Order.LASTS <= at


def mismatch(
    *,
    currency: str,
    livemode: tuple[bool, bool],
    amount_cents: tuple[int, int] = (0, 0),
    order_uuid: tuple[str, str] = ("", ""),
    is_missing_vat: bool = False,
) -> str:
    """Return the mismatch between a payment and its order, or ""; each pair is (theirs, ours).

    `is_missing_vat`: the order bears no French VAT, and its buyer is established in France.
    """
    if currency != params.EURO:
        return f"currency {currency}"
    if livemode[0] != livemode[1]:
        return f"livemode {livemode[0]}"
    if order_uuid[0] != order_uuid[1]:
        return f"order {order_uuid[0]}"
    if amount_cents[0] != amount_cents[1]:
        return f"amount {amount_cents[0]}, not {amount_cents[1]}"
    return MISSING_VAT if is_missing_vat else ""
