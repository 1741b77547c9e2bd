"""Placements in the way of a space's end."""

import datetime as dt

from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries.refusals import has_left
from saas.catalogue.placements.rules import campaigns as campaign_rules


def obstacles(tenant_id: int, at: dt.datetime) -> list[str]:
    """Return the paid flights that still run in a space, or will: each is settled first."""
    return [wording.refund_first(flight) for flight in _last_flights(tenant_id, at)]


def admin_obstacles(tenant_id: int, at: dt.datetime) -> list[str]:
    """Return the same for a space's administration, which sees these placements on its pages."""
    flights = _last_flights(tenant_id, at)
    return [wording.run_until(flights)] if flights else []


def _last_flights(tenant_id: int, at: dt.datetime) -> list[Flight]:
    """Return the last paid flight of each campaign that runs in a space, or will."""
    flights = Flight.objects.filter(
        ~has_left(),
        tenant=tenant_id,
        ends_on__gte=campaign_rules.today(at),
        campaign__state=Campaign.State.PAID,
    ).select_related("campaign__merchant")
    # A campaign is refunded as a whole, however many of its flights are here.
    last = {flight.campaign_id: flight for flight in flights.order_by("ends_on", "pk")}
    return list(last.values())
