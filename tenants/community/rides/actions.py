"""Actions of people on shared rides, and of the clock the day before."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Least

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks
from saas.kernel.notifying import settle
from tenants.community.rides import rules
from tenants.community.rides.models import Bearing, Booking, Departure, Ride
from tenants.community.rides.notifications import BookingEvent, notify_party
from tenants.community.rides.queries import changes, places
from tenants.community.rides.queries import reminders as reminder_queries
from tenants.spaces import audiences

Audience = audiences.Audience
State = Booking.State

MOST_AT_ONCE = 200


@transaction.atomic
def offer(
    *,
    terms: rules.Terms,
    timing: rules.Timing,
    audience: str = Audience.SPACE,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Ride:
    """Offer a ride or look for a ride, and create each of its departures.

    The same key a second time returns the same ride.
    """
    hold(by)
    already = changes.ride_with_key(key, by=by) if key else None
    if already is not None:
        return already
    _check(terms, audience, by=by)
    moments = _moments_of(timing, at=at)
    rules.check_may_offer(changes.ahead_of(by, at=at), len(moments))
    ride = Ride(
        author=by,
        role=terms.role,
        way=terms.way,
        site_id=terms.site_id,
        seats=terms.seats,
        price_cents=terms.price_cents,
        note=terms.note,
        weekdays=timing.weekdays,
        audience=audience,
        company_id=audiences.employer_of(by) if audience == Audience.COMPANY else None,
        created_at=at,
        idempotency_key=key,
        **terms.spot._asdict(),
    )
    _add(ride, moments)
    _publish_changes(ride)
    audiences.notify_programs("ride.offered", "rides", ride, title="", at=at)
    return ride


@transaction.atomic
def offer_both_ways(
    *,
    terms: rules.Terms,
    timing: rules.Timing,
    back: dt.time,
    audience: str = Audience.SPACE,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Ride:
    """Offer a ride and the way back on the same days, both or neither; return the first."""
    rules.check_return(timing.time, back)
    ride = offer(terms=terms, timing=timing, audience=audience, key=key, by=by, at=at)
    offer(
        terms=terms._replace(way=rules.reverse(terms.way)),
        timing=timing._replace(time=back),
        audience=audience,
        key=uuid5(key, "back") if key else None,
        by=by,
        at=at,
    )
    return ride


@transaction.atomic
def revise(*, ride: Ride, revision: rules.Revision, by: User, at: dt.datetime) -> Ride:
    """Change place, hour, seats, price and note of the author's ride, for each day to come.

    Members with an open or accepted request are notified, unless only the seats change.
    """
    ride = changes.for_change(ride.pk)
    rules.check_is_author(ride, by.pk)
    rules.check_is_running(ride)
    departures = changes.departures_to_cancel(ride, at=at)
    taken = max((one.taken for one in departures), default=0)
    rules.check_spot(revision.spot)
    rules.check_new_seats(revision.seats, taken=taken)
    rules.check_price(
        revision.price_cents, distance_km=revision.spot.distance_km, seats=revision.seats
    )
    rules.check_new_price(revision.price_cents, before=ride.price_cents, taken=taken)
    moments = _new_moments(departures, revision.time, at=at)
    is_news = moments != [one.starts_at for one in departures] or changes.is_other(ride, revision)
    for name, value in (*revision.spot._asdict().items(), *revision._asdict().items()):
        if name not in {"spot", "time"}:
            setattr(ride, name, value)
    ride.full_clean()
    ride.save()
    for departure, moment in zip(departures, moments, strict=True):
        departure.starts_at, departure.seats = moment, ride.seats
        departure.save(update_fields=["starts_at", "seats"])
        for booking in changes.bookings_to_cancel(departure) if is_news else []:
            notify_party(booking, BookingEvent.CHANGED, to=booking.person_id, at=at)
    _publish_changes(ride)
    return ride


def _new_moments(
    departures: Sequence[Departure], time: dt.time, *, at: dt.datetime
) -> list[dt.datetime]:
    zone = places.zone()
    moments = []
    for one in departures:
        local = one.starts_at.astimezone(zone)
        is_same = (local.hour, local.minute) == (time.hour, time.minute)
        moment = one.starts_at if is_same else rules.moment_of(local.date(), time, zone)
        rules.check_new_time(moment, at=at)
        moments.append(moment)
    return moments


@transaction.atomic
def ask(
    *,
    departures: Sequence[Departure],
    spot: rules.Spot,
    words: str = "",
    by: User,
    at: dt.datetime,
) -> list[Booking]:
    """Request a seat, or offer to take the author along, on some days of a ride.

    Earlier requests stay unchanged. The author is notified of each day.
    """
    rules.check_chosen(departures)
    rules.check_spot(spot)
    locked = changes.departures_for_change([one.pk for one in departures])
    rules.check_not_own(locked[0].ride, by.pk)
    rules.check_not_blocked(blocked=hooks.is_blocked(by.pk, locked[0].ride.author_id))
    bookings = []
    for departure in locked:
        booking = changes.open_booking(departure, by)
        bookings.append(booking or _ask(departure, spot, words=words, by=by, at=at))
    return bookings


@transaction.atomic
def accept(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """Accept a request if a seat is free. Idempotent."""
    booking, departure = changes.booking_for_change(booking.pk)
    rules.check_is_author(departure.ride, by.pk)
    if booking.state == State.ACCEPTED:
        return booking
    rules.check_is_undecided(booking)
    rules.check_is_ahead(departure, at=at)
    rules.check_has_seat(departure)
    departure.taken += 1
    departure.save(update_fields=["taken"])
    _decide(booking, State.ACCEPTED, BookingEvent.ACCEPTED, at=at)
    return booking


@transaction.atomic
def decline(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """Refuse a request; twice the same changes nothing."""
    booking, departure = changes.booking_for_change(booking.pk)
    rules.check_is_author(departure.ride, by.pk)
    if booking.state == State.DECLINED:
        return booking
    rules.check_is_undecided(booking)
    _decide(booking, State.DECLINED, BookingEvent.DECLINED, at=at)
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """Give up a seat or take it back, in time or late; the other of the two hears which."""
    booking, departure = changes.booking_for_change(booking.pk)
    rules.check_is_one_of_two(booking, departure.ride, by.pk)
    if booking.state == State.CANCELLED:
        return booking
    rules.check_is_open(booking)
    rules.check_is_ahead(departure, at=at)
    _cancel(booking, departure, by=by, at=at)
    return booking


@transaction.atomic
def cancel_departure(*, departure: Departure, by: User, at: dt.datetime) -> Departure:
    """Cancel a day of the author's ride, with its accepted and pending requests."""
    (departure,) = changes.departures_for_change([departure.pk])
    rules.check_is_author(departure.ride, by.pk)
    if departure.cancelled_at is not None:
        return departure
    rules.check_is_ahead(departure, at=at)
    _cancel_all([departure], by=by, at=at)
    _publish_changes(departure.ride)
    return departure


