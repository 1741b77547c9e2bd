"""Two things at the same moment, each on a connection of its own."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from saas.kernel import schema
from tenants.community.conversations import actions, tasks
from tenants.community.conversations.models import Message
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import make_user
from tests.fixtures.together import done_meanwhile
from tests.tenants.community.classifieds.making import run
from tests.tenants.community.conversations.test_actions import begin
from tests.tenants.community.notifications.making import deliver


def test_the_two_go_on_writing_while_a_mail_is_on_its_way(
    own_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[bool] = []
    owner, asker = make_user("Nadia"), make_user("Karim")
    conversation = begin(owner, asker)

    def answer() -> None:
        actions.send(conversation=conversation, text="Oui", by=owner, at=timezone.now())

    monkeypatch.setattr("saas.kernel.mail.send", lambda **_: done.append(done_meanwhile(answer)))
    run(tasks.mail_message, Message.objects.get().pk)
    deliver()
    assert done == [True]
    assert Message.objects.count() == 2


def test_two_jobs_at_once_mail_once(own_north: None, monkeypatch: pytest.MonkeyPatch) -> None:
    recipients: list[str] = []
    second: list[threading.Thread] = []
    owner, asker = make_user("Nadia"), make_user("Karim")
    conversation = begin(owner, asker)
    actions.send(conversation=conversation, text="Alors ?", by=asker, at=timezone.now())
    first_message, second_message = Message.objects.all()

    def notify_second() -> None:
        with schema.inside("north"):
            run(tasks.mail_message, second_message.pk)
            deliver()
        connection.close()

    def send(*, to: str, **_: object) -> None:
        recipients.append(to)
        if not second:
            second.append(threading.Thread(target=notify_second))
            second[0].start()
            second[0].join(timeout=1)  # it waits for the first commit

    monkeypatch.setattr("saas.kernel.mail.send", send)
    run(tasks.mail_message, first_message.pk)
    deliver()
    second[0].join(timeout=PATIENCE)
    assert recipients == [owner.email]
