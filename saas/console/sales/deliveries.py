"""Campaigns that deliver too little: seen by too few members on the last working day."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator

from billing.models import Order
from saas.catalogue.placements.models import Flight
from saas.catalogue.placements.queries.slow import needed_views, slow_flights
from saas.catalogue.placements.rules.campaigns import today

ON_A_PAGE = 50


class SlowRow(NamedTuple):
    """Flight that delivers too little, with what was seen and what was to be expected."""

    flight: Flight
    order: Order | None
    seen: int
    needed: int
    days_left: int


def slow_page(number: str, *, at: dt.datetime) -> tuple[list[SlowRow], Page[Any]]:
    """Return a page of the flights that deliver too little, the longest running first."""
    found = slow_flights(at=at).select_related("campaign__merchant", "tenant")
    shown = Paginator(found.order_by("starts_on", "pk"), ON_A_PAGE).get_page(number)
    flights: list[Any] = list(shown.object_list)
    campaigns = [flight.campaign_id for flight in flights]
    paid = Order.objects.filter(campaign__in=campaigns, sales__isnull=False).order_by("pk")
    orders = {order.campaign_id: order for order in paid}
    return [
        SlowRow(
            flight,
            orders.get(flight.campaign_id),
            flight.seen,
            needed_views(flight),
            (flight.ends_on - today(at)).days + 1,
        )
        for flight in flights
    ], shown
