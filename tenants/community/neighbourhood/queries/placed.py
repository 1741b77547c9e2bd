"""Placements of this space today, how they are drawn, and how often they were seen."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.rules.shops import opening_at
from saas.catalogue.placements.models import RunningFlight, Slot
from saas.catalogue.placements.rules.campaigns import Creative, Total, tile_words
from saas.catalogue.placements.rules.places import HOURS, PlayTotal
from saas.kernel import hooks
from saas.kernel.hooks import Sponsored
from saas.kernel.offers.screen_hooks import FlightRun, SoldOnScreens
from saas.kernel.offers.shelf_hooks import Sponsor
from saas.kernel.uploads import pictures
from saas.kernel.values.points import Point
from tenants.community.neighbourhood import rules, wording
from tenants.community.neighbourhood.models import PlacementEvent
from tenants.community.neighbourhood.queries import live
from tenants.community.neighbourhood.queries.gates import GateWithBreak, gates_here
from tenants.community.neighbourhood.queries.live import LiveAd
from tenants.spaces import hosts
from tenants.spaces.rules.walks import walking_minutes


def sponsored(slot: str, person: User, at: dt.datetime) -> list[Sponsored]:
    """Return the next placements of a slot in the rotation, as cards; else a house ad."""
    return cards_of(live.in_slot(slot, person, at), gates_here(), slot=slot, at=at)


def cards_of(
    ads: Sequence[LiveAd], gates: Sequence[GateWithBreak], *, slot: str, at: dt.datetime
) -> list[Sponsored]:
    """Return the first placements of a slot as cards; if there are none, a house ad on pages."""
    if ads or not live.is_in_turn(slot):
        return drawn(ads[: rules.MOST_SHOWN], gates, at=at)
    return [house_ad(timezone.localdate(at))]


def house_ad(day: dt.date) -> Sponsored:
    """Return the house ad of a day for an empty slot: unpaid, and never counted."""
    words = wording.house_ads()
    shown = words[day.toordinal() % len(words)]
    merchants = reverse("site:merchants", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    urls = {"merchants": hosts.public_url(merchants), "council": reverse("council:overview")}
    return Sponsored("components/house_ad.html", {**shown._asdict(), "url": urls[shown.leads_to]})


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
    ads = live.with_offers(person, at)
    first = {ad.merchant_id: ad for ad in reversed(ads)}
    each = [ad for ad in ads if first[ad.merchant_id] is ad]
    return drawn(each[: rules.MOST_SHOWN], gates_here(), at=at) if each else []


def drawn(
    chosen: Sequence[LiveAd], gates: Sequence[GateWithBreak], *, at: dt.datetime
) -> list[Sponsored]:
    """Return placements as cards."""
    return [
        Sponsored("components/sponsored.html", _tile(flight, gates, at=at)) for flight in chosen
    ]


def _tile(flight: LiveAd, gates: Sequence[GateWithBreak], *, at: dt.datetime) -> dict[str, Any]:
    """Return a placement's card, with opening hours and this month's amount."""
    point = (float(flight.merchant_latitude), float(flight.merchant_longitude))
    is_open = opening_at(flight.openings, timezone.localtime(at), flight.closures).open
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
    return [PlayTotal(*one) for one in hooks.plays.collect(since)]


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
