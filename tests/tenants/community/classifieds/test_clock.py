"""The clock's work on classifieds, and the mails to their authors."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.classifieds import actions, clock, tasks
from tenants.community.classifieds.queries import single as queries
from tenants.community.notifications.models import Notification
from tests.fixtures.broker import fail
from tests.fixtures.people import DAY
from tests.tenants.community.classifieds.making import make_classified, make_picture, run
from tests.tenants.community.notifications.making import deliver


def test_an_author_is_reminded_once_three_days_before_the_end(owner: User) -> None:
    now = timezone.now()
    classified = make_classified(owner, at=now - 58 * DAY)
    make_classified(owner, at=now - 50 * DAY)
    assert list(queries.to_remind(at=now)) == [classified]
    run(tasks.remind, classified.pk)
    run(tasks.remind, classified.pk)
    deliver()
    (message,) = mail.outbox
    assert message.to == [owner.email]
    assert message.subject == "Votre annonce se termine dans quelques jours"
    assert "Vélo pliant 7 vitesses" in message.body
    assert "/classifieds/keep/" in message.body
    assert "north." in message.body
    assert not queries.to_remind(at=now)


def test_mail_that_was_not_sent_is_sent_later(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    classified = make_classified(owner, at=timezone.now() - 58 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr("tenants.community.classifieds.notifications.notify", fail)
        with pytest.raises(ConnectionError):
            run(tasks.remind, classified.pk)
    assert list(queries.to_remind(at=timezone.now())) == [classified]
    run(tasks.remind, classified.pk)
    deliver()
    assert len(mail.outbox) == 1


def test_renewed_classified_is_announced_again_and_a_closed_one_is_not(owner: User) -> None:
    now = timezone.now()
    renewed, closed = (make_classified(owner, at=now - 58 * DAY) for _ in range(2))
    actions.close(classified=closed, outcome="here", by=owner, at=now)
    for classified in (renewed, closed):
        run(tasks.remind, classified.pk)
    (notification,) = Notification.objects.all()
    assert notification.path == renewed.get_absolute_url()
    actions.renew(classified=renewed, by=owner, at=now)
    assert list(queries.to_remind(at=now + 30 * DAY)) == [renewed]


def test_the_care_of_a_board_closes_and_queues_what_is_due(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[object, object]] = []
    monkeypatch.setattr(clock, "send", lambda task, pk: sent.append((task, pk)))
    now = timezone.now()
    over = make_classified(owner, at=now - 61 * DAY)
    ending = make_classified(owner, at=now - 58 * DAY)
    stuck = make_picture(owner, ending, state="waiting")
    type(stuck).objects.update(uploaded_at=now - dt.timedelta(minutes=6))
    run(clock.sweep_board)
    over.refresh_from_db()
    assert over.outcome == "expired"
    assert sent == [(tasks.remind, ending.pk), (tasks.prepare_picture, stuck.pk)]


def test_a_conversation_finds_its_subject(owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    make_picture(owner, classified)
    (subject,) = [
        answer
        for answer in hooks.subject.ask("classified", classified.reference, teammate)
        if answer
    ]
    assert (subject.title, subject.owner_id, subject.open) == (classified.title, owner.pk, True)
    assert subject.state == "Disponible"
    assert subject.picture_url
    assert subject.picture_url.endswith("/160.webp")
    assert queries.subject("loan", classified.reference, teammate) is None
    assert queries.subject("classified", "PA-ZZZZZZ", teammate) is None
