"""Each trouble wakes every operator once when it begins and once when it ends."""

import datetime as dt
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction

from billing.ledger.settlement import cases
from billing.models import (
    Account,
    Case,
    Payment,
    Share,
    StripeCall,
    StripeEvent,
    StripeHalt,
    Transfer,
)
from billing.stripe import halts
from saas.accounts.models import User
from saas.kernel import schema
from saas.monitoring import actions, clock, queries, rules, watching
from saas.monitoring.models import ScheduledJob, Trouble
from tests.factories.records import make_event
from tests.fixtures.people import AT

type Begin = Callable[[dt.datetime, pytest.MonkeyPatch], Callable[[], object]]
MINUTE = dt.timedelta(minutes=1)
THREE_HOURS = dt.timedelta(hours=3)


@pytest.fixture(autouse=True)
def going_clock(agathe: int, db: None) -> None:
    """A clock that was heard just now; the operator is there before the test's transaction."""
    actions.record_beat(at=AT)


def call(number: int, at: dt.datetime, **columns: object) -> StripeCall:
    values: dict[str, object] = {
        "kind": "refund",
        "subject_id": number,
        "state": "parked",
        "params": {},
        "key": f"test:{number}",
        "created_at": at,
    }
    return StripeCall.objects.create(**(values | columns))


