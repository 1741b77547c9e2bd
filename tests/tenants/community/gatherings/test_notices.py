"""Notices to participants and the waiting list: in their language, once, while still relevant."""

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.gatherings import actions
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, DAY, MINUTE, Browse, make_user
from tests.tenants.community.classifieds.making import html_of
from tests.tenants.community.gatherings.making import make_gathering, plan
from tests.tenants.community.notifications.making import deliver


@pytest.mark.usefixtures("going_on_from_at")
def test_participants_are_reminded_once_the_day_before(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    actions.join(gathering=gathering, by=teammate, at=AT)
    actions.join(gathering=gathering, by=make_user("Ines"), at=AT)  # waits
    assert [actions.remind(at=AT + days * DAY) for days in (1, 2, 2.5)] == [0, 2, 0]
    deliver()

    assert sorted(message.to[0] for message in mail.outbox) == sorted([owner.email, teammate.email])
    assert mail.outbox[0].subject == "Votre activité approche"
    assert "samedi 28 novembre, 12\u00a0h\u00a015, Porte Sud" in str(mail.outbox[0].body)
    assert gathering.get_absolute_url() in str(mail.outbox[0].body)


def test_moved_gathering_is_reminded_of_before_its_new_day_too(owner: User) -> None:
    gathering = make_gathering(owner, at=AT)
    actions.remind(at=AT + 2.5 * DAY)
    actions.edit(gathering=gathering, plan=plan(AT + 9 * DAY), by=owner, at=AT + 2.6 * DAY)
    deliver()
    assert mail.outbox == []
    actions.remind(at=AT + 8.5 * DAY)
    deliver()
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("going_on_from_at")
def test_cancelled_gathering_is_notified_and_reminds_nobody(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT)
    reader = make_user("Ann", language="en")
    actions.join(gathering=gathering, by=teammate, at=AT)
    actions.join(gathering=gathering, by=reader, at=AT)
    actions.leave(gathering=gathering, by=teammate, at=AT)
    actions.cancel(gathering=gathering, by=owner, at=AT)
    deliver()

    (message,) = mail.outbox
    assert message.to == [reader.email]
    assert message.subject == "An activity is cancelled"
    assert "planned for Saturday 28 November, 12:15, is cancelled" in str(message.body)
    assert 'lang="en"' in html_of(message)


@pytest.mark.usefixtures("going_on_from_at")
def test_change_says_when_it_was_and_when_it_is(owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=AT, title="<b>Belote</b> & thé")
    actions.join(gathering=gathering, by=teammate, at=AT)
    described = plan(AT + 4 * DAY, title="<b>Belote</b> & thé")
    actions.edit(gathering=gathering, plan=described, by=owner, at=AT)
    deliver()

    (message,) = mail.outbox
    assert "<b>Belote</b> & thé" in str(message.body)
    assert "prévue samedi 28 novembre" in str(message.body)
    assert "a maintenant lieu dimanche 29 novembre" in str(message.body)
    assert "&lt;b&gt;Belote" in html_of(message)


@pytest.mark.usefixtures("going_on_from_at")
def test_hidden_gathering_is_spoken_of_to_its_organiser_alone_unless_it_is_cancelled(
    browse: Browse, owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=AT, starts_at=AT + MINUTE, title="Propos déplacés")
    actions.join(gathering=gathering, by=teammate, at=AT)
    actions.conceal(reference=gathering.reference, hidden=True, at=AT)
    moved = plan(AT + 2 * MINUTE, title="Propos déplacés")
    actions.edit(gathering=gathering, plan=moved, by=owner, at=AT)
    deliver()
    assert mail.outbox == []
    assert "Propos" in browse(owner).get("/").text
    assert "Propos" not in browse(teammate).get("/").text
    actions.cancel(gathering=gathering, by=owner, at=AT)
    deliver()
    assert [message.to for message in mail.outbox] == [[teammate.email]]


def test_reminder_stays_to_do_until_the_gathering_begins_or_is_left(
    owner: User, teammate: User
) -> None:
    now = timezone.now()
    first, second = make_gathering(owner, at=now), make_gathering(owner, at=now)
    for gathering in (first, second):
        actions.join(gathering=gathering, by=teammate, at=now)
        actions.edit(gathering=gathering, plan=plan(now + 4 * DAY), by=owner, at=now)
        actions.edit(gathering=gathering, plan=plan(now + 5 * DAY), by=owner, at=now)
        deliver()
    to_do = Notification.objects.filter(person=teammate, done_at=None).exclude(deadline=None)
    assert {one.deadline for one in to_do} == {now + 5 * DAY}
    actions.leave(gathering=first, by=teammate, at=now)
    assert {one.path for one in to_do.all()} == {second.get_absolute_url()}
    actions.cancel(gathering=second, by=owner, at=now)
    deliver()
    assert not to_do.all().exists()
    assert Notification.objects.filter(person=teammate, deadline=None).exists()
