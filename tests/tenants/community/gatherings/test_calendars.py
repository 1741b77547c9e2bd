"""Calendars: a private address that can be renewed and ended, and a gathering as a file."""

import datetime as dt

import pytest
from django.utils import timezone
from icalendar import Calendar

from saas.accounts.models import User
from tenants.community.conversations import actions as conversations
from tenants.community.gatherings import actions, rules, views
from tenants.community.gatherings.models import CalendarLink
from tenants.community.gatherings.queries import calendars as queries
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.rides import actions as rides
from tenants.community.rides.rules import Timing
from tests.fixtures.people import DAY, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import ask, make_thing
from tests.tenants.community.rides.making import ask as ask_for_a_seat
from tests.tenants.community.rides.making import make_ride


def address_of(person: User) -> str:
    link = queries.link_of(person)
    assert link is not None
    return f"/gatherings/calendar/{queries.token_of(link)}/"


def events(client: SpaceClient, url: str) -> list[dict[str, str]]:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(response.content)
    return [{name: str(value) for name, value in one.items()} for one in read.walk("VEVENT")]


def test_private_address_shows_its_person_s_gatherings_without_a_session(
    browse: Browse, owner: User, teammate: User
) -> None:
    now = timezone.now()
    hers = make_gathering(owner, at=now, title="Tarot; été, fête 🎾")
    make_gathering(teammate, at=now, title="Ailleurs")
    full = make_gathering(teammate, at=now, title="Complet", places=2)
    actions.join(gathering=full, by=owner, at=now)
    made = browse(owner).post("/gatherings/calendar/")
    assert made.status_code == 303
    assert address_of(owner) in browse(owner).get("/gatherings/calendar/").text

    client = browse(None)
    found = events(client, address_of(owner))
    assert {one["SUMMARY"] for one in found} == {"Tarot; été, fête 🎾", "Complet"}
    assert found[0]["UID"] == f"{hers.reference}@north"  # its schema: the address may change
    assert found[0]["STATUS"] == "CONFIRMED"
    response = client.get(address_of(owner))
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    seen = {"if-none-match": response["ETag"]}
    assert client.get(address_of(owner), headers=seen).status_code == 304
    make_gathering(owner, at=now, title="Un autre")
    assert client.get(address_of(owner), headers=seen).status_code == 200


def test_calendar_marks_waiting_as_tentative_and_names_cancellations(
    browse: Browse, owner: User, teammate: User
) -> None:
    now = timezone.now()
    full = make_gathering(teammate, at=now, places=2)
    gone = make_gathering(teammate, at=now)
    actions.join(gathering=full, by=owner, at=now)
    make_gathering(owner, at=now)
    actions.join(gathering=gone, by=owner, at=now)
    actions.cancel(gathering=gone, by=teammate, at=now)
    actions.make_calendar_link(by=teammate, at=now)

    found = events(browse(None), address_of(teammate))
    assert sorted(one["STATUS"] for one in found) == ["CANCELLED", "CONFIRMED"]


def test_new_address_closes_the_old_one_and_revoking_closes_all(
    browse: Browse, owner: User
) -> None:
    client, nobody = browse(owner), browse(None)
    client.post("/gatherings/calendar/")
    old = address_of(owner)
    client.post("/gatherings/calendar/")
    new = address_of(owner)
    assert old != new
    assert (nobody.get(old).status_code, nobody.get(new).status_code) == (404, 200)
    client.post("/gatherings/calendar/revoke/")
    assert nobody.get(new).status_code == 404
    assert "Créer mon lien" in client.get("/gatherings/calendar/").text


def test_token_is_kept_hashed_and_opens_nothing_elsewhere_or_of_a_leaver(
    browse: Browse, owner: User, stranger: User
) -> None:
    actions.make_calendar_link(by=owner, at=timezone.now())
    token = address_of(owner).rstrip("/").rpartition("/")[2]
    stored = CalendarLink.objects.values().get()
    assert token not in {str(value) for value in stored.values()}
    url = address_of(owner)
    assert browse(None, space="south").get(url).status_code == 404
    assert browse(None).get(url).status_code == 200
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert browse(None).get(url).status_code == 404


