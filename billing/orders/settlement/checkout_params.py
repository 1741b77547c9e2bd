"""Parameters of a payment for Stripe: the customer, and the purchase."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import Order
from billing.orders.rules import checkout
from billing.stripe.calls.prepare import tags
from billing.stripe.rules import params
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tenants.spaces import hosts

METHODS = ["card", "sepa_debit"]


def customer(merchant: Merchant, by: User) -> dict[str, Any]:
    """Return the parameters of a merchant's customer object."""
    return {
        "name": params.cut(merchant.legal_name),
        "email": merchant.billing_email,
        "preferred_locales": [by.language],
        "address": {
            "line1": params.cut(merchant.seat.street),
            "postal_code": merchant.seat.postcode,
            "city": params.cut(merchant.seat.city),
            "country": merchant.country,
        },
    }


def session(order: Order, campaign: Campaign, *, by: User, at: dt.datetime) -> dict[str, Any]:
    """Return the parameters of a Checkout session, once or monthly, in the payer's language."""
    with translation.override(by.language):
        return _session(order, campaign, by=by, at=at)


def _session(order: Order, campaign: Campaign, *, by: User, at: dt.datetime) -> dict[str, Any]:
    monthly = order.subscription_id is not None
    shared = {"description": order.reference, "metadata": tags("order", order.uuid)}
    kind = (
        {"mode": "subscription", "subscription_data": shared}
        if monthly
        else {
            "mode": "payment",
            "payment_intent_data": {**shared, "transfer_group": order.transfer_group},
        }
    )
    return {
        **kind,
        "customer": campaign.merchant.stripe_customer,
        "client_reference_id": str(order.uuid),
        "line_items": [{"quantity": 1, "price_data": _price(order, campaign, monthly=monthly)}],
        "success_url": f"{_page('billing:returned')}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{_page('billing:order', order.reference)}?from=abandoned",
        "expires_at": int((at + checkout.SESSION_LASTS).timestamp()),
        "locale": by.language,
        "allowed_payment_method_types": METHODS,
    }


def _price(order: Order, campaign: Campaign, *, monthly: bool) -> dict[str, Any]:
    name = params.cut(_("Campagne «\u00a0%(title)s\u00a0»") % {"title": campaign.headline})
    price: dict[str, Any] = {
        "currency": params.EURO,
        "unit_amount": order.gross_cents,
        "tax_behavior": "inclusive",
        "product_data": {"name": name},
    }
    return price | {"recurring": {"interval": "month"}} if monthly else price


def _page(name: str, *args: str) -> str:
    return hosts.public_url(reverse(name, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args))
