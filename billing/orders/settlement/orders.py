"""An order is written down at a price that no longer changes, line by line."""

import datetime as dt

from django.utils import translation

from billing.models import Order, OrderLine, PromotionCode, Subscription, VatTreatment
from billing.orders.rules import checkout
from billing.papers.rules.papers import LANGUAGE
from billing.stripe.rules import params
from billing.transitions.transition import transition
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules.prices import Line, Quote
from saas.kernel.values import legal


def hold(campaign: Campaign) -> Order | None:
    """Lock the order of a campaign, then the campaign: a payment locks them in this order.

    An order created meanwhile in another window is read, not locked: that window locks it first.
    """
    standing = Order.objects.filter(campaign=campaign).exclude(state=Order.State.CANCELLED)
    standing.select_for_update().first()
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    return standing.select_related("promotion", "subscription").first()


def place(
    campaign: Campaign,
    quote: Quote,
    *,
    by: User,
    at: dt.datetime,
    promotion: PromotionCode | None = None,
    subscription: Subscription | None = None,
    by_reference: str = "",
) -> Order:
    """Create an order of a campaign for its merchant; `by_reference` names a non-human actor."""
    checkout.check_price(quote.net_cents, quote.gross_cents)
    order = draw(campaign, quote, by=by, at=at)
    order.promotion, order.subscription = promotion, subscription
    order.save()
    OrderLine.objects.bulk_create(lines_of(order, quote))
    transition("order", order, "priced", by=by_reference or by.reference, at=at)
    return order


def draw(campaign: Campaign, quote: Quote, *, by: User, at: dt.datetime) -> Order:
    """Return the order of a campaign at the price of a quote; nothing is written."""
    return Order(
        campaign=campaign,
        merchant=campaign.merchant,
        net_cents=quote.net_cents,
        vat_cents=quote.vat_cents,
        gross_cents=quote.gross_cents,
        vat_rate_bp=quote.vat_bp,
        vat_treatment=VatTreatment.DOMESTIC if quote.vat_bp else VatTreatment.REVERSE_CHARGE,
        list_net_cents=quote.list_cents,
        tariff_version=quote.price_list_version,
        placed_by=by,
        placed_at=at,
        **legal.accepted(legal.CGV),
    )


def lines_of(order: Order, quote: Quote) -> list[OrderLine]:
    """Return the unsaved lines of an order, a line for each flight of its quote."""
    return [
        OrderLine(
            order=order,
            flight_id=line.flight_id,
            description=_words_of(line),
            net_cents=line.net_cents,
            list_cents=line.list_cents,
            vat_cents=vat_cents,
        )
        for line, vat_cents in zip(quote.lines, quote.vat_parts, strict=True)
        if line.flight_id is not None
    ]


def say_new_days(order: Order, quote: Quote) -> None:
    """Update the lines of an order with the days of its moved flights; no amount changes."""
    words = {line.flight_id: _words_of(line) for line in quote.lines}
    lines = list(OrderLine.objects.filter(order=order))
    for line in lines:
        line.description = words[line.flight_id]
    OrderLine.objects.bulk_update(lines, ["description"])


def _words_of(line: Line) -> str:
    """Describe a line as the invoice will, whatever language its merchant reads."""
    with translation.override(LANGUAGE):
        return params.cut(line.description)
