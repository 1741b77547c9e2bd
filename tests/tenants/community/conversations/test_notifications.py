"""The other party is notified of a message: once, in their language, without its content."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.conversations import actions, clock, tasks
from tenants.community.conversations.models import Message
from tenants.community.conversations.queries import talks as queries
from tenants.community.notifications.models import Notification
from tests.fixtures.broker import fail
from tests.fixtures.people import DAY, MINUTE, make_user
from tests.tenants.community.classifieds.making import html_of, run
from tests.tenants.community.conversations.test_actions import begin
from tests.tenants.community.notifications.making import deliver

SECRET = "Le code du casier est 4711, appelez le 06 12 34 56 78"


def notify_all() -> None:
    for message in Message.objects.all():
        run(tasks.mail_message, message.pk)
    deliver()


def test_mail_says_who_and_about_what_and_nothing_of_the_text(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate, SECRET)
    notify_all()
    (message,) = mail.outbox
    everything = f"{message.subject}\n{message.body}\n{html_of(message)}"
    assert message.to == [owner.email]
    assert message.subject == "Un message de votre espace vous attend"
    assert "Karim L." in message.body
    assert "Vélo pliant" in message.body
    assert conversation.get_absolute_url() in message.body
    assert "4711" not in everything
    assert teammate.email not in everything


def test_each_side_is_notified_once_until_they_read(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate)
    for text in ("un", "deux"):
        actions.send(conversation=conversation, text=text, by=teammate, at=timezone.now())
    notify_all()
    notify_all()
    assert [message.to for message in mail.outbox] == [[owner.email]]
    actions.read(conversation=conversation, at=timezone.now(), by=owner)
    for author in (teammate, owner):
        actions.send(conversation=conversation, text="trois", by=author, at=timezone.now())
        notify_all()
    assert [message.to[0] for message in mail.outbox[1:]] == [owner.email, teammate.email]


def test_proposed_moment_is_to_do_until_it_is_answered(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate)
    notify_all()
    now = timezone.now()
    meeting = actions.propose(conversation=conversation, starts_at=now + DAY, by=teammate, at=now)
    notify_all()
    assert [message.subject for message in mail.outbox] == [
        "Un message de votre espace vous attend",
        "On vous propose un rendez-vous",
    ]
    notification = Notification.objects.get(person=owner, deadline=meeting.starts_at, done_at=None)
    actions.refuse(conversation=conversation, by=owner, at=now)
    notification.refresh_from_db()
    assert notification.done_at == now


def test_message_read_before_the_job_is_not_notified(owner: User, teammate: User) -> None:
    conversation = begin(owner, teammate)
    actions.read(conversation=conversation, at=timezone.now(), by=owner)
    notify_all()
    assert mail.outbox == []


def test_mail_that_was_not_sent_is_sent_later(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(owner, teammate)
    with monkeypatch.context() as patch:
        patch.setattr("tenants.community.conversations.notifications.notify", fail)
        with pytest.raises(ConnectionError):
            notify_all()
    assert Message.objects.get().mailed_at is None
    notify_all()
    assert len(mail.outbox) == 1


def test_the_clock_queues_again_what_was_lost_and_nothing_else(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[object, ...]] = []
    monkeypatch.setattr(clock, "send", lambda _task, *ids: queued.append(ids))
    now = timezone.now()
    lost = begin(owner, teammate, at=now - 10 * MINUTE)
    begin(teammate, owner, at=now, reference="PA-TENTE2")  # a minute old: its job is on its way
    begin(owner, make_user("Ines"), at=now - dt.timedelta(days=3))  # no longer worth a mail
    run(clock.requeue_messages)
    assert queued == [(lost.messages.get().pk,)]
    assert queries.overdue_messages(at=now).count() == 1
