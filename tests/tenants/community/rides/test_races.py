"""Clicks at the same moment, each on a connection of its own."""

from functools import partial

from saas.kernel.errors import Refused
from tenants.community.rides import actions
from tenants.community.rides.models import Booking, Departure
from tests.fixtures.people import AT, make_user
from tests.fixtures.together import acts_at_once
from tests.tenants.community.rides.making import ask, make_ride


def test_accepting_more_than_there_are_seats_at_once_fills_the_car_once(own_north: None) -> None:
    author = make_user("Nadia")
    ride = make_ride(author, at=AT, seats=2)
    bookings = [ask(ride, make_user(f"Membre{number}"), at=AT) for number in range(6)]

    accept = [partial(actions.accept, booking=one, by=author, at=AT) for one in bookings]
    answers = acts_at_once(accept)

    assert sum(isinstance(answer, Refused) for answer in answers) == 4
    assert Departure.objects.get().taken == 2
    assert Booking.objects.filter(state="accepted").count() == 2


def test_cancelling_and_accepting_at_once_leaves_the_count_right(own_north: None) -> None:
    author = make_user("Nadia")
    ride = make_ride(author, at=AT, seats=1)
    people = [make_user(f"Membre{number}") for number in range(3)]
    first, *others = [ask(ride, person, at=AT) for person in people]
    actions.accept(booking=first, by=author, at=AT)

    cancel = partial(actions.cancel_booking, booking=first, at=AT)
    give_up = [partial(cancel, by=people[0]), partial(cancel, by=author)]
    accept = [partial(actions.accept, booking=one, by=author, at=AT) for one in others]
    acts_at_once([*give_up, *accept])

    accepted = Booking.objects.filter(state="accepted").count()
    assert Departure.objects.get().taken == accepted <= 1


def test_two_requests_of_one_person_at_once_are_one(own_north: None) -> None:
    ride = make_ride(make_user("Nadia"), at=AT)
    person = make_user("Karim")

    acts_at_once([lambda: ask(ride, person, at=AT)] * 4)

    assert Booking.objects.count() == 1