def refused_key(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    halts.halt("Invalid API Key", at=at)
    return lambda: StripeHalt.objects.update(ended_at=at)


def parked_call(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    parked = call(1, at)
    return lambda: StripeCall.objects.filter(pk=parked.pk).update(state="failed")


def parked_event(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    event = make_event("charge.failed", body=b"", state="parked", received_at=at)
    return lambda: StripeEvent.objects.filter(pk=event.pk).update(state="processed")


def open_case(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    cases.open_case(kind=Case.Kind.BALANCE, subject="balance", at=at)
    return lambda: cases.explain(Case.Kind.BALANCE, ["balance"], at=at)


def refund_without_funds(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    short = call(2, at, state="pending", failure="balance_insufficient Insufficient funds.")
    return lambda: StripeCall.objects.filter(pk=short.pk).update(state="failed")


def books_below_what_is_promised(
    _at: dt.datetime, patch: pytest.MonkeyPatch
) -> Callable[[], object]:
    sums = {Account.STRIPE_BALANCE: 3_999, Account.SHARE_HELD: -3_000, Account.SHARE_DUE: -1_000}
    patch.setattr("billing.ledger.queries.shortage.sums_at", lambda _moment: sums)

    def top_up() -> None:
        sums[Account.STRIPE_BALANCE] += 1

    return top_up


def full_disk(_at: dt.datetime, patch: pytest.MonkeyPatch) -> Callable[[], object]:
    free = shutil.disk_usage(settings.DATA_DIR).free // rules.MEBIBYTE
    patch.setattr(settings, "DISK_FREE_MB", free * 2)
    return lambda: patch.setattr(settings, "DISK_FREE_MB", 1)


def full_disk_of_the_database(at: dt.datetime, patch: pytest.MonkeyPatch) -> Callable[[], object]:
    patch.setattr(queries, "disks", lambda: [queries.Disk("database", 1)])
    return lambda: patch.setattr(queries, "disks", list)


def late_job(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    ScheduledJob.objects.filter(name="shares").update(succeeded_at=at - THREE_HOURS)
    return lambda: actions.record_success(task="billing.clock.release_shares", at=at)


def night_without_books(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    ScheduledJob.objects.filter(name="books").update(succeeded_at=at - dt.timedelta(days=2))
    return lambda: actions.record_success(task="billing.clock.close_books", at=at)


def stopped_clock(at: dt.datetime, _patch: pytest.MonkeyPatch) -> Callable[[], object]:
    ScheduledJob.objects.update(succeeded_at=at - 4 * MINUTE)
    return lambda: actions.record_beat(at=at + 2 * MINUTE)


BEGINNINGS: dict[Begin, tuple[str, str, str]] = {
    refused_key: ("stripe_halt", "Stripe refuse notre clé", "/jobs/"),
    parked_call: ("parked_call", "Appel à Stripe arrêté : remboursement", "/jobs/"),
    parked_event: ("parked_event", "Événement de Stripe arrêté : charge.failed", "/jobs/"),
    open_case: ("open_case", "Écart à examiner : Solde différent", "/reconciliation/CS-"),
    refund_without_funds: ("short_balance", "Le solde Stripe est trop bas", "/transfers/"),
    books_below_what_is_promised: (
        "short_balance",
        "Le solde Stripe est trop bas",
        "/transfers/",
    ),
    full_disk: ("disk", "Disque presque plein : les fichiers (DATA_DIR)", "/troubles/"),
    full_disk_of_the_database: ("disk", "Disque presque plein : la base", "/troubles/"),
    late_job: ("job", "Tâche en retard : shares", "/troubles/"),
    night_without_books: ("job", "Tâche en retard : books", "/troubles/"),
    stopped_clock: ("clock", "L’horloge est arrêtée", "/troubles/"),
}


def words(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("begin", BEGINNINGS, ids=lambda begin: begin.__name__)
def test_trouble_is_mailed_once_when_it_begins_and_once_when_it_ends(
    begin: Begin,
    agathe: int,
    ruben: int,
    reported: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, title, page = BEGINNINGS[begin]
    end = begin(AT, monkeypatch)

    watching.check_system(at=AT)
    watching.check_system(at=AT + MINUTE)

    [trouble] = Trouble.objects.all()
    assert (trouble.kind, trouble.ended_at) == (kind, None)
    addresses = set(User.objects.filter(pk__in=[agathe, ruben]).values_list("email", flat=True))
    assert {address for message in mail.outbox for address in message.to} == addresses
    assert len(mail.outbox) == 2
    assert words(mail.outbox[0].subject).startswith(f"Alerte : {title}"[:50])
    assert title in words(mail.outbox[0].body)
    assert f"://ops.{settings.BASE_HOST}{page}" in str(mail.outbox[0].body)
    assert [event["fingerprint"][:2] for event in reported] == [["trouble", kind]]

    end()
    watching.check_system(at=AT + 2 * MINUTE)
    watching.check_system(at=AT + 3 * MINUTE)

    trouble.refresh_from_db()
    assert trouble.ended_at == AT + 2 * MINUTE
    assert len(mail.outbox) == 4
    assert words(mail.outbox[3].subject).startswith(f"Réglé : {title}"[:50])
    assert len(reported) == 1


def test_trouble_says_in_the_mail_since_when_and_what_to_do_and_sentry_nothing_of_people(
    agathe: int, reported: list[dict[str, Any]]
) -> None:
    halts.halt("Invalid API Key of claire@helvane.example", at=AT - THREE_HOURS)
    watching.check_system(at=AT)
    text = words(mail.outbox[0].body)
    assert "Depuis le 25/11/2026 à 9 h 15." in text  # 08:15 UTC, as a clock in Paris shows it
    assert "Vérifiez STRIPE_SECRET_KEY" in text
    [event] = reported
    assert event["message"] == "trouble: stripe_halt"
    assert "helvane" not in str(event)


def test_operator_who_reads_english_gets_english(agathe: int) -> None:
    with schema.in_public():
        User.objects.filter(pk=agathe).update(language="en")
    halts.halt("Invalid API Key", at=AT)

    watching.check_system(at=AT)

    assert "Stripe refuses our key" in mail.outbox[0].subject
    assert "Since 25/11/2026 at 12:15." in str(mail.outbox[0].body)


def test_several_troubles_make_one_mail_and_another_later_is_one_of_its_own(agathe: int) -> None:
    halts.halt("Invalid API Key", at=AT)
    for number in range(30):
        call(number, AT)
    watching.check_system(at=AT)
    assert [message.subject for message in mail.outbox] == ["31 alertes"]
    assert "Et 11 autres" in words(mail.outbox[0].body)
    call(31, AT)
    watching.check_system(at=AT + MINUTE)
    assert len(mail.outbox) == 2
    assert Trouble.objects.count() == 32
    assert Trouble.objects.filter(mailed_at=None).count() == 0


def test_leaver_gets_no_mail_and_without_any_a_trouble_waits(agathe: int, ruben: int) -> None:
    User.objects.filter(pk=agathe).update(is_active=False)
    halts.halt("Invalid API Key", at=AT)
    watching.check_system(at=AT)
    assert [message.to for message in mail.outbox] == [[User.objects.get(pk=ruben).email]]
    User.objects.filter(pk=ruben).update(is_active=False)
    call(1, AT)
    watching.check_system(at=AT + MINUTE)
    assert Trouble.objects.get(kind="parked_call").mailed_at is None


def test_mail_that_stays_is_tried_again(agathe: int, monkeypatch: pytest.MonkeyPatch) -> None:
    halts.halt("Invalid API Key", at=AT)

    def refuse(**_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("saas.kernel.mail.send", refuse)
        watching.check_system(at=AT)
    watching.check_system(at=AT + MINUTE)
    assert mail.outbox == []

    actions.record_beat(at=AT + actions.MAILING_LASTS)
    watching.check_system(at=AT + actions.MAILING_LASTS)
    assert len(mail.outbox) == 1


def test_mailbox_that_refuses_keeps_no_mail_from_the_others(
    agathe: int, ruben: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from saas.kernel import mail as mails  # noqa: PLC0415 - beside Django's own `mail`

    send = mails.send
    refused: list[str] = []

    def refuse_the_first(**message: Any) -> None:
        if not refused:
            refused.append(message["to"])
            raise ConnectionRefusedError
        send(**message)

    monkeypatch.setattr(mails, "send", refuse_the_first)
    halts.halt("Invalid API Key", at=AT)
    watching.check_system(at=AT)
    watching.check_system(at=AT + MINUTE)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].to != refused


def test_trouble_that_two_look_at_is_mailed_by_one(agathe: int) -> None:
    halts.halt("Invalid API Key", at=AT)
    actions.update_troubles(at=AT)

    assert len(actions.claim_mails(at=AT)) == 1
    assert actions.claim_mails(at=AT) == []


def test_open_trouble_of_a_kind_and_subject_is_one_row() -> None:
    Trouble.objects.create(kind="job", subject="books", began_at=AT)
    Trouble.objects.create(kind="job", subject="shares", began_at=AT)

    with pytest.raises(IntegrityError, match="a_trouble_is_open_only_once"), transaction.atomic():
        Trouble.objects.create(kind="job", subject="books", began_at=AT)


def test_while_the_clock_stands_still_no_job_is_called_late(agathe: int) -> None:
    ScheduledJob.objects.update(succeeded_at=AT - dt.timedelta(days=3))

    watching.check_system(at=AT)
    actions.record_beat(at=AT + MINUTE)
    watching.check_system(at=AT + MINUTE)

    assert list(Trouble.objects.values_list("kind", flat=True)) == ["clock"]


def test_transfer_refused_for_our_balance_is_a_finding_until_it_arrives(payment: Payment) -> None:
    share = Share.objects.get(sale__payment=payment)
    Transfer.objects.create(
        share=share, state="refused", amount_cents=1, refusal="balance_insufficient", created_at=AT
    )

    Share.objects.update(state="releasable")
    assert [one.since for one in queries.findings(at=AT)["short_balance"]] == [AT]

    Share.objects.update(state="transferred")
    assert queries.findings(at=AT)["short_balance"] == []


def test_disk_stays_short_until_a_fifth_more_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    free = [99 * rules.MEBIBYTE]
    monkeypatch.setattr(queries, "disks", lambda: [queries.Disk("data", free[0])])
    monkeypatch.setattr(settings, "DISK_FREE_MB", 100)
    watching.check_system(at=AT)

    free[0] = 110 * rules.MEBIBYTE
    watching.check_system(at=AT + MINUTE)
    assert queries.open_troubles().count() == 1

    free[0] = 121 * rules.MEBIBYTE
    watching.check_system(at=AT + 2 * MINUTE)
    assert queries.open_troubles().count() == 0


def test_demo_keeps_the_mail_where_it_is_shown(agathe: int, tmp_path: Any, settings: Any) -> None:
    options = {"folder": str(tmp_path)}
    mailer = {"BACKEND": "saas.kernel.mail.OutboxBackend", "OPTIONS": options}
    settings.MAILERS = {"default": mailer}
    halts.halt("Invalid API Key", at=AT)

    watching.check_system(at=AT)

    assert len(list(tmp_path.glob("*.json"))) == 1


def test_the_watch_beats_looks_and_says_so(agathe: int) -> None:
    halts.halt("Invalid API Key", at=dt.datetime.now(dt.UTC))

    clock.watch.apply()

    assert len(mail.outbox) == 1
    beat_at = queries.last_beat_at()
    assert beat_at is not None
    assert dt.datetime.now(dt.UTC) - beat_at < MINUTE
