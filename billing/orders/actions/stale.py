"""Orders cancelled because they were not paid."""

import datetime as dt

from django.db import transaction

from billing.models import Order
from billing.orders.queries.calls import has_open_call
from billing.orders.rules import checkout
from billing.orders.settlement import subscriptions
from billing.transitions.transition import CLOCK, transition


@transaction.atomic
def cancel_stale_order(*, order_id: int, at: dt.datetime) -> None:
    """Cancel an order left unpaid for a week. Called by the clock.

    An order with a pending call for its checkout page is kept.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    stale = checkout.is_stale(order.placed_at, at=at) and not has_open_call(order)
    if stale and transition("order", order, "cancelled", by=CLOCK, at=at):
        subscriptions.abandon(order, by=CLOCK, at=at)
