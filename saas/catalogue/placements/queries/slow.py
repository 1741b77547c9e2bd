"""Flights that too few members see: operators and merchants are told on the second day."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, slots
from saas.catalogue.placements.models.slots import Shown
from saas.catalogue.placements.queries.campaigns import Need, Row
from saas.catalogue.placements.queries.refusals import has_left
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel.values import workdays

# Part of the people a flight reaches that must see it on a working day.
LEAST_BP = 500


def last_working_day(at: dt.datetime) -> dt.date:
    """Return the last working day that is over."""
    return workdays.last_before(today(at))


def slow_flights(*, at: dt.datetime) -> QuerySet[Flight]:
    """Return the running flights that too few members saw on the last working day."""
    last = last_working_day(at)
    days = FlightDay.objects.filter(flight=OuterRef("pk"), day=last)
    running = Flight.objects.filter(
        ~has_left(),
        # Members pass these each working day; screens and shelves have refunds of their own.
        slot__in=slots.shown(Shown.IN_TURN),
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


def needed_views(flight: Flight) -> int:
    """Return how many members must see a flight on a working day."""
    return max(1, -(-flight.reach * LEAST_BP // 10_000))


def slow_words(merchant: Merchant, *, at: dt.datetime) -> dict[int, list[str]]:
    """Return the sentences on a merchant's slow flights, by campaign, in one statement."""
    own = slow_flights(at=at).filter(campaign__merchant=merchant).select_related("tenant")
    found: dict[int, list[str]] = {}
    for flight in own.order_by("starts_on", "pk"):
        words = wording.seen_by_few(flight, needed_views(flight), day=last_working_day(at))
        found.setdefault(flight.campaign_id, []).append(words)
    return found


def slow_needs(merchant: Merchant | None, rows: Sequence[Row], *, at: dt.datetime) -> list[Need]:
    """Return a to-do item for each slow flight of the merchant's listed campaigns."""
    found = slow_words(merchant, at=at) if merchant else {}
    return [
        Need("triangle-alert", text, row.campaign.get_absolute_url(), _("Voir la campagne"))
        for row in rows
        for text in found.get(row.campaign.pk, [])
    ]