def test_calendar_that_asks_too_often_is_refused_for_an_hour(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_READ", 2)
    actions.make_calendar_link(by=owner, at=timezone.now())
    client = browse(None)
    answers = [client.get(address_of(owner)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"


def test_link_made_with_a_secret_of_before_is_shown_as_void(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.make_calendar_link(by=owner, at=timezone.now())
    monkeypatch.setattr(rules, "CALENDAR", "another purpose")
    assert "n’a plus cours" in browse(owner).get("/gatherings/calendar/").text


def test_gathering_is_exported_as_a_file_in_utc(
    browse: Browse, owner: User, teammate: User
) -> None:
    starts_at = (timezone.now() + 9 * DAY).replace(microsecond=0)
    gathering = make_gathering(owner, at=timezone.now(), starts_at=starts_at)
    url = f"{gathering.get_absolute_url()}calendar.ics"
    response = browse(teammate).get(url)
    assert "attachment" in response["Content-Disposition"]
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event.decoded("dtstart") == starts_at
    assert event.decoded("dtend") == starts_at + dt.timedelta(hours=1)
    assert browse(None).get(url).status_code == 302


def test_private_address_holds_loans_and_meetings_too(
    browse: Browse, owner: User, teammate: User
) -> None:
    now = timezone.now()
    tomorrow = slots.floor_quarter(now + DAY)
    drill = make_thing(owner, at=now, title="Perceuse", lends_at_once=True)
    loan = ask(drill, teammate, LoanSlot(tomorrow, tomorrow + dt.timedelta(hours=1)), at=now)
    talk = talk_about(make_classified(owner, title="Lampe"), teammate)
    conversations.propose(conversation=talk, starts_at=tomorrow, by=teammate, at=now)
    for person in (owner, teammate):
        actions.make_calendar_link(by=person, at=now)
    results = {
        (one["SUMMARY"], one["STATUS"])
        for person in (owner, teammate)
        for one in events(browse(None), address_of(person))
    }
    assert results == {
        ("Prêt : Perceuse", "CONFIRMED"),
        ("Emprunt : Perceuse", "CONFIRMED"),
        ("Rendez-vous : Lampe", "TENTATIVE"),
    }
    assert browse(owner).get(f"{talk.get_absolute_url()}calendar.ics").status_code == 404
    conversations.accept(conversation=talk, by=owner, at=now)
    for url in (f"/lending/loans/{loan.reference}/", talk.get_absolute_url()):
        assert f"{url}calendar.ics" in browse(owner).get(url).text
        (event,) = events(browse(owner), f"{url}calendar.ics")
        assert event["STATUS"] == "CONFIRMED"
        assert browse(make_user("Ines")).get(f"{url}calendar.ics").status_code == 404


def test_private_address_holds_rides_that_are_shared_and_takes_back_what_is_not(
    browse: Browse, owner: User, teammate: User
) -> None:
    now = timezone.now()
    alone = make_ride(owner, at=now)
    ride = make_ride(owner, at=now, timing=Timing((now + 4 * DAY).date(), dt.time(8)))
    booking = ask_for_a_seat(ride, teammate, at=now)
    for person in (owner, teammate):
        actions.make_calendar_link(by=person, at=now)

    def states(person: User) -> list[str]:
        found = events(browse(None), address_of(person))
        assert all(one["SUMMARY"].startswith("Covoiturage") for one in found)
        assert not any(one["UID"].startswith(alone.reference) for one in found)
        return [one["STATUS"] for one in found]

    assert (states(owner), states(teammate)) == (["TENTATIVE"], ["TENTATIVE"])
    rides.accept(booking=booking, by=owner, at=now)
    assert (states(owner), states(teammate)) == (["CONFIRMED"], ["CONFIRMED"])
    rides.cancel_booking(booking=booking, by=teammate, at=now)
    assert (states(owner), states(teammate)) == ([], ["CANCELLED"])
