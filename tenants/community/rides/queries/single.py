"""A ride, its departures and requests; a member's rides and seats; hooks for other rooms."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Booking, Departure, Ride
from tenants.community.rides.queries.places import site_names
from tenants.spaces.audiences import seen_by

KIND = "ride"
MOST_SHOWN = 10
MOST_MINE = 60


class ShownBooking(NamedTuple):
    """A request as its ride's page shows it."""

    booking: Booking
    card: hooks.PersonCard | None
    tone: str


class ShownDeparture(NamedTuple):
    """A departure as its ride's page shows it, with the requests that the viewer may see."""

    departure: Departure
    day: str
    free: int
    bookings: list[ShownBooking]
    mine: Booking | None


class Detail(NamedTuple):
    """All that a ride's page shows."""

    ride: Ride
    title: str
    role: str
    symbol: str
    site: str
    where: str
    drives: bool
    author: hooks.PersonCard | None
    tone: str
    comes_back: str
    departures: list[ShownDeparture]
    own: bool
    is_requested: bool
    seat: dt.datetime | None  # when the viewer's first accepted seat leaves
    open: bool
    seen: str


class OwnRide(NamedTuple):
    """A ride of the member: its next departure, and the number of pending requests."""

    url: str
    title: str
    role: str
    symbol: str
    starts_at: dt.datetime | None
    waiting: int


class OwnSeat(NamedTuple):
    """A seat that a member requested or has."""

    url: str
    title: str
    starts_at: dt.datetime
    other: str
    booking: Booking


class Mine(NamedTuple):
    """A member's rides and seats."""

    rides: list[OwnRide]
    seats: list[OwnSeat]


def find(reference: str, *, viewer: User) -> Ride | None:
    """Return a ride by its public reference, if it is visible to the viewer."""
    found = Ride.objects.filter(seen_by(viewer), reference=reference)
    return found.select_related("author").first()


def standing(ride: Ride, *, viewer: User, at: dt.datetime) -> str:
    """Return a mark of what moves on a ride's page, for pages that watch it."""
    ahead = Q(departure__ride=ride, departure__starts_at__gt=at)
    seen = ahead if ride.author_id == viewer.pk else ahead & Q(person=viewer)
    rows = Booking.objects.filter(seen).order_by("pk").values_list("reference", "state")
    taken = Departure.objects.filter(ride=ride, starts_at__gt=at, cancelled_at=None)
    found = [*rows, *taken.order_by("pk").values_list("pk", "taken"), ride.closed_at]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:12]


def departures_ahead(ride: Ride, *, at: dt.datetime) -> list[Departure]:
    """List the next ten departures of a ride, fewer where it ends before."""
    rows = Departure.objects.filter(ride=ride, cancelled_at=None, starts_at__gt=at)
    return list(rows[:MOST_SHOWN])


def time_of(ride: Ride, *, at: dt.datetime) -> str:
    """Return the local hour of a ride's next departure, else of its last: 08:30."""
    rows = Departure.objects.filter(ride=ride)
    found = rows.filter(starts_at__gt=at).first() or rows.last()
    return f"{timezone.localtime(found.starts_at):%H:%M}" if found else "08:00"


def departure_on(ride: Ride, day: dt.date) -> Departure | None:
    """Find the departure of a ride on a day of the space."""
    zone = timezone.get_current_timezone()
    starts = rules.moment_of(day, dt.time(), zone)
    ends = rules.moment_of(day + dt.timedelta(days=1), dt.time(), zone)
    return Departure.objects.filter(ride=ride, starts_at__gte=starts, starts_at__lt=ends).first()


def booking_named(reference: str, *, viewer: User) -> Booking | None:
    """Return a request, if the viewer is a party to it."""
    two = Q(person=viewer) | Q(departure__ride__author=viewer)
    found = Booking.objects.filter(two, reference=reference)
    return found.select_related("departure__ride").first()


def detail(ride: Ride, departures: list[Departure], *, viewer: User) -> Detail:
    """Return future departures with their requests: all for the author, else the viewer's."""
    own = ride.author_id == viewer.pk
    shown = Booking.objects.filter(departure__in=[one.pk for one in departures])
    bookings = list(shown if own else shown.filter(person=viewer))
    cards = hooks.cards_of([ride.author_id, *(one.person_id for one in bookings)])
    site = site_names().get(ride.site_id, "")
    return Detail(
        ride=ride,
        title=wording.title_of(ride, site),
        role=str(wording.PARTS[ride.role]),
        symbol=rules.SYMBOLS[ride.role],
        site=site,
        where=ride.get_bearing_display(),
        drives=ride.role == rules.Role.DRIVER,
        author=cards.get(ride.author_id),
        tone=tone_of(ride.author_id),
        comes_back=wording.days_in_words(ride.weekdays),
        departures=[_shown_departure(one, bookings, cards, viewer=viewer) for one in departures],
        own=own,
        is_requested=any(one.person_id == viewer.pk for one in bookings),
        seat=_first_seat(departures, bookings, viewer),
        open=bool(departures) and ride.closed_at is None,
        seen=wording.seen_in_words(ride.audience),
    )