@transaction.atomic
def close(*, ride: Ride, by: User, at: dt.datetime) -> Ride:
    """End the author's ride: each departure to come is cancelled. Idempotent."""
    ride = changes.for_change(ride.pk)
    rules.check_is_author(ride, by.pk)
    if ride.closed_at is None:
        _close(ride, by=by, at=at)
    return ride


@transaction.atomic
def settle_leaver(*, by: User, at: dt.datetime) -> None:
    """End the rides of a leaving member, and free their seats."""
    for ride in changes.open_rides_of(by):
        _close(ride, by=by, at=at)
    for pk in changes.open_bookings_of(by, at=at):
        booking, departure = changes.booking_for_change(pk)
        if booking.state in {State.ASKED, State.ACCEPTED}:
            _cancel(booking, departure, by=by, at=at)


@transaction.atomic
def settle_move(*, by: User, company_id: int | None, at: dt.datetime) -> None:
    """Free the seats of a member after a move, in rides reserved for another company."""
    for pk in changes.open_bookings_of(by, at=at):
        booking, departure = changes.booking_for_change(pk)
        ride = departure.ride
        is_elsewhere = ride.audience == Audience.COMPANY and ride.company_id != company_id
        if booking.state in {State.ASKED, State.ACCEPTED} and is_elsewhere:
            _cancel(booking, departure, by=by, at=at)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a ride from all but its author, or show it again.

    Called by moderation.
    """
    Ride.objects.filter(reference=reference).update(hidden_at=at if hidden else None)
    hooks.offers_changed.ask()


@transaction.atomic
def remind(*, at: dt.datetime) -> int:
    """Remind both parties the day before, once; return how many. Called by the scheduled task."""
    due = list(reminder_queries.to_remind(at=at)[:MOST_AT_ONCE])
    Booking.objects.filter(pk__in=[booking.pk for booking in due]).update(reminded_at=at)
    for booking in due:
        for person_id in (booking.person_id, booking.departure.ride.author_id):
            notify_party(booking, BookingEvent.TOMORROW, to=person_id, at=at)
    return 2 * len(due)


@transaction.atomic
def close_past(*, at: dt.datetime) -> int:
    """Close rides without a future departure; return how many. Called by the scheduled task."""
    return changes.past_rides(at=at).update(closed_at=Least(F("last_at"), at))


def _check(terms: rules.Terms, audience: str, *, by: User) -> None:
    rules.check_site(terms.site_id, places.site_names())
    rules.check_spot(terms.spot)
    rules.check_seats(terms.seats)
    rules.check_price(terms.price_cents, distance_km=terms.spot.distance_km, seats=terms.seats)
    rules.check_audience(audience, audiences.audiences_for(by), audiences.categories_given())


def _moments_of(timing: rules.Timing, *, at: dt.datetime) -> list[dt.datetime]:
    if timing.weekdays:
        rules.check_regular(timing)
    moments = rules.departures_of(timing, zone=places.zone())
    rules.check_leaves(moments)
    rules.check_times(timing, moments[0], at=at)
    return moments


def _add(ride: Ride, moments: Iterable[dt.datetime]) -> None:
    """Write a ride with its departures."""
    ride.full_clean()
    ride.save()
    Departure.objects.bulk_create(
        Departure(ride=ride, starts_at=starts_at, seats=ride.seats) for starts_at in moments
    )


def _ask(
    departure: Departure, spot: rules.Spot, *, words: str, by: User, at: dt.datetime
) -> Booking:
    rules.check_is_ahead(departure, at=at)
    rules.check_has_seat(departure)
    booking = Booking(
        departure=departure,
        person=by,
        detour_minutes=places.detour_of(departure.ride, spot),
        words=words.strip(),
        asked_at=at,
        **spot._asdict(),
    )
    booking.full_clean()
    booking.save()
    notify_party(booking, BookingEvent.ASKED, to=departure.ride.author_id, at=at)
    return booking


def _decide(booking: Booking, state: str, event: BookingEvent, *, at: dt.datetime) -> None:
    booking.state = state
    booking.decided_at = at
    booking.save(update_fields=["state", "decided_at"])
    settle(rules.about(booking), at=at)
    notify_party(booking, event, to=booking.person_id, at=at)


def _cancel(booking: Booking, departure: Departure, *, by: User, at: dt.datetime) -> None:
    """Cancel a pending or accepted request, under the departure's lock."""
    if booking.state == State.ACCEPTED:
        departure.taken -= 1
        departure.save(update_fields=["taken"])
    booking.cancelled_late = rules.is_late(booking, starts_at=departure.starts_at, at=at)
    booking.state = State.CANCELLED
    booking.cancelled_at, booking.cancelled_by = at, by
    booking.save()
    settle(rules.about(booking), at=at)
    author_id = departure.ride.author_id
    other = author_id if booking.person_id == by.pk else booking.person_id
    notify_party(booking, BookingEvent.CANCELLED, to=other, at=at)


