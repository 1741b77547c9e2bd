"""Orders of many campaigns, as a click writes each: the drill begins with their calls."""

import datetime as dt
from collections.abc import Collection

from billing.models import Order, OrderLine, StateChange, StripeCall
from billing.orders.settlement import checkout_params, orders
from billing.stripe.calls import prepare
from saas.catalogue.placements.queries import prices as placements


def place(campaign_ids: Collection[int], at: dt.datetime) -> dict[int, int]:
    """Create an order for each campaign at its current price, with a single statement per table.

    Returns, for each campaign of a shop with a Stripe customer, the call that opens its payment.
    """
    campaigns = placements.complete().filter(pk__in=campaign_ids).order_by("pk")
    quotes = {campaign: placements.quote_of_campaign(campaign, at=at) for campaign in campaigns}
    drawn = [
        orders.draw(campaign, quote, by=campaign.merchant.owner, at=at)
        for campaign, quote in quotes.items()
    ]
    for order in drawn:
        order.state = Order.State.PRICED
    written = Order.objects.bulk_create(drawn)
    priced = zip(written, quotes.values(), strict=True)
    OrderLine.objects.bulk_create(
        line for order, quote in priced for line in orders.lines_of(order, quote)
    )
    StateChange.objects.bulk_create(
        StateChange(
            machine="order",
            subject_id=order.pk,
            before=Order.State.DRAFT,
            after=Order.State.PRICED,
            trigger="priced",
            by=order.placed_by.reference,
            at=at,
        )
        for order in written
    )
    return _prepare_calls(written, at)


def _prepare_calls(written: Collection[Order], at: dt.datetime) -> dict[int, int]:
    calls = {
        order.campaign_id: prepare.draw(
            StripeCall.Kind.CHECKOUT,
            order.pk,
            checkout_params.session(order, order.campaign, by=order.placed_by, at=at),
        )
        for order in written
        if order.merchant.stripe_customer
    }
    StripeCall.objects.bulk_create(calls.values())
    return {campaign: call.pk for campaign, call in calls.items()}
