"""Actions of spaces' clocks: views, plays and places arrive as they counted them."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from saas.catalogue.placements.models import FlightDay, FlightPlay, SpaceInventory, slots
from saas.catalogue.placements.queries import campaigns as queries
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import places as place_rules
from tenants.spaces.models import Tenant


@transaction.atomic
def record_counts(
    *, tenant_schema: str, totals: Sequence[campaign_rules.Total], at: dt.datetime
) -> None:
    """Store a space's current counts; counts of flights of other spaces are ignored.

    Called by the space's scheduler.
    """
    named = {total.flight_reference for total in totals}
    flights = queries.flights_of_space(tenant_schema, named)
    rows = [
        FlightDay(
            flight=flights[total.flight_reference],
            day=total.day,
            views=total.views,
            clicks=total.clicks,
            opens=total.opens,
            loans=total.loans,
            gathered_at=at,
        )
        for total in totals
        if total.flight_reference in flights
        and campaign_rules.is_running(flights[total.flight_reference], total.day)
    ]
    FlightDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["flight", "day"],
        update_fields=["views", "clicks", "opens", "loans", "gathered_at"],
    )


@transaction.atomic
def record_plays(
    *, tenant_schema: str, totals: Sequence[place_rules.PlayTotal], at: dt.datetime
) -> None:
    """Store the current play counts of a space's screens for its flights.

    Called by the space's scheduler.
    """
    flights = queries.flights_of_space(tenant_schema, {total.flight_reference for total in totals})
    FlightPlay.objects.bulk_create(
        (
            FlightPlay(
                flight=flights[total.flight_reference],
                day=total.day,
                screen_reference=total.screen_reference,
                screen_name=total.screen_name,
                plays=total.plays,
                seconds=total.seconds,
                gathered_at=at,
            )
            for total in totals
            if total.flight_reference in flights
            and campaign_rules.is_running(flights[total.flight_reference], total.day)
        ),
        update_conflicts=True,
        unique_fields=["flight", "day", "screen_reference"],
        update_fields=["screen_name", "plays", "seconds", "gathered_at"],
    )


@transaction.atomic
def record_places(
    *,
    tenant_schema: str,
    screens: int,
    at: dt.datetime,
    shelf_places: int = 0,
    seen_at: dt.datetime | None = None,
    unshown: Sequence[str] = (),
    is_bare: bool = False,
) -> None:
    """Store the inventory for merchants of a space: its lit screens and the places on its shelf.

    If no screen is lit any longer, the space is dark since the last sign of a screen: `seen_at`,
    unless that screen was removed since; otherwise from now on. In the day parts of `unshown`, all
    screens sleep. `is_bare`: the shelf is empty. Slots of rooms that are off stay closed. Called by
    the space's scheduler.
    """
    tenant = Tenant.objects.get(schema_name=tenant_schema)
    before = SpaceInventory.objects.select_for_update().filter(tenant=tenant).first()
    signs = [sign for sign in (seen_at, before and before.seen_at) if sign]
    last_sign, dark_since = max(signs, default=None), None
    if screens == 0 and before is not None and (before.screens or before.dark_since):
        # A gap in the counts means that the space was closed: no screen could send a sign.
        is_recent = before.counted_at > at - place_rules.COUNTED_WITHIN
        dark_since = before.dark_since or (min(last_sign, at) if last_sign and is_recent else at)
    known = before.closed_slots if before else {}
    closed = slots.of_modules(tenant.modules_off.split())
    SpaceInventory.objects.update_or_create(
        tenant=tenant,
        defaults={
            "screens": screens,
            "seen_at": last_sign,
            "dark_since": dark_since,
            "unshown": " ".join(unshown),
            "bare_since": ((before and before.bare_since) or at) if is_bare else None,
            "shelf_places": shelf_places,
            "closed_slots": {slot: known.get(slot, at.isoformat()) for slot in closed},
            "counted_at": at,
        },
    )


@transaction.atomic
def close_module(*, tenant_id: int, module: str, at: dt.datetime) -> None:
    """Stop sales of a module's slots in a space. Raises Refused if paid placements remain.

    A later payment is refunded, as for dark screens and empty shelves. Called by the action of the
    space's administrators that switches the module off.
    """
    closing = slots.of_modules([module])
    if not closing:
        return
    SpaceInventory.objects.get_or_create(tenant_id=tenant_id, defaults={"counted_at": at})
    inventory = SpaceInventory.objects.select_for_update().get(tenant=tenant_id)
    taken = place_queries.occupancy([tenant_id], campaign_rules.today(at), at=at).booked
    place_rules.check_nothing_paid([one for one in taken if one.slot in closing])
    for slot in closing:
        inventory.closed_slots.setdefault(slot, at.isoformat())
        terms = slots.SLOTS[slot]
        if terms.stock:
            setattr(inventory, terms.stock, 0)
        if terms.empty_since and getattr(inventory, terms.empty_since) is None:
            setattr(inventory, terms.empty_since, at)
    inventory.save()