def _cancel_all(departures: Iterable[Departure], *, by: User, at: dt.datetime) -> None:
    for departure in departures:
        for booking in changes.bookings_to_cancel(departure):
            _cancel(booking, departure, by=by, at=at)
        departure.cancelled_at = at
        departure.save(update_fields=["cancelled_at"])


def _close(ride: Ride, *, by: User, at: dt.datetime) -> None:
    _cancel_all(changes.departures_to_cancel(ride, at=at), by=by, at=at)
    ride.closed_at = at
    ride.save(update_fields=["closed_at"])
    _publish_changes(ride)


def _publish_changes(ride: Ride) -> None:
    """Announce a change of the shared items, if neighbours see the ride."""
    if ride.audience == Audience.NEIGHBOURS:
        hooks.offers_changed.ask()


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete rides without passengers; clear the places and texts of the others."""
    own = Ride.objects.filter(author=by)
    gone = list(own.values_list("reference", flat=True))
    own.exclude(Exists(Booking.objects.filter(departure__ride=OuterRef("pk")))).delete()
    own.update(place="", note="", distance_km=0, bearing=Bearing.NORTH)
    bookings = Booking.objects.filter(person=by)
    gone += bookings.values_list("reference", flat=True)
    bookings.update(place="", words="", distance_km=0, bearing=Bearing.NORTH, detour_minutes=0)
    return gone
