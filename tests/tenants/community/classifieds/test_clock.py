"""The clock's work on classifieds, and the mails to their authors."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.classifieds import actions, clock, tasks
from tenants.community.classifieds.queries import single as queries
from tenants.spaces import fan_out
from tests.fixtures.people import make_user
from tests.tenants.community.classifieds.making import (
    DAY,
    html_of,
    make_classified,
    make_picture,
    run,
)
from tests.tenants.community.notifications.making import deliver

type Queued = list[tuple[str, str, tuple[object, ...]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Queued:
    """The jobs that the clock queued: name, space, ids."""
    queued: Queued = []

    def send(task: Any, *args: object, space: str = "", **_wait: int) -> None:
        queued.append((task.__name__, space or schema.current(), args))

    monkeypatch.setattr(clock, "send", send)
    monkeypatch.setattr(fan_out, "send", send)
    return queued


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


def test_the_mail_is_in_the_language_of_its_reader(in_north: None) -> None:
    reader = make_user("Ann", language="en")
    classified = make_classified(reader, at=timezone.now() - 58 * DAY)
    run(tasks.remind, classified.pk)
    deliver()
    (message,) = mail.outbox
    assert 'lang="en"' in html_of(message)


def test_a_mail_that_could_not_be_sent_is_sent_later(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    classified = make_classified(owner, at=timezone.now() - 58 * DAY)

    def fail(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("tenants.community.classifieds.notifications.notify", fail)
        with pytest.raises(ConnectionError):
            run(tasks.remind, classified.pk)
    assert list(queries.to_remind(at=timezone.now())) == [classified]
    run(tasks.remind, classified.pk)
    deliver()
    assert len(mail.outbox) == 1


def test_author_is_not_reminded_of_a_closed_classified(owner: User) -> None:
    now = timezone.now()
    classified = make_classified(owner, at=now - 58 * DAY)
    actions.close(classified=classified, outcome="here", by=owner, at=now)
    run(tasks.remind, classified.pk)
    assert mail.outbox == []


def test_a_renewed_classified_is_announced_again_before_its_new_end(owner: User) -> None:
    now = timezone.now()
    classified = make_classified(owner, at=now - 58 * DAY)
    run(tasks.remind, classified.pk)
    actions.renew(classified=classified, by=owner, at=now)
    assert list(queries.to_remind(at=now + 30 * DAY)) == [classified]


def test_the_care_of_a_board_closes_and_queues_what_is_due(owner: User, sent: Queued) -> None:
    now = timezone.now()
    over = make_classified(owner, at=now - 61 * DAY)
    ending = make_classified(owner, at=now - 58 * DAY)
    stuck = make_picture(owner, ending, state="waiting")
    type(stuck).objects.update(uploaded_at=now - dt.timedelta(minutes=6))
    run(clock.sweep_board)
    over.refresh_from_db()
    assert over.outcome == "expired"
    assert sent == [
        ("remind", "north", (ending.pk,)),
        ("prepare_picture", "north", (stuck.pk,)),
    ]


def test_each_open_space_is_looked_after(in_north: None, sent: Queued) -> None:
    clock.sweep_boards.apply(throw=True)
    assert {("sweep_board", "north", ()), ("sweep_board", "south", ())} <= set(sent)


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
