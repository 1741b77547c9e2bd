"""Slots of a paid campaign that its merchant may stop one by one, each with its refund."""

import datetime as dt
from typing import NamedTuple

from billing.adjustments.queries.refunds import parts_of
from billing.adjustments.rules.unrun import left_of_part
from billing.models import Order, Sale
from billing.orders.queries import sales
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries.refusals import departures_of


class Part(NamedTuple):
    """A slot of a space with the refund if it stops now."""

    flight: Flight
    description: str
    gross_cents: int


def parts_to_stop(order: Order, *, at: dt.datetime) -> list[Part]:
    """Return the slots that can stop alone: at least two still run, and nothing else would.

    A monthly campaign stops as a whole, since its next months cost the same.
    """
    sale = Sale.objects.filter(order=order).first()
    campaign = Campaign.objects.get(pk=order.campaign_id)
    if sale is None or order.subscription_id or campaign.state != Campaign.State.PAID:
        return []
    left = departures_of(campaign.pk)
    most, returned_cents = sales.refundable_cents(sale), sales.returned_alike_cents(sale)
    found = []
    for flight, part in parts_of(order, at=at):
        cents = left_of_part(
            part.gross_cents, gross_cents=sale.gross_cents, returned_cents=returned_cents
        )
        if flight.pk not in left and cents:
            found.append(Part(flight, part.description, min(cents, most)))
    return [part for part in found if part.gross_cents] if len(found) > 1 else []
