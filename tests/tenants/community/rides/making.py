"""Rides and requests for tests, made where the test is."""

import datetime as dt
from typing import Any

from saas.accounts.models import User
from tenants.community.rides import actions, rules
from tenants.community.rides.models import Booking, Ride
from tenants.spaces.spots import site_ids
from tests.fixtures.people import DAY

STATION = rules.Spot("Gare de Lorvaux", 12, "n")
BRIDGE = rules.Spot("Pont de la Loge", 6, "n")


def terms(**changes: Any) -> rules.Terms:
    """An author's description, two seats of a car from twelve kilometres unless told otherwise."""
    usual: dict[str, Any] = {
        "role": "driver",
        "way": "to",
        "site_id": min(site_ids()),
        "spot": STATION,
        "seats": 2,
        "price_cents": 0,
        "note": "",
    }
    return rules.Terms(**(usual | changes))


def make_ride(
    author: User,
    *,
    at: dt.datetime,
    timing: rules.Timing | None = None,
    audience: str = "space",
    **changes: Any,
) -> Ride:
    """Offer a ride in three days at eight in the morning."""
    usual = rules.Timing((at + 3 * DAY).date(), dt.time(8))
    return actions.offer(
        terms=terms(**changes), timing=timing or usual, audience=audience, by=author, at=at
    )


def ask(ride: Ride, person: User, *, at: dt.datetime, spot: rules.Spot = BRIDGE) -> Booking:
    """Ask for a seat on the first day of a ride."""
    departures = list(ride.departures.order_by("starts_at")[:1])
    (booking,) = actions.ask(departures=departures, spot=spot, by=person, at=at)
    return booking


def ride_along(ride: Ride, person: User, *, at: dt.datetime) -> Booking:
    """Ask for a seat on the first day, and get it."""
    booking = ask(ride, person, at=at)
    return actions.accept(booking=booking, by=ride.author, at=at)
