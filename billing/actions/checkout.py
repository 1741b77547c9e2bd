"""A merchant pays for a campaign on Stripe's page, or thinks better of it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import queries
from billing.models import Order, OrderLine, StripeIntent
from billing.rules import checks, machines
from billing.settlement.frozen import prepare, tags
from billing.settlement.moves import keep, move
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import actions as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules import Quote
from saas.kernel.errors import NotAllowed
from tenants.spaces import hosts

METHODS = ["card"]


@transaction.atomic
def open_checkout(*, campaign: Campaign, by: User, at: dt.datetime) -> Order:
    """Order a campaign at its price, and prepare the next call that its payment needs.

    Asking again changes nothing while a session is open: two clicks are one order.
    """
    if campaign.merchant.owner_id != by.pk:
        raise NotAllowed(_("Cette campagne est à un autre commerçant."))
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    order = queries.order_of_campaign(campaign)
    if order is not None:
        checks.check_may_pay(order.state)
    quote = placements.check_out(campaign_id=campaign.pk, at=at)
    if order is None:
        order = _place(campaign, quote, by=by, at=at)
    _prepare_next_call(order, campaign, by=by, at=at)
    return order


def _place(campaign: Campaign, quote: Quote, *, by: User, at: dt.datetime) -> Order:
    checks.check_price(quote.net_cents, quote.gross_cents)
    order = Order(
        campaign=campaign,
        merchant=campaign.merchant,
        net_cents=quote.net_cents,
        vat_cents=quote.vat_cents,
        gross_cents=quote.gross_cents,
        tariff_version=quote.price_list_version,
        placed_by=by,
        placed_at=at,
    )
    order.full_clean()
    order.save()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            flight_id=line.flight_id,
            description=checks.cut(line.description),
            net_cents=line.net_cents,
        )
        for line in quote.lines
        if line.flight_id is not None
    )
    move("order", order, "priced", by=by.reference, at=at)
    return order


def _prepare_next_call(order: Order, campaign: Campaign, *, by: User, at: dt.datetime) -> None:
    """Prepare one call: make a customer, close a session that is nearly over, or open one."""
    if queries.has_open_call(order):
        return
    payment = queries.open_payment(order)
    if payment is not None and queries.is_reusable(payment, at=at):
        return
    if payment is not None:
        prepare(StripeIntent.Kind.EXPIRE, payment.pk, {}, target=payment.session_id)
    elif not campaign.merchant.stripe_customer:
        prepare(StripeIntent.Kind.CUSTOMER, campaign.merchant_id, _customer(campaign.merchant, by))
    else:
        prepare(StripeIntent.Kind.CHECKOUT, order.pk, _session(order, campaign, by=by, at=at))


def _customer(merchant: Merchant, by: User) -> dict[str, Any]:
    return {
        "name": checks.cut(merchant.legal_name),
        "email": merchant.billing_email,
        "preferred_locales": [by.language],
        "address": {
            "line1": checks.cut(merchant.street),
            "postal_code": merchant.postcode,
            "city": checks.cut(merchant.city),
            "country": "FR",
        },
    }


def _session(order: Order, campaign: Campaign, *, by: User, at: dt.datetime) -> dict[str, Any]:
    name = checks.cut(_("Campagne «\u00a0%(title)s\u00a0»") % {"title": campaign.headline})
    return {
        "mode": "payment",
        "customer": campaign.merchant.stripe_customer,
        "client_reference_id": str(order.uuid),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": checks.EURO,
                    "unit_amount": order.gross_cents,
                    "tax_behavior": "inclusive",
                    "product_data": {"name": name},
                },
            }
        ],
        "payment_intent_data": {
            "transfer_group": order.transfer_group,
            "description": order.reference,
            "metadata": tags("order", order.uuid),
        },
        "success_url": f"{_page('billing:returned')}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{_page('billing:order', order.reference)}?from=abandoned",
        "expires_at": int((at + checks.SESSION_LASTS).timestamp()),
        "locale": by.language,
        "allowed_payment_method_types": METHODS,
    }


def _page(name: str, *args: str) -> str:
    return hosts.public_url(reverse(name, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args))


@transaction.atomic
def cancel_checkout(*, order: Order, by: User, at: dt.datetime) -> Order:
    """Prepare to close the open session of an order, so that it can be changed or paid anew."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    machines.check("order", order.state, "closed")
    payment = queries.open_payment(order)
    if payment is not None and not queries.has_open_call(order):
        prepare(StripeIntent.Kind.EXPIRE, payment.pk, {}, target=payment.session_id)
        states = (payment.state, payment.state)
        keep("payment", payment.pk, "cancel_asked", states=states, by=by.reference, at=at)
    return order
