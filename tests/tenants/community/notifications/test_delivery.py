"""Events are told once, by each member's own choice, outside of their quiet hours."""

import datetime as dt
from typing import Any

import pytest
from celery import Task
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.mail import AddressRefusedError
from saas.kernel.notifying import Kind, Words, settle
from saas.kernel.offers import digest_hooks
from saas.kernel.places import BusyError
from tenants.community.notifications import actions, gateway, notifications, rules, tasks
from tenants.community.notifications.models import Device, Digest, Habits, Notification
from tenants.community.notifications.queries import digests, lists, readers
from tenants.community.notifications.rules import Quiet
from tests.fixtures.broker import fail
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.classifieds.making import html_of, run
from tests.tenants.community.notifications.making import (
    LONG_AGO,
    PUBLIC_KEY,
    deliver,
    make_notification,
)


def switch(person: User, kind: str, rhythm: str, *, at: dt.datetime, channel: str = "mail") -> None:
    actions.choose(
        switches={(kind, channel): rhythm}, quiet=Quiet(), digest_hour=8, by=person, at=at
    )


def test_event_is_mailed_once_in_each_readers_language(owner: User) -> None:
    reader = make_user("Ann", language="en")
    for _twice in range(2):
        make_notification(owner, reader, at=AT, kind=Kind.GATHERINGS)
    deliver()
    deliver()
    assert Notification.objects.count() == 2
    french, english = sorted(mail.outbox, key=lambda message: "Hello" in str(message.body))
    assert (french.to, english.to) == ([owner.email], [reader.email])
    assert "Activités" in str(french.body)
    assert 'lang="en"' in html_of(english)
    assert french.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert french.extra_headers["List-Unsubscribe"].startswith("<http://north.")


def test_same_event_and_one_to_do_without_a_button_are_refused_by_the_database(owner: User) -> None:
    make_notification(owner, at=AT)
    with pytest.raises(IntegrityError, match="one_event_notifies"), transaction.atomic():
        Notification.objects.create(
            person=owner, key="event:1", kind="rides", about="x", title="x", path="/", made_at=AT
        )
    with pytest.raises(IntegrityError, match="has_a_button"), transaction.atomic():
        make_notification(
            owner, at=AT, key="event:2", deadline=AT + DAY, words=lambda: Words("Répondez")
        )


