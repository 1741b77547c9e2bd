"""Booked places on screens and shelves, and plays."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Q, Sum

from saas.catalogue.placements import wording
from saas.catalogue.placements.models import (
    Campaign,
    Flight,
    FlightPlay,
    PartOfDay,
    SpaceInventory,
    slots,
)
from saas.catalogue.placements.queries.refusals import departures_of, has_left
from saas.catalogue.placements.rules import campaigns, places, prices


class PlayRow(NamedTuple):
    """Plays of a campaign on a screen on a day, as its merchant reads them."""

    day: dt.date
    space: str
    screen: str
    day_part: str
    plays: int
    seconds: int


class PlaySums(NamedTuple):
    """All plays of a campaign, and the newest of them by day and screen."""

    plays: int
    seconds: int
    rows: list[PlayRow]


def hold_places(tenant_ids: Collection[int]) -> None:
    """Lock the inventory of these spaces: another sale of places waits for the commit."""
    rows = SpaceInventory.objects.select_for_update().filter(tenant__in=tenant_ids)
    list(rows.order_by("tenant_id").values_list("pk"))


def screens_in(tenant_ids: Collection[int]) -> dict[int, int]:
    """Return how many screens some spaces have, as they told last."""
    rows = SpaceInventory.objects.filter(tenant__in=tenant_ids)
    return dict(rows.values_list("tenant_id", "screens"))


def occupancy(
    tenant_ids: Collection[int], since: dt.date, *, at: dt.datetime, but: Campaign | None = None
) -> places.Occupancy:
    """Return how many places some spaces have, and which are taken from a day on."""
    most: dict[tuple[int, str], int] = {}
    lit: dict[int, int] = {}
    unshown: set[tuple[int, str]] = set()
    closed: set[tuple[int, str]] = set()
    for one in SpaceInventory.objects.filter(tenant__in=tenant_ids):
        lit[one.tenant_id] = one.screens
        unshown |= {(one.tenant_id, part) for part in one.unshown.split()}
        closed |= {(one.tenant_id, slot) for slot in one.closed_slots}
        most |= {(one.tenant_id, slot): held for slot, held in _held_at_once(one).items()}
    booked = _booked(tenant_ids, since, at=at, but=but)
    return places.Occupancy(booked, most, lit, unshown, closed)


def _held_at_once(inventory: SpaceInventory) -> dict[str, int]:
    """Return how many ads each limited slot of a space holds, without slots that show nothing."""
    found = {
        slot: terms.places(inventory)
        for slot, terms in slots.SLOTS.items()
        if terms.places and slot not in inventory.closed_slots
    }
    return {slot: held for slot, held in found.items() if held is not None}


def _booked(
    tenant_ids: Collection[int], since: dt.date, *, at: dt.datetime, but: Campaign | None
) -> list[places.Booked]:
    """Return the places sold from a day on, or reserved during a payment in progress.

    A monthly campaign renews itself: its place stays taken until a month has ended without another.
    """
    day = campaigns.today(at)
    held = Q(campaign__state=Campaign.State.PAID) | Q(
        campaign__state=Campaign.State.DRAFT,
        campaign__held_until__gt=at,
        campaign__withdrawn_at=None,
        campaign__replaced_at=None,
    )
    monthly = Q(campaign__rhythm=Campaign.Rhythm.MONTHLY)
    still = Q(ends_on__gte=since) | (monthly & Q(ends_on__gte=day - places.RENEWED_WITHIN))
    sold = Flight.objects.filter(held, still, ~has_left())
    flights = sold.filter(slot__in=slots.closable(), tenant__in=tenant_ids)
    own = Q(campaign=but.pk) | Q(campaign=but.follows_id) | _months_of(but) if but else Q(pk=None)
    found = list(flights.exclude(own).select_related("campaign").order_by("pk"))
    newest = {_same(flight): flight.ends_on for flight in sorted(found, key=lambda f: f.ends_on)}
    return [
        places.Booked(
            flight.tenant_id,
            flight.slot,
            prices.Period(
                flight.starts_on,
                places.FOR_EVER
                if flight.campaign.rhythm == Campaign.Rhythm.MONTHLY
                and flight.ends_on == newest[_same(flight)]
                else flight.ends_on,
            ),
            flight.day_part,
        )
        for flight in found
    ]


def _months_of(campaign: Campaign) -> Q:
    """Find the other months of the campaign that a month follows: their place is its own."""
    if campaign.follows_id is None:
        return Q(pk=None)
    return Q(campaign__follows=campaign.follows_id)


def _same(flight: Flight) -> tuple[object, ...]:
    """Return the key shared by all months of a monthly campaign."""
    campaign = flight.campaign
    return (flight.tenant_id, flight.slot, campaign.merchant_id, campaign.rhythm, campaign.headline)


def places_of(campaign: Campaign, *, day: dt.date) -> list[places.Booked]:
    """Return the places of a campaign if it is paid on this day; a late payment moves it."""
    flights = list(Flight.objects.filter(campaign=campaign.pk))
    if not any(flight.slot in slots.limited() for flight in flights):
        return []
    whole = prices.Period(
        min(flight.starts_on for flight in flights), max(flight.ends_on for flight in flights)
    )
    lost = campaigns.days_lost(whole, day=day)
    return [
        places.Booked(
            flight.tenant_id,
            flight.slot,
            prices.Period(flight.starts_on, flight.ends_on).moved(lost),
            flight.day_part,
        )
        for flight in flights
        if flight.slot in slots.limited()
    ]


def occupancy_beside(
    quote: prices.Quote, *, at: dt.datetime, but: Campaign | None = None
) -> places.Occupancy:
    """Return the places in the spaces of a quote, and those taken from its first day on.

    Those that a draft holds which it replaces are free for it.
    """
    lines = places.closable(quote.lines)
    if not lines:
        return places.NOTHING_TAKEN
    since = min(line.period.starts_on for line in lines)
    return occupancy([line.tenant_id for line in lines], since, at=at, but=but)


def plays_of(campaign: Campaign, *, most: int | None = None) -> PlaySums:
    """Return how often a campaign was played, by day and screen, the newest first."""
    flights = {
        flight.pk: flight for flight in campaign.flights.all() if slots.is_by_screen(flight.slot)
    }
    found = FlightPlay.objects.filter(flight__in=flights)
    sums = found.aggregate(plays=Sum("plays"), seconds=Sum("seconds")) if flights else {}
    return PlaySums(
        sums.get("plays") or 0,
        sums.get("seconds") or 0,
        _play_rows(found.order_by("-day", "screen_name", "pk")[:most], flights) if flights else [],
    )


def _play_rows(rows: Iterable[FlightPlay], flights: dict[int, Flight]) -> list[PlayRow]:
    return [
        PlayRow(
            row.day,
            flights[row.flight_id].tenant.name,
            row.screen_name,
            str(PartOfDay(flights[row.flight_id].day_part).label),
            row.plays,
            row.seconds,
        )
        for row in rows
    ]


def dimmed(campaign: Campaign, at: dt.datetime) -> list[str]:
    """Return messages on spaces with fewer lit screens than a campaign pays for.

    The campaign's flights are prefetched.
    """
    day, left = campaigns.today(at), departures_of(campaign.pk)
    flights = [
        flight
        for flight in campaign.flights.all()
        if slots.is_by_screen(flight.slot) and flight.ends_on >= day and flight.pk not in left
    ]
    if not flights or campaign.state != Campaign.State.PAID:
        return []
    lit = screens_in([flight.tenant_id for flight in flights])
    return [
        wording.fewer_screens(flight, lit[flight.tenant_id])
        for flight in flights
        if lit.get(flight.tenant_id, flight.screens) < flight.screens
    ]


def spaces_of(*, campaign: int | None = None, merchant: int | None = None) -> list[str]:
    """Return the schemas with a campaign, or with any paid campaign of a merchant."""
    flights = Flight.objects.all()
    if campaign is not None:
        flights = flights.filter(campaign=campaign)
    if merchant is not None:
        flights = flights.filter(campaign__merchant=merchant, campaign__state=Campaign.State.PAID)
    names = flights.order_by("tenant__schema_name").values_list("tenant__schema_name", flat=True)
    return list(names.distinct())
