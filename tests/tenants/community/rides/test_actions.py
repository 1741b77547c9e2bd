"""Offers, requests, answers, and changes of mind in time and late."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.rides import actions
from tenants.community.rides.models import Booking, Departure, Ride
from tenants.community.rides.rules import Spot, Timing
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.notifications.making import events_of
from tests.tenants.community.rides.making import BRIDGE, STATION, ask, make_ride, ride_along


def notified(kind: str) -> list[str]:
    return [name for _key, name in events_of(f"ride-{kind}:")]


def test_request_is_accepted_and_each_of_the_two_is_notified(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT)
    booking = ask(ride, teammate, at=AT)
    assert ask(ride, teammate, at=AT) == booking
    for _ in range(2):
        accepted = actions.accept(booking=booking, by=owner, at=AT)

    assert accepted.state == "accepted"
    assert Departure.objects.get().taken == 1
    assert (notified("asked"), notified("accepted")) == (["Nadia"], ["Karim"])


def test_detour_is_estimated_for_the_driver_whoever_offers(owner: User, teammate: User) -> None:
    driven = make_ride(owner, at=AT)
    sought = make_ride(owner, at=AT, role="passenger", seats=1)
    beyond = Spot("Au-delà", 20, "n")

    assert ask(driven, teammate, at=AT, spot=BRIDGE).detour_minutes == 0
    assert ask(sought, teammate, at=AT, spot=beyond).detour_minutes == 0
    assert ask(driven, make_user("Ines"), at=AT, spot=beyond).detour_minutes > 0


def test_full_car_takes_nobody_more(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT, seats=1)
    first, second = ask(ride, teammate, at=AT), ask(ride, make_user("Ines"), at=AT)
    actions.accept(booking=first, by=owner, at=AT)

    with pytest.raises(Refused, match="plus de place"):
        actions.accept(booking=second, by=owner, at=AT)
    with pytest.raises(Refused, match="plus de place"):
        ask(ride, make_user("Hugo"), at=AT)
    with pytest.raises(IntegrityError, match="no_more_ride_along"), transaction.atomic():
        Departure.objects.update(taken=2)


def test_declined_request_may_be_made_again_and_is_decided_once(
    owner: User, teammate: User
) -> None:
    ride = make_ride(owner, at=AT)
    booking = ask(ride, teammate, at=AT)
    for _ in range(2):
        actions.decline(booking=booking, by=owner, at=AT)
    with pytest.raises(Refused, match="déjà reçu sa réponse"):
        actions.accept(booking=booking, by=owner, at=AT)

    assert notified("declined") == ["Karim"]
    assert ask(ride, teammate, at=AT) != booking


@pytest.mark.parametrize(
    ("make", "hours", "late"),
    [(ride_along, 13, False), (ride_along, 12, False), (ride_along, 11, True), (ask, 1, False)],
    ids=["in time", "just in time", "late", "never accepted"],
)
def test_cancelling_within_twelve_hours_is_recorded_as_late_and_notified(
    *, owner: User, teammate: User, make: Callable[..., Booking], hours: int, late: bool
) -> None:
    booking = make(make_ride(owner, at=AT), teammate, at=AT)
    moment = Departure.objects.get().starts_at - dt.timedelta(hours=hours)
    for _ in range(2):
        actions.cancel_booking(booking=booking, by=teammate, at=moment)

    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_late) == ("cancelled", late)
    assert Departure.objects.get().taken == 0
    assert notified("cancelled") == ["Nadia"]


def test_driver_who_takes_a_seat_back_notifies_the_passenger(owner: User, teammate: User) -> None:
    booking = ride_along(make_ride(owner, at=AT), teammate, at=AT)
    actions.cancel_booking(booking=booking, by=owner, at=AT)

    assert notified("cancelled") == ["Karim"]
    with pytest.raises(NotAllowed, match="ne vous concerne pas"):
        actions.cancel_booking(booking=booking, by=make_user("Ines"), at=AT)


def test_regular_ride_is_asked_for_on_several_days_and_one_day_is_cancelled(
    owner: User, teammate: User
) -> None:
    timing = Timing(AT.date(), dt.time(18), "0123456", AT.date() + 6 * DAY)
    ride = make_ride(owner, at=AT, timing=timing)
    days = list(ride.departures.order_by("starts_at"))
    bookings = actions.ask(departures=days[:3], spot=BRIDGE, by=teammate, at=AT)
    actions.cancel_departure(departure=days[1], by=owner, at=AT)

    assert len(days) == 7
    states = [Booking.objects.get(pk=one.pk).state for one in bookings]
    assert states == ["asked", "cancelled", "asked"]
    with pytest.raises(Refused, match="annulé"):
        actions.ask(departures=[days[1]], spot=BRIDGE, by=teammate, at=AT)
    actions.close(ride=ride, by=owner, at=AT)
    assert not Booking.objects.exclude(state="cancelled").exists()
    assert Departure.objects.filter(cancelled_at=None).count() == 0


def test_strangers_to_a_ride_decide_nothing_of_it(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT)
    booking = ask(ride, teammate, at=AT)
    departure = Departure.objects.get()

    with pytest.raises(NotAllowed, match="qui propose ce trajet"):
        actions.accept(booking=booking, by=teammate, at=AT)
    with pytest.raises(NotAllowed, match="qui propose ce trajet"):
        actions.decline(booking=booking, by=teammate, at=AT)
    with pytest.raises(NotAllowed, match="qui propose ce trajet"):
        actions.close(ride=ride, by=teammate, at=AT)
    with pytest.raises(NotAllowed, match="qui propose ce trajet"):
        actions.cancel_departure(departure=departure, by=teammate, at=AT)
    with pytest.raises(Refused, match="vous y êtes déjà"):
        ask(ride, owner, at=AT)


def test_past_departure_takes_no_request_and_no_answer(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT)
    booking = ask(ride, teammate, at=AT)
    with pytest.raises(Refused, match="passé"):
        actions.accept(booking=booking, by=owner, at=AT + 4 * DAY)
    with pytest.raises(Refused, match="passé"):
        ask(ride, make_user("Ines"), at=AT + 4 * DAY)


def test_leaver_frees_seats_and_ends_their_rides(owner: User, teammate: User) -> None:
    theirs, other = make_ride(teammate, at=AT), make_ride(owner, at=AT)
    requested = ask(theirs, owner, at=AT)
    seat = ride_along(other, teammate, at=AT)
    hooks.member_left.ask(teammate, AT)

    assert Ride.objects.get(pk=theirs.pk).closed_at == AT
    assert set(Booking.objects.values_list("pk", "state")) == {
        (requested.pk, "cancelled"),
        (seat.pk, "cancelled"),
    }
    assert other.departures.get().taken == 0
    assert notified("cancelled") == ["Nadia", "Nadia"]


def test_price_beyond_shared_costs_is_refused_and_nothing_is_offered(owner: User) -> None:
    with pytest.raises(Refused, match="2,11\u00a0€ par place"):
        make_ride(owner, at=AT, price_cents=212)
    assert not Ride.objects.exists()
    assert make_ride(owner, at=AT, price_cents=211).price_cents == 211


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seats": 0}, "de 1 à 8"),
        ({"seats": 9}, "de 1 à 8"),
        ({"site_id": 999_999}, "site de la liste"),
        ({"spot": STATION._replace(place=" ")}, "d’où vous partez"),
        ({"timing": Timing(dt.date(2020, 1, 1), dt.time(8))}, "à venir"),
        ({"timing": Timing(dt.date(2028, 1, 1), dt.time(8))}, "six mois"),
        (
            {"timing": Timing(dt.date(2026, 11, 26), dt.time(8), "0", dt.date(2026, 11, 27))},
            "Aucun de ces jours",
        ),
    ],
)
def test_impossible_offers_are_refused(
    owner: User, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        make_ride(owner, at=AT, **changes)  # type: ignore[arg-type]
    assert not Ride.objects.exists()
