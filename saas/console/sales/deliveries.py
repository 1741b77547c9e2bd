"""Campaigns that deliver too little: seen by too few members on the last working day."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import ngettext

from billing.models import Order
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, Slot
from saas.catalogue.placements.queries.refusals import has_left
from saas.catalogue.placements.rules.campaigns import today
from saas.console.queries.bad_days import Waiting
from saas.kernel.values import workdays

ON_A_PAGE = 50
# Part of the people a flight reaches that must see it on a working day.
LEAST_BP = 500
# Slots that members pass each working day; screens and shelves have refunds of their own.
SLOTS = (Slot.HOME_FEED, Slot.NEIGHBOURHOOD)


class SlowRow(NamedTuple):
    """Flight that delivers too little, with what was seen and what was to be expected."""

    flight: Flight
    order: Order | None
    seen: int
    needed: int
    days_left: int


def last_working_day(at: dt.datetime) -> dt.date:
    """Return the last working day that is over."""
    return workdays.last_before(today(at))


def slow_flights(*, at: dt.datetime) -> QuerySet[Flight]:
    """Return the running flights that too few members saw on the last working day."""
    last = last_working_day(at)
    days = FlightDay.objects.filter(flight=OuterRef("pk"), day=last)
    running = Flight.objects.filter(
        ~has_left(),
        slot__in=SLOTS,
        reach__gt=0,
        campaign__state=Campaign.State.PAID,
        campaign__paused_at=None,
        starts_on__lte=last,
        ends_on__gte=today(at),
    )
    return running.annotate(
        seen=Coalesce(Subquery(days.values("views")[:1]), 0),
        since=Cast("starts_on", DateTimeField()),
    ).filter(reach__gt=F("seen") * (10_000 // LEAST_BP))


def waiting(at: dt.datetime) -> Waiting:
    """Return the flights that deliver too little, as rows that wait for an operator."""
    return Waiting(
        slow_flights(at=at),
        "since",
        words=lambda count: ngettext(
            "%(count)d campagne trop peu vue dans un espace",
            "%(count)d campagnes trop peu vues dans un espace",
            count,
        ),
        page="ops:deliveries",
        tone="warn",
    )


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
            max(1, -(-flight.reach * LEAST_BP // 10_000)),
            (flight.ends_on - today(at)).days + 1,
        )
        for flight in flights
    ], shown
