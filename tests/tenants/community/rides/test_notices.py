"""Notices to the two of a booking: in their language, once, and only while they have a point."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import retention
from tenants.community.rides import actions, clock
from tenants.community.rides.models import Ride
from tenants.community.rides.rules import Timing
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.classifieds.making import html_of, run
from tests.tenants.community.notifications.making import deliver, events_of
from tests.tenants.community.rides.making import ask, make_ride, ride_along


@pytest.mark.usefixtures("going_on_from_at")
def test_request_and_answer_are_written_to_the_other_of_the_two(owner: User) -> None:
    reader = make_user("Ann", language="en")
    ride = make_ride(owner, at=AT)
    booking = ask(ride, reader, at=AT)
    deliver()
    actions.accept(booking=booking, by=owner, at=AT)
    deliver()

    wanted, accepted = mail.outbox
    assert (wanted.to, wanted.subject) == ([owner.email], "Une demande pour votre trajet")
    assert "Gare de Lorvaux → " in str(wanted.body)
    assert "samedi 28 novembre, 8\u00a0h\u00a000" in str(wanted.body)
    assert ride.get_absolute_url() in str(wanted.body)
    assert (accepted.to, accepted.subject) == ([reader.email], "Your ride is agreed")
    assert "Saturday 28 November, 8:00" in str(accepted.body)
    assert 'lang="en"' in html_of(accepted)


def test_late_change_of_mind_says_that_it_is_late(owner: User, teammate: User) -> None:
    ride = make_ride(owner, at=AT)
    booking = ride_along(ride, teammate, at=AT)
    deliver()
    mail.outbox.clear()
    late = ride.departures.get().starts_at - dt.timedelta(hours=2)
    actions.cancel_booking(booking=booking, by=teammate, at=late)
    deliver()

    (message,) = mail.outbox
    assert message.to == [owner.email]
    assert "Karim L. a annulé tard, à moins de douze heures du départ" in str(message.body)


def test_driver_and_rider_are_reminded_once_the_day_before(owner: User, teammate: User) -> None:
    ride_along(make_ride(owner, at=AT), teammate, at=AT)
    deliver()
    mail.outbox.clear()
    assert actions.remind(at=AT + DAY) == 0
    assert [actions.remind(at=AT + dt.timedelta(hours=hours)) for hours in (60, 62)] == [2, 0]
    deliver()

    messages = {message.to[0]: str(message.body) for message in mail.outbox}
    assert len(mail.outbox) == 2
    assert "Vous emmenez Karim L." in messages[owner.email]
    assert "Vous partez avec Nadia B." in messages[teammate.email]


def test_request_that_was_withdrawn_is_not_announced_any_more(owner: User, teammate: User) -> None:
    booking = ask(make_ride(owner, at=AT), teammate, at=AT)
    actions.cancel_booking(booking=booking, by=teammate, at=AT)
    deliver()

    assert [message.subject for message in mail.outbox] == ["Un trajet partagé est annulé"]


def test_clock_reminds_of_tomorrows_ride(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ride = make_ride(owner, at=AT)
    ride_along(ride, teammate, at=AT)
    soon = ride.departures.get().starts_at - dt.timedelta(hours=12)
    monkeypatch.setattr(timezone, "now", lambda: soon)
    for _time in range(2):
        run(clock.sweep_rides)
    assert sorted(name for _key, name in events_of("ride-tomorrow:")) == ["Karim", "Nadia"]


def test_ride_whose_last_day_has_passed_is_closed_and_kept_for_a_year(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    weekly = Timing((at + DAY).date(), dt.time(8), "0123456", (at + 30 * DAY).date())
    ride, regular = make_ride(owner, at=at), make_ride(owner, at=at, timing=weekly)
    last = ride.departures.get().starts_at
    for moment, closed in ((last - DAY, None), (last + DAY, last)):
        monkeypatch.setattr(timezone, "now", lambda now=moment: now)
        run(clock.sweep_rides)
        assert [Ride.objects.get(pk=one.pk).closed_at for one in (ride, regular)] == [closed, None]
    retention.sweep([Ride._meta.app_config.name], at=last + 366 * DAY)
    assert list(Ride.objects.all()) == [regular]
