"""What is placed in this space today, how it is drawn, and how often it was seen."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants import queries as merchants
from saas.catalogue.merchants.rules import Opening, doors_at
from saas.catalogue.placements.models import RunningFlight
from saas.catalogue.placements.rules import Creative, Total, tile_words
from saas.kernel import pictures
from saas.kernel.hooks import Sponsored
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import Sighting
from tenants.community.neighbourhood.queries.council import NOTHING, Brought, brought_in
from tenants.community.neighbourhood.queries.gates import Door, gates
from tenants.spaces.rules import walking_minutes


def running(slot: str, at: dt.datetime) -> list[RunningFlight]:
    """Return the placements that run here today in a slot, each in its turn.

    Who was seen least today comes first, and among equals the newest: what was bought is shown.
    """
    views = (
        Sighting.objects.filter(
            flight_reference=OuterRef("reference"),
            day=timezone.localdate(at),
            kind=Sighting.Kind.VIEW,
        )
        .order_by()
        .values("flight_reference")
        .annotate(count=Count("pk"))
        .values("count")
    )
    flights = _today(at).filter(slot=slot).annotate(views=Coalesce(Subquery(views), 0))
    return list(flights.order_by("views", "-id"))


def running_now(references: Collection[str], at: dt.datetime) -> list[str]:
    """Return those of some references that run here today."""
    found = _today(at).filter(reference__in=references)
    return list(found.values_list("reference", flat=True))


def _today(at: dt.datetime) -> QuerySet[RunningFlight]:
    day = timezone.localdate(at)
    return RunningFlight.objects.filter(starts_on__lte=day, ends_on__gte=day)


def flight_at(reference: str) -> RunningFlight | None:
    """Return a placement that was paid for in this space."""
    return RunningFlight.objects.filter(reference=reference).first()


def sponsored(slot: str, person: User, at: dt.datetime) -> list[Sponsored]:
    """Return the placements of a slot whose turn it is, ready to be drawn."""
    flights = running(slot, at)
    return drawn(flights[: rules.MOST_SHOWN], gates(), person=person, at=at) if flights else []


def drawn(
    chosen: Sequence[RunningFlight], doors: Sequence[Door], *, person: User, at: dt.datetime
) -> list[Sponsored]:
    """Return placements ready to be drawn, each with what it brought the council of who looks."""
    day = timezone.localdate(at)
    if not chosen:
        return []
    hours = merchants.hours_of([flight.merchant_id for flight in chosen])
    brought = brought_in(rules.first_of(day), person)
    return [
        Sponsored(
            "components/sponsored.html",
            _tile(
                flight,
                doors,
                hours[flight.merchant_id],
                at=at,
                brought=brought.get(flight.campaign_reference, NOTHING),
            ),
        )
        for flight in chosen
    ]


def _tile(
    flight: RunningFlight,
    doors: Sequence[Door],
    openings: Collection[Opening],
    *,
    at: dt.datetime,
    brought: Brought,
) -> dict[str, Any]:
    point = (float(flight.merchant_latitude), float(flight.merchant_longitude))
    is_open = doors_at(openings, timezone.localtime(at)).open
    return {
        **tile_words(Creative(flight.headline, flight.text, flight.offer)),
        "payer": flight.merchant_name,
        "picture": pictures.address("neighbourhood:picture", flight.picture, 480),
        "ref": flight.reference,
        "url": reverse("neighbourhood:click", args=[flight.reference]),
        "why_url": reverse("neighbourhood:why", args=[flight.reference]),
        "walk": walking_minutes(point, [door.point for door in doors]) if doors else 0,
        "doors": _("ouvert") if is_open else "",
        "brought_cents": brought.cents,
        "council_name": brought.council_name,
    }


def totals(at: dt.datetime) -> list[Total]:
    """Return views and clicks of each placement and day of the last week, without members."""
    since = at.date() - dt.timedelta(days=rules.GATHER_DAYS)
    rows = (
        Sighting.objects.filter(day__gte=since)
        .values("flight_reference", "day")
        .annotate(
            views=Count("id", filter=Q(kind=Sighting.Kind.VIEW)),
            clicks=Count("id", filter=Q(kind=Sighting.Kind.CLICK)),
        )
        .order_by("day", "flight_reference")
    )
    return [Total(**row) for row in rows]
