"""Placements of this space today, how they are drawn, and how often they were seen."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.rules.shops import opening_at
from saas.catalogue.placements.models import RunningFlight, Slot
from saas.catalogue.placements.rules.campaigns import Creative, Total, tile_words
from saas.catalogue.placements.rules.places import HOURS, PlayTotal
from saas.kernel import hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.hooks import Sponsored
from saas.kernel.offers.screen_hooks import FlightRun, SoldOnScreens
from saas.kernel.offers.shelf_hooks import Sponsor
from saas.kernel.uploads import pictures
from saas.kernel.values.months import first_of
from saas.kernel.values.points import Point
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import CouncilMonth, PlacementEvent
from tenants.community.neighbourhood.queries.council import cents_for, company_of_council, name_of
from tenants.community.neighbourhood.queries.gates import GateWithBreak, gates_here
from tenants.spaces.rules.walks import walking_minutes


def running(slot: str, person: User, at: dt.datetime) -> list[RunningFlight]:
    """Return today's placements of a slot, in the viewer's rotation.

    Each has this month's amount for the viewer's council, and the council's name. The placement
    seen least today comes first, and among equals the newest: every sold placement is shown.
    """
    day = timezone.localdate(at)
    return _running(slot=slot, viewer=person, day=day, month=first_of(day))


@statement
def _running(*, slot: Given, viewer: Given, day: Given, month: Given) -> QuerySet[RunningFlight]:
    return _in_turn(viewer=viewer, day=day, month=month).filter(slot=slot)


@statement
def _with_offers(*, viewer: Given, day: Given, month: Given) -> QuerySet[RunningFlight]:
    return _in_turn(viewer=viewer, day=day, month=month).exclude(
        Q(offer="") | Q(slot__in=[Slot.KIOSK, Slot.SHELF, Slot.DIGEST])
    )


def _in_turn(*, viewer: Given, day: Given, month: Given) -> QuerySet[RunningFlight]:
    views = (
        PlacementEvent.objects.filter(
            flight_reference=OuterRef("reference"), day=day, kind=PlacementEvent.Kind.VIEW
        )
        .order_by()
        .values("flight_reference")
        .annotate(count=Count("pk"))
        .values("count")
    )
    brought = CouncilMonth.objects.filter(
        month=month, campaign_reference=OuterRef("campaign_reference")
    )
    company = Coalesce(company_of_council(viewer), 0)
    flights = running_on(day).annotate(
        own_mark=Concat(Value(","), company, Value(","), output_field=TextField()),
        views=Coalesce(Subquery(views), 0),
        brought_cents=Coalesce(Subquery(brought.values(cents=cents_for(viewer))), 0),
        hours=merchants.hours_column(OuterRef("merchant_id")),
        closures=merchants.closures_column(OuterRef("merchant_id")),
        council_name=Coalesce(name_of(viewer), Value("")),
    )
    # An ad that the viewer's own council refuses alone still runs for the others.
    shown = flights.exclude(refused_by__contains=F("own_mark"))
    return shown.order_by("views", "-id")


def running_now(references: Collection[str], at: dt.datetime) -> list[str]:
    """Return those of some references that run here today."""
    found = running_on(timezone.localdate(at)).filter(reference__in=references)
    return list(found.values_list("reference", flat=True))


def running_on(day: dt.date | Given) -> QuerySet[RunningFlight]:
    """Return the placements that run here on a day, without those whose day is left out."""
    shown = Value(day) if isinstance(day, dt.date) else day
    written = Cast(Cast(shown, DateField()), TextField())
    closed = Func(
        F("closed_days_iso"), written, function="jsonb_exists", output_field=BooleanField()
    )
    return RunningFlight.objects.alias(is_closed=closed).filter(
        starts_on__lte=day, ends_on__gte=day, is_closed=False
    )


def flight_at(reference: str) -> RunningFlight | None:
    """Return a placement that was paid for in this space."""
    return RunningFlight.objects.filter(reference=reference).first()


def sponsored(slot: str, person: User, at: dt.datetime) -> list[Sponsored]:
    """Return the next placements of a slot in the rotation, as cards."""
    flights = running(slot, person, at)
    return drawn(flights[: rules.MOST_SHOWN], gates_here(), at=at) if flights else []


def shelf_sponsors(at: dt.datetime) -> list[Sponsor]:
    """Return the current and future sponsors of the shelf, ordered by their first day."""
    flights = RunningFlight.objects.filter(slot=Slot.SHELF, ends_on__gte=timezone.localdate(at))
    rows = list(flights.order_by("starts_on", "id"))
    if not rows:
        return []
    gates = [gate.point for gate in gates_here()]
    shops = {flight.merchant_id for flight in rows}
    every = RunningFlight.objects.filter(slot=Slot.SHELF, merchant_id__in=shops)
    earlier = list(every.order_by("-starts_on", "-id"))
    return [_sponsor(flight, gates, earlier) for flight in rows]


def _same_ad(flight: RunningFlight) -> tuple[int, str, str, str]:
    """Return the key shared by the months of a campaign, even if it was drawn up again."""
    return (flight.merchant_id, flight.headline, flight.text, flight.offer)


def _sponsor(
    flight: RunningFlight, gates: Sequence[Point], earlier: Sequence[RunningFlight]
) -> Sponsor:
    point = (float(flight.merchant_latitude), float(flight.merchant_longitude))
    is_near = bool(gates) and walking_minutes(point, gates) <= rules.WITHIN_MINUTES
    return Sponsor(
        reference=flight.reference,
        payer=flight.merchant_name,
        headline=flight.headline,
        starts_on=flight.starts_on,
        ends_on=flight.ends_on,
        url=reverse("neighbourhood:click", args=[flight.reference]),
        why_url=reverse("neighbourhood:why", args=[flight.reference]),
        touch_url=reverse("neighbourhood:touch_merchant", args=[flight.merchant_slug])
        if is_near
        else "",
        former=tuple(
            one.reference
            for one in earlier
            if one.starts_on < flight.starts_on and _same_ad(one) == _same_ad(flight)
        ),
        closed_days=flight.closed_days,
    )


def merchant_offers(person: User, at: dt.datetime) -> list[Sponsored]:
    """Return the offers in today's placements, a single offer by merchant, in their rotation."""
    day = timezone.localdate(at)
    flights = _with_offers(viewer=person, day=day, month=first_of(day))
    first = {flight.merchant_id: flight for flight in reversed(flights)}
    each = [flight for flight in flights if first[flight.merchant_id] is flight]
    return drawn(each[: rules.MOST_SHOWN], gates_here(), at=at) if each else []