@pytest.fixture
def alone(owner: User, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return the only member of the north, without news in its rooms."""
    User.objects.exclude(pk=owner.pk).update(is_active=False)
    monkeypatch.setattr(digest_hooks.novelties, "_answers", {})
    return owner


@pytest.mark.parametrize(("rhythm", "messages"), [("now", 1), ("daily", 0), ("off", 0)])
def test_choice_counts_when_the_mail_is_sent(owner: User, rhythm: str, messages: int) -> None:
    make_notification(owner, at=AT)
    switch(owner, "rides", rhythm, at=AT)
    deliver()
    assert len(mail.outbox) == messages
    assert Notification.objects.get().mail == rhythm


def test_mail_waits_for_the_end_of_quiet_hours(owner: User) -> None:
    night = AT.replace(hour=21, minute=30)  # half past ten on the wall
    row = make_notification(owner, at=night)
    assert row.mail_from == AT.replace(hour=6, minute=0) + DAY
    assert not lists.waiting_mails(at=night).exists()
    assert lists.waiting_mails(at=night + 12 * dt.timedelta(hours=1)).exists()


@pytest.mark.parametrize(("kind", "mails"), [(Kind.MESSAGES, 0), (Kind.DECISIONS, 1)])
def test_mail_that_waited_is_kept_back_once_its_reader_knows(
    owner: User, kind: Kind, mails: int
) -> None:
    make_notification(owner, at=AT, kind=kind)
    actions.read_all(by=owner, at=AT)
    deliver()
    assert len(mail.outbox) == mails


def test_settled_matter_leaves_the_list_and_sends_nothing(owner: User) -> None:
    make_notification(owner, at=AT, about="ride:1", deadline=AT + DAY)
    assert len(lists.to_do(owner, at=AT)) == 1
    settle("ride:1", at=AT)
    deliver()
    assert lists.to_do(owner, at=AT) == []
    assert len(lists.news(owner, at=AT, start=0, size=5)) == 1
    assert mail.outbox == []


def test_mail_whose_server_failed_is_tried_again(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notification(owner, at=AT)
    with monkeypatch.context() as patch:
        patch.setattr(notifications, "mail_event", fail)
        for _try in range(2):
            with pytest.raises(ConnectionError):
                deliver()
    deliver()
    assert len(mail.outbox) == 1
    assert Notification.objects.get().failures == 2


def test_refused_address_gets_nothing_more_until_its_owner_says_so(owner: User) -> None:
    make_notification(owner, at=AT)
    actions.stop_mails(address=owner.email.upper(), why="bounced", at=AT)
    make_notification(owner, at=AT, key="event:2")
    deliver()
    assert mail.outbox == []
    actions.resume_mails(by=owner, at=AT)
    make_notification(owner, at=AT, key="event:3")
    deliver()
    assert len(mail.outbox) == 1


def test_permanent_refusal_ends_mails_and_temporary_does_not(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notification(owner, at=AT)
    code = 451

    def refuse(*_: object, **__: object) -> None:
        raise AddressRefusedError(code, is_permanent=code > 500)

    monkeypatch.setattr(notifications, "mail_event", refuse)
    with pytest.raises(AddressRefusedError):
        deliver()
    assert not Habits.objects.exclude(mail_stopped_at=None).exists()
    code = 550
    deliver()
    stopped = Habits.objects.get(person=owner)
    assert (stopped.mail_stopped_for, stopped.mail_stopped_address) == ("bounced", owner.email)
    deliver()
    assert Notification.objects.get().failures == 2


def test_one_click_link_ends_a_kind_or_the_digest(owner: User) -> None:
    actions.unsubscribe(what="rides", by=owner, at=AT)
    actions.unsubscribe(what="digest", by=owner, at=AT)
    chosen = readers.reader(owner)
    assert chosen.rhythm("rides", "mail") == "off"
    assert chosen.rhythm("space", "mail") == "off"
    assert chosen.rhythm("loans", "mail") == "now"


class Carrier:
    """A push service with configured responses."""

    answer = gateway.Answer.TAKEN
    pushes: list[Any] = []

    def carry(self, _device: Device, push: Any) -> gateway.Answer:
        self.pushes.append(push)
        return self.answer


def device_of(person: User, at: dt.datetime) -> Device:
    return actions.add_device(
        endpoint=f"https://push.example.org/{person.pk}",
        public_key=PUBLIC_KEY,
        secret="A" * 22,
        name="Chrome",
        by=person,
        at=at,
    )


def test_push_says_the_kind_and_nothing_that_was_written(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUSH_CARRIER = f"{__name__}.Carrier"
    monkeypatch.setattr(Carrier, "pushes", [])
    device_of(owner, AT)
    row = make_notification(owner, at=AT)
    Notification.objects.update(push_from=LONG_AGO)
    run(tasks.push_waiting)
    run(tasks.push_waiting)
    (push,) = Carrier.pushes
    assert (push.title, push.text) == ("Répondre", "Trajets partagés")
    assert push.url == row.get_absolute_url()
    assert "Karim" not in str(push)


def test_device_that_is_gone_is_forgotten_and_a_leavers_too(
    owner: User, teammate: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUSH_CARRIER = f"{__name__}.Carrier"
    monkeypatch.setattr(Carrier, "answer", gateway.Answer.GONE)
    device_of(owner, AT)
    device_of(teammate, AT)
    make_notification(owner, at=AT)
    Notification.objects.update(push_from=LONG_AGO)
    run(tasks.push_waiting)
    assert [device.person_id for device in Device.objects.all()] == [teammate.pk]
    hooks.member_left.ask(teammate, AT)
    assert not Device.objects.exists()


def test_push_that_no_device_took_for_now_leaves_again_while_it_is_news(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUSH_CARRIER = f"{__name__}.Carrier"
    monkeypatch.setattr(Carrier, "pushes", [])
    monkeypatch.setattr(Carrier, "answer", gateway.Answer.LATER)
    now = timezone.now()
    device_of(owner, now)
    row = make_notification(owner, at=now)
    Notification.objects.update(push_from=now)
    run(tasks.push_waiting)
    row.refresh_from_db()
    assert Device.objects.count() == 1
    assert row.pushed_at is None
    assert row.push_from
    assert row.push_from > timezone.now()
    monkeypatch.setattr(Carrier, "answer", gateway.Answer.TAKEN)
    Notification.objects.update(push_from=now)
    run(tasks.push_waiting)
    run(tasks.push_waiting)
    assert len(Carrier.pushes) == 2
    assert rules.push_again(now - rules.PUSH_IS_NEWS_FOR, at=now) is None


def test_push_that_found_no_place_is_kept_for_the_next_job(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def carry(*_: Any) -> None:
        raise BusyError

    settings.PUSH_CARRIER = f"{__name__}.Carrier"
    monkeypatch.setattr(Carrier, "carry", carry)
    queued: list[Any] = []
    monkeypatch.setattr(Task, "apply_async", lambda *_, **how: queued.append(how))
    device_of(owner, AT)
    make_notification(owner, at=AT)
    Notification.objects.update(push_from=LONG_AGO)
    run(tasks.push_waiting)
    assert len(queued) == 1
    assert Notification.objects.get().pushed_at is None


def send_digests(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    """Send the digests due at a moment, and return the number of mails."""
    before = len(mail.outbox)
    monkeypatch.setattr(timezone, "now", lambda: at)
    run(tasks.send_digests)
    return len(mail.outbox) - before


def test_digest_lists_what_waited_and_what_is_new_to_this_reader(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.exclude(pk__in=[owner.pk, teammate.pk]).update(is_active=False)
    new = digest_hooks.Novelty(AT, "tag", "Vélo pliant", "vends", "/classifieds/PA-1/", teammate.pk)
    monkeypatch.setattr(digest_hooks.novelties, "_answers", {"test": lambda *_: [new]})
    make_notification(owner, at=AT, kind=Kind.THANKS, words=lambda: Words("On vous remercie"))
    morning = AT.replace(hour=8) + DAY
    assert send_digests(morning, monkeypatch) == 1
    assert send_digests(morning + dt.timedelta(hours=2), monkeypatch) == 0
    (message,) = mail.outbox
    assert message.to == [owner.email]  # the author of the new item gets no digest
    assert "On vous remercie" in str(message.body)
    assert "Vélo pliant" in str(message.body)
    assert message.subject == "On vous remercie, et 1 autre nouvelle"
    assert message.extra_headers["List-Unsubscribe"]


def test_digest_waits_for_the_next_morning_of_who_joins_late_or_wants_quiet(
    alone: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notification(alone, at=AT - DAY, kind=Kind.THANKS)
    assert send_digests(AT.replace(hour=22), monkeypatch) == 0  # the clock comes back by night
    User.objects.filter(pk=alone.pk).update(created_at=AT)
    assert send_digests(AT.replace(hour=15), monkeypatch) == 0
    assert send_digests(AT.replace(hour=8) + DAY, monkeypatch) == 1


@pytest.mark.parametrize(("rhythm", "mails"), [("now", 1), ("daily", 1), ("off", 0)])
def test_entry_for_a_digest_comes_unless_its_kind_is_switched_off(
    alone: User, monkeypatch: pytest.MonkeyPatch, rhythm: str, mails: int
) -> None:
    make_notification(alone, at=AT, kind=Kind.THANKS)
    switch(alone, "thanks", rhythm, at=AT)
    assert send_digests(AT.replace(hour=8) + DAY, monkeypatch) == mails


def test_digest_names_five_things_of_different_rooms(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    symbols = ["tag"] * 6 + ["car", "run"]
    new = [
        digest_hooks.Novelty(AT, symbol, f"Chose {number}", "40 € · Accueil", "/x/", teammate.pk)
        for number, symbol in enumerate(symbols)
    ]
    monkeypatch.setattr(digest_hooks.novelties, "_answers", {"test": lambda *_: new})
    assert send_digests(AT.replace(hour=8) + DAY, monkeypatch)
    message = next(one for one in mail.outbox if one.to == [owner.email])
    named = [number for number in range(8) if f"Chose {number}" in str(message.body)]
    assert named == [0, 1, 2, 6, 7]
    assert message.subject == "Chose 0, et 7 autres nouvelles"


def test_digest_ends_after_eight_that_led_nowhere_and_says_so(
    alone: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(11):
        day = AT.replace(hour=8) + number * DAY
        make_notification(alone, at=day - DAY / 2, key=f"event:{number}", kind=Kind.THANKS)
        send_digests(day, monkeypatch)
    assert [message.subject for message in mail.outbox[-2:]] == [
        "Une demande pour votre trajet",
        "Votre résumé du jour s’arrête",
    ]
    assert Digest.objects.filter(farewell=False).count() == 8
    actions.resume_digests(by=alone, at=AT + 12 * DAY)
    assert Habits.objects.get(person=alone).digests_stopped_at is None


def test_digest_without_anything_left_to_say_is_never_sent(
    alone: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notification(alone, at=AT, kind=Kind.THANKS)
    real = digests.digests_to_send

    def read_meanwhile(**given: Any) -> Any:
        actions.read_all(by=alone, at=AT)
        return real(**given)

    monkeypatch.setattr(digests, "digests_to_send", read_meanwhile)
    assert send_digests(AT.replace(hour=8) + DAY, monkeypatch) == 0
    assert not Digest.objects.exists()


def test_old_entries_are_forgotten_unless_they_wait(owner: User) -> None:
    make_notification(owner, at=AT - 91 * DAY)
    make_notification(owner, at=AT - 91 * DAY, key="event:2", deadline=AT + DAY)
    assert actions.forget(at=AT) == 1
