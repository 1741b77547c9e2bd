"""Sites and the zone of this space, and how far a detour is."""

import zoneinfo
from typing import Any

from django.db.models import F

from saas.accounts.models import User
from saas.kernel.values.points import Point
from tenants.community.rides import rules
from tenants.community.rides.models import Booking, Ride
from tenants.spaces.models import OwnSite
from tenants.spaces.queries.own import own_space


def site_names() -> dict[int, str]:
    """Return the names of this space's sites by their keys, the largest first."""
    return dict(OwnSite.objects.values_list("pk", "name"))


def remembered(person: User) -> dict[str, Any]:
    """Return the site, and the place with its distance, that a member named last, if any.

    They named it in a ride of theirs, or when they asked for a seat.
    """
    columns = ("site_id", "place", "distance_km", "bearing", "named_at")
    own = Ride.objects.filter(author=person).annotate(named_at=F("created_at"))
    booked = Booking.objects.filter(person=person)
    seats = booked.annotate(named_at=F("asked_at"), site_id=F("departure__ride__site_id"))
    rows = own.values(*columns).union(seats.values(*columns), all=True).order_by("-named_at")
    return {**(rows.first() or {})}


def zone() -> zoneinfo.ZoneInfo:
    """Return the time zone of the space: departures are in its local time."""
    return zoneinfo.ZoneInfo(own_space().time_zone)


def points() -> dict[int, Point]:
    """Return where the sites lie."""
    rows = OwnSite.objects.values_list("pk", "latitude", "longitude")
    return {pk: (float(latitude), float(longitude)) for pk, latitude, longitude in rows}


def detour_of(ride: Ride, spot: rules.Spot, *, sites: dict[int, Point] | None = None) -> int:
    """Return the driver's delay in minutes for the passenger, for either author of the ride."""
    site = (points() if sites is None else sites).get(ride.site_id)
    if site is None:
        return 0
    ride_spot = rules.Spot(ride.place, ride.distance_km, ride.bearing)
    if ride.role == rules.Role.DRIVER:
        return rules.detour_minutes(site, driver=ride_spot, passenger=spot)
    return rules.detour_minutes(site, driver=spot, passenger=ride_spot)
