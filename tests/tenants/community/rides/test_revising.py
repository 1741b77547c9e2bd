"""A ride is changed by its author, and its passengers are notified."""

import datetime as dt
from typing import Any

import pytest

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.rides import actions, rules
from tenants.community.rides.models import Departure, Ride
from tenants.community.rides.queries import places
from tests.fixtures.people import AT, DAY, Browse, make_user
from tests.tenants.community.notifications.making import deliver
from tests.tenants.community.rides.making import BRIDGE, make_ride, ride_along

WEEK = rules.Timing((AT + DAY).date(), dt.time(8), "01234", (AT + 20 * DAY).date())


def revised(**changes: Any) -> rules.Revision:
    usual: dict[str, Any] = {
        "spot": BRIDGE,
        "time": dt.time(8, 30),
        "seats": 3,
        "price_cents": 0,
        "note": "Devant la gare",
    }
    return rules.Revision(**(usual | changes))


def hours(ride: Ride) -> set[str]:
    rows = Departure.objects.filter(ride=ride)
    return {f"{one.starts_at.astimezone(places.zone()):%H:%M}" for one in rows}


def test_all_days_to_come_leave_at_the_new_hour(owner: User) -> None:
    ride = make_ride(owner, at=AT, timing=WEEK)
    actions.revise(ride=ride, revision=revised(), by=owner, at=AT)
    ride.refresh_from_db()
    assert (ride.place, ride.distance_km, ride.seats) == (BRIDGE.place, BRIDGE.distance_km, 3)
    assert hours(ride) == {"08:30"}
    assert {one.seats for one in Departure.objects.filter(ride=ride)} == {3}


@pytest.mark.parametrize(("changes", "mails"), [({}, 1), ({"time": dt.time(9)}, 1)])
def test_passenger_is_notified_of_a_change(
    owner: User, teammate: User, mailoutbox: list[Any], changes: dict[str, Any], mails: int
) -> None:
    ride = make_ride(owner, at=AT)
    ride_along(ride, teammate, at=AT)
    deliver()
    mailoutbox.clear()
    actions.revise(ride=ride, revision=revised(**changes), by=owner, at=AT)
    deliver()
    assert [one.to for one in mailoutbox] == [[teammate.email]] * mails
    assert mailoutbox[0].subject == "Nadia B. a modifié son trajet"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seats": 1}, "2 places sont déjà données"),
        ({"price_cents": 50}, "il peut baisser, pas monter"),
        ({"seats": 9}, "de 1 à 8 personnes"),
        ({"price_cents": 5000}, "partager les frais"),
    ],
)
def test_promises_to_passengers_are_not_taken_back(
    owner: User, teammate: User, changes: dict[str, Any], sentence: str
) -> None:
    ride = make_ride(owner, at=AT)
    for person in (teammate, make_user("Ines")):
        ride_along(ride, person, at=AT)
    with pytest.raises(Refused, match=sentence):
        actions.revise(ride=ride, revision=revised(**changes), by=owner, at=AT)


def test_ride_of_another_or_an_ended_one_stays_as_it_is(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT)
    with pytest.raises(NotAllowed):
        actions.revise(ride=ride, revision=revised(), by=teammate, at=AT)
    actions.close(ride=ride, by=owner, at=AT)
    with pytest.raises(Refused, match="arrêté"):
        actions.revise(ride=ride, revision=revised(), by=owner, at=AT)


def test_departure_of_today_is_not_moved_into_the_past(owner: User) -> None:
    today = rules.Timing(AT.date(), (AT + dt.timedelta(hours=3)).time().replace(minute=0))
    ride = make_ride(owner, at=AT, timing=today)
    with pytest.raises(Refused, match="déjà passé"):
        actions.revise(ride=ride, revision=revised(time=dt.time(0, 15)), by=owner, at=AT)


def test_author_changes_the_ride_on_its_page(owner: User, browse: Browse) -> None:
    ride = make_ride(owner, at=dt.datetime.now(dt.UTC))
    client = browse(owner)
    url = f"{ride.get_absolute_url()}edit/"
    assert url in client.get(ride.get_absolute_url()).text
    assert 'value="Gare de Lorvaux"' in client.get(url).text
    data = {"place": "Mairie", "distance_km": "7,4", "bearing": "n", "time": "07:45", "seats": "1"}
    assert client.post(url, data | {"place": ""}).status_code == 422
    assert client.post(url, data).status_code == 303
    ride.refresh_from_db()
    assert (ride.place, ride.distance_km, ride.seats) == ("Mairie", 7, 1)
    assert hours(ride) == {"07:45"}
