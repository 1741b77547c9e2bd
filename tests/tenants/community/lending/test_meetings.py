"""A meeting about a thing on loan becomes its loan for that hour, and ends with it."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import Refused
from tenants.community.conversations import actions as conversations
from tenants.community.conversations.models import Conversation, Message
from tenants.community.lending.actions import things, times
from tenants.community.lending.models import Loan, Thing
from tenants.community.notifications.models import Notification
from tests.fixtures.people import DAY, HOUR, QUARTER, make_user
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.lending.making import ask, slot

State = Loan.State


def agreed(talk: Conversation, starts_at: dt.datetime) -> None:
    now = timezone.now()
    conversations.propose(conversation=talk, starts_at=starts_at, by=talk.asker, at=now)
    conversations.accept(conversation=talk, by=talk.owner, at=now)


def test_agreed_moment_is_a_loan_for_an_hour_and_is_stated_with_the_answer(
    drill: Thing, teammate: User
) -> None:
    noon = slot(timezone.now(), after=DAY)
    agreed(talk_about(drill, teammate), noon.starts_at)
    loan = Loan.objects.get()
    assert (loan.state, loan.borrower_id) == (State.ACCEPTED, teammate.pk)
    assert (loan.starts_at, loan.ends_at) == (noon.starts_at, noon.starts_at + HOUR)
    assert "L’emprunt est réservé" in Message.objects.order_by("-sent_at")[0].text
    assert not Notification.objects.filter(about=f"loan:{loan.reference}").exists()


def test_time_that_somebody_has_is_refused_and_nothing_is_agreed(
    drill: Thing, teammate: User
) -> None:
    now = timezone.now()
    ask(drill, make_user("Ines"), slot(now, after=DAY), at=now)
    talk = talk_about(drill, teammate)
    with pytest.raises(Refused, match="Ce créneau vient d’être pris"):
        agreed(talk, slot(now, after=DAY).starts_at + QUARTER)
    assert Loan.objects.get().borrower_id != teammate.pk
    assert not Message.objects.filter(text__startswith="D’accord").exists()


def test_moved_meeting_moves_the_loan_and_cancelling_ends_it(drill: Thing, teammate: User) -> None:
    talk, begin = talk_about(drill, teammate), slot(timezone.now(), after=DAY).starts_at
    agreed(talk, begin)
    agreed(talk, begin + QUARTER)
    states = Loan.objects.order_by("pk").values_list("state", "starts_at")
    assert list(states) == [(State.WITHDRAWN, begin), (State.ACCEPTED, begin + QUARTER)]
    conversations.cancel(conversation=talk, by=teammate, at=timezone.now())
    assert Loan.objects.order_by("-pk")[0].state == State.CANCELLED


def test_meeting_in_the_time_of_a_request_accepts_it_and_leaves_it_when_called_off(
    drill: Thing, owner: User, teammate: User
) -> None:
    now = timezone.now()
    wanted = slot(now, after=DAY, lasts=5 * HOUR)
    loan, talk = ask(drill, teammate, wanted, at=now), talk_about(drill, teammate)
    agreed(talk, wanted.starts_at)
    assert Loan.objects.get().state == State.ACCEPTED
    conversations.cancel(conversation=talk, by=owner, at=now)
    assert Loan.objects.get(pk=loan.pk).state == State.ACCEPTED


def test_waiting_list_is_notified_once_of_a_withdrawn_thing(
    drill: Thing, owner: User, teammate: User
) -> None:
    now = timezone.now()
    ask(drill, make_user("Ines"), slot(now, after=DAY), at=now)
    zone = timezone.get_current_timezone()
    times.wait(thing=drill, slot=slot(now, after=DAY), zone=zone, by=teammate, at=now)
    for _twice in range(2):
        things.withdraw(thing=drill, by=owner, at=now)
    news = Notification.objects.get(person=teammate)
    assert news.title == "« Perceuse-visseuse 18 V » n’est plus à prêter"
    assert news.mail != "off"