def drawn(
    chosen: Sequence[RunningFlight], gates: Sequence[GateWithBreak], *, at: dt.datetime
) -> list[Sponsored]:
    """Return placements ready to be drawn, as `running` found them."""
    return [
        Sponsored("components/sponsored.html", _tile(flight, gates, at=at)) for flight in chosen
    ]


def _tile(flight: Any, gates: Sequence[GateWithBreak], *, at: dt.datetime) -> dict[str, Any]:
    """Return a placement's card from `running`, with opening hours and this month's amount."""
    openings = merchants.hours_in(flight.hours)
    point = (float(flight.merchant_latitude), float(flight.merchant_longitude))
    closures = merchants.closures_in(flight.closures)
    is_open = opening_at(openings, timezone.localtime(at), closures).open
    return {
        **tile_words(Creative(flight.headline, flight.text, flight.offer)),
        "payer": flight.merchant_name,
        "picture": pictures.address("neighbourhood:picture", flight.picture, 480),
        "ref": flight.reference,
        "url": reverse("neighbourhood:click", args=[flight.reference]),
        "why_url": reverse("neighbourhood:why", args=[flight.reference]),
        "report_url": reverse("neighbourhood:report", args=[flight.campaign_reference]),
        "walk": walking_minutes(point, [gate.point for gate in gates]) if gates else 0,
        "opening": _("ouvert") if is_open else "",
        "brought_cents": flight.brought_cents,
        "council_name": flight.council_name if flight.brought_cents else "",
    }


def play_totals(at: dt.datetime) -> list[PlayTotal]:
    """Return the plays of each placement, day and screen of the last weeks."""
    since = at.date() - dt.timedelta(days=rules.PLAY_DAYS)
    return [PlayTotal(*one) for answer in hooks.plays.ask(since) for one in answer]


def on_screens(*, first: dt.date, last: dt.date) -> list[RunningFlight]:
    """Return the placements on this space's screens on any day between two dates."""
    flights = RunningFlight.objects.filter(slot=Slot.KIOSK, starts_on__lte=last, ends_on__gte=first)
    return list(flights.order_by("reference"))


def sold_on_screens(at: dt.datetime) -> list[SoldOnScreens]:
    """Return the paid placements on screens, today or later."""
    flights = RunningFlight.objects.filter(slot=Slot.KIOSK, ends_on__gte=timezone.localdate(at))
    return [
        SoldOnScreens(one.headline, one.merchant_name, one.ends_on, HOURS[one.day_part])
        for one in flights.order_by("ends_on", "reference")
    ]


def flight_runs(references: set[str]) -> dict[str, FlightRun]:
    """Return the days and hours of some flights on the screens of this space, by reference."""
    flights = RunningFlight.objects.filter(slot=Slot.KIOSK, reference__in=references)
    return {
        one.reference: FlightRun(one.starts_on, one.ends_on, HOURS[one.day_part], one.closed_days)
        for one in flights
    }


def totals(at: dt.datetime) -> list[Total]:
    """Return the counts by placement and day of the last week, without members."""
    since = at.date() - dt.timedelta(days=rules.GATHER_DAYS)
    rows = (
        PlacementEvent.objects.filter(day__gte=since)
        .values("flight_reference", "day")
        .annotate(
            views=Count("id", filter=Q(kind=PlacementEvent.Kind.VIEW)),
            clicks=Count("id", filter=Q(kind=PlacementEvent.Kind.CLICK)),
            opens=Count("id", filter=Q(kind=PlacementEvent.Kind.OPEN)),
            loans=Count("id", filter=Q(kind=PlacementEvent.Kind.LOAN)),
        )
        .order_by("day", "flight_reference")
    )
    return [Total(**row) for row in rows]
