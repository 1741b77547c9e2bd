"""Rows about to be changed, locked in a fixed order: ride, departures, bookings."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from saas.accounts.models import User
from tenants.community.rides import rules
from tenants.community.rides.models import Booking, Departure, Ride

OPEN = (Booking.State.ASKED, Booking.State.ACCEPTED)


def ride_with_key(key: UUID, *, by: User) -> Ride | None:
    """Return the ride that a member already offered with a form's idempotency key, if any."""
    return Ride.objects.filter(idempotency_key=key, author=by).first()


def is_other(ride: Ride, revision: rules.Revision) -> bool:
    """Return True if a revision changes more of a ride than its seats and its hour."""
    before = (rules.Spot(ride.place, ride.distance_km, ride.bearing), ride.price_cents, ride.note)
    return before != (revision.spot, revision.price_cents, revision.note)


def ahead_of(person: User, *, at: dt.datetime) -> int:
    """Return the number of future departures of a person's rides."""
    rows = Departure.objects.filter(ride__author=person, cancelled_at=None, starts_at__gt=at)
    return rows.count()


def for_change(ride_id: int) -> Ride:
    """Return a ride, locked for a change."""
    return Ride.objects.select_for_update().get(pk=ride_id)


def open_rides_of(person: User) -> list[Ride]:
    """Return a person's open rides, locked."""
    rows = Ride.objects.filter(author=person, closed_at=None)
    return list(rows.select_for_update().order_by("pk"))


def past_rides(*, at: dt.datetime) -> QuerySet[Ride]:
    """Return open rides without a future departure, each with its last departure's time."""
    days = Departure.objects.filter(ride=OuterRef("pk"))
    last = days.order_by("-starts_at").values("starts_at")[:1]
    rows = Ride.objects.filter(~Exists(days.filter(cancelled_at=None, starts_at__gt=at)))
    return rows.filter(closed_at=None).annotate(last_at=Coalesce(Subquery(last), F("created_at")))


def departures_for_change(ids: Sequence[int]) -> list[Departure]:
    """Return departures, locked, with their ride: seat counts are serialised."""
    rows = Departure.objects.filter(pk__in=ids).select_related("ride__author")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def departures_to_cancel(ride: Ride, *, at: dt.datetime) -> list[Departure]:
    """Take the departures of a ride that are still to come."""
    rows = Departure.objects.filter(ride=ride, cancelled_at=None, starts_at__gt=at)
    return list(rows.select_related("ride__author").select_for_update(of=("self",)).order_by("pk"))


def bookings_to_cancel(departure: Departure) -> list[Booking]:
    """List the requests of a departure that are open or accepted."""
    rows = Booking.objects.filter(departure=departure, state__in=OPEN).select_related("person")
    bookings = list(rows.order_by("pk"))
    for booking in bookings:
        booking.departure = departure
    return bookings


def booking_for_change(booking_id: int) -> tuple[Booking, Departure]:
    """Take a booking and, first, its departure."""
    departure_id = Booking.objects.values_list("departure_id", flat=True).get(pk=booking_id)
    (departure,) = departures_for_change([departure_id])
    rows = Booking.objects.select_related("person").select_for_update(of=("self",))
    booking = rows.get(pk=booking_id)
    booking.departure = departure
    return booking, departure


def open_booking(departure: Departure, person: User) -> Booking | None:
    """Return a person's open request for a day, if any."""
    return Booking.objects.filter(departure=departure, person=person, state__in=OPEN).first()


def open_bookings_of(person: User, *, at: dt.datetime) -> list[int]:
    """Return the ids of a person's open requests for future days, in the order of departures."""
    rows = Booking.objects.filter(person=person, state__in=OPEN, departure__starts_at__gt=at)
    return list(rows.order_by("departure_id").values_list("pk", flat=True))
