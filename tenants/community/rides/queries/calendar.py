"""Shared rides in the calendars of the people in the car."""

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.values import calendars
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Booking, Departure
from tenants.community.rides.queries.places import site_names

State = Booking.State
OPEN = [State.ASKED, State.ACCEPTED]


def calendar_entries(person: User, since: dt.datetime) -> list[calendars.Entry]:
    """Return the days of a person's shared rides, from a moment on."""
    rows = list(_shared(person, since)[: calendars.MOST_EVENTS])
    names = site_names() if rows else {}
    return [_entry(row, names) for row in rows]


def _shared(person: User, since: dt.datetime) -> QuerySet[Departure]:
    """Return the shared departures of a person's own rides, and those they requested.

    Refused or cancelled requests are included, so that calendars remove them.
    """
    own = Booking.objects.filter(person=person).order_by().values("departure")
    requests = Booking.objects.filter(departure__ride__author=person, state__in=OPEN)
    shared = own.union(requests.order_by().values("departure"))
    sides = Q(person=person) | Q(departure__ride__author=person)
    bookings = Prefetch("bookings", Booking.objects.filter(sides), to_attr="of_two")
    seen = Q(ride__hidden_at=None) | Q(ride__author=person)
    rows = Departure.objects.filter(seen, pk__in=shared, starts_at__gt=since).select_related("ride")
    return rows.prefetch_related(bookings).order_by("-starts_at", "-pk")


def _entry(departure: Departure, names: dict[int, str]) -> calendars.Entry:
    ride, bookings = departure.ride, departure.of_two  # type: ignore[attr-defined]
    moments = [moment for one in bookings for moment in (one.decided_at, one.cancelled_at)]
    made_at = min(one.asked_at for one in bookings)
    return calendars.Entry(
        reference=f"{ride.reference}-{departure.pk}",
        title=_("Covoiturage : %(way)s")
        % {"way": wording.title_of(ride, names.get(ride.site_id, ""))},
        starts_at=departure.starts_at,
        ends_at=departure.starts_at + rules.lasts(ride.distance_km),
        url=ride.get_absolute_url(),
        made_at=made_at,
        changed_at=max([made_at, *filter(None, [*moments, departure.cancelled_at])]),
        status=_status(departure, {one.state for one in bookings}),
        place=ride.place,
    )


def _status(departure: Departure, states: set[str]) -> str:
    if departure.cancelled_at is not None or not states & set(OPEN):
        return calendars.CANCELLED
    return calendars.CONFIRMED if State.ACCEPTED in states else calendars.TENTATIVE