def _first_seat(
    departures: Iterable[Departure], bookings: Iterable[Booking], viewer: User
) -> dt.datetime | None:
    """Return when the viewer's first accepted seat leaves, if they have any."""
    taken = {
        one.departure_id
        for one in bookings
        if one.person_id == viewer.pk and one.state == Booking.State.ACCEPTED
    }
    return min((one.starts_at for one in departures if one.pk in taken), default=None)


def _shown_departure(
    departure: Departure,
    bookings: Iterable[Booking],
    cards: dict[int, hooks.PersonCard],
    *,
    viewer: User,
) -> ShownDeparture:
    of_day = [one for one in bookings if one.departure_id == departure.pk]
    return ShownDeparture(
        departure=departure,
        day=f"{timezone.localtime(departure.starts_at):%Y-%m-%d}",
        free=departure.seats - departure.taken,
        bookings=[
            ShownBooking(one, cards.get(one.person_id), tone_of(one.person_id)) for one in of_day
        ],
        mine=next((one for one in reversed(of_day) if one.person_id == viewer.pk), None),
    )


def mine(person: User, *, at: dt.datetime) -> Mine:
    """Return a person's open rides with pending requests, and the seats they requested."""
    names = site_names()
    return Mine(
        rides=[_own_ride(row, names) for row in _next_of_each(person, at=at)],
        seats=[_own_seat(row, names) for row in _seats_of(person, at=at)],
    )


def _next_of_each(person: User, *, at: dt.datetime) -> QuerySet[Departure]:
    waiting = Count(
        "ride__departures__bookings",
        filter=Q(
            ride__departures__bookings__state=Booking.State.ASKED,
            ride__departures__starts_at__gt=at,
        ),
    )
    ahead = Departure.objects.filter(
        ride__author=person, ride__closed_at=None, cancelled_at=None, starts_at__gt=at
    )
    next_ones = ahead.order_by("ride", "starts_at").distinct("ride").values("pk")
    rows = Departure.objects.filter(pk__in=next_ones).select_related("ride")
    return rows.annotate(waiting=waiting).order_by("starts_at", "pk")[:MOST_MINE]


def _own_ride(row: Departure, names: dict[int, str]) -> OwnRide:
    ride = row.ride
    return OwnRide(
        url=ride.get_absolute_url(),
        title=wording.title_of(ride, names.get(ride.site_id, "")),
        role=str(wording.PARTS[ride.role]),
        symbol=rules.SYMBOLS[ride.role],
        starts_at=row.starts_at,
        waiting=getattr(row, "waiting", 0),
    )


def _seats_of(person: User, *, at: dt.datetime) -> QuerySet[Booking]:
    rows = Booking.objects.filter(person=person, departure__starts_at__gt=at)
    found = rows.select_related("departure__ride__author")
    return found.order_by("departure__starts_at", "pk")[:MOST_MINE]


def _own_seat(row: Booking, names: dict[int, str]) -> OwnSeat:
    ride = row.departure.ride
    return OwnSeat(
        url=ride.get_absolute_url(),
        title=wording.title_of(ride, names.get(ride.site_id, "")),
        starts_at=row.departure.starts_at,
        other=ride.author.short_name,
        booking=row,
    )


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the subject of a conversation, if the viewer sees the ride."""
    if kind != KIND:
        return None
    found = find(reference, viewer=viewer)
    if found is None:
        return None
    ahead = departures_ahead(found, at=timezone.now())
    return hooks.Subject(
        kind=KIND,
        id=found.pk,
        title=wording.title_of(found, site_names().get(found.site_id, ""))[:80],
        url=found.get_absolute_url(),
        owner_id=found.author_id,
        picture_url=None,
        state=wording.state_in_words(is_open=bool(ahead)),
        open=bool(ahead),
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return a ride's text to moderation."""
    found = Ride.objects.filter(reference=reference).first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=wording.title_of(found, site_names().get(found.site_id, ""))[:80],
        text=found.note,
        owner_id=found.author_id,
        url=found.get_absolute_url(),
        hidden=found.hidden_at is not None,
    )
