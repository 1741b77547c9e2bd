"""Mails to merchants and councils: nobody waits for a mail, and none is lost."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connections

from billing import clock
from billing.councils.tasks import mail_transfer
from billing.models import Invoice, StateChange, Transfer
from billing.orders.tasks import sync_payment
from billing.papers import tasks
from billing.stripe.tasks import follow_up, send_call
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.broker import kill_broker, kill_store
from tests.fixtures.together import at_once


def sent(till: Till) -> Transfer:
    """Sell a campaign, draw its invoice and let its share arrive, without telling anybody."""
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    clock.release(at=till.at + HOLD)
    for task, args in till.jobs.waiting:
        if task.name in {send_call.name, tasks.render_invoice.name}:
            task(*args)
    return Transfer.objects.get(state="done", mailed_at=None)


def broken_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise SMTPServerDisconnected("no answer")

    monkeypatch.setattr("billing.councils.notifications.mail.send", refuse)


@pytest.mark.usefixtures("own_database")
def test_two_jobs_at_once_mail_a_council_once(till: Till) -> None:
    transfer = sent(till)
    mail.outbox.clear()
    at_once(mail_transfer, [transfer.pk] * 4)
    assert [message.to for message in mail.outbox] == [["cse@north.example"]]


@pytest.mark.usefixtures("own_database")
def test_rows_are_not_locked_while_their_mail_is_sent(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = sent(till)
    locked: list[str] = []

    def lock_elsewhere(_: int) -> None:
        with connections["default"].cursor() as cursor:
            for table in ("billing_transfer", "billing_invoice"):
                cursor.execute(f"SELECT id FROM {table} FOR UPDATE NOWAIT")  # noqa: S608 - our words
                locked.append(table)

    monkeypatch.setattr(
        "billing.councils.notifications.mail.send", lambda **_: at_once(lock_elsewhere, [0])
    )
    mail_transfer(transfer.pk)
    tasks.send_invoice(Invoice.objects.get().pk)
    assert locked == ["billing_transfer", "billing_invoice"] * 2


@pytest.mark.django_db
def test_a_mail_that_the_mail_server_refuses_is_sent_later(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = sent(till)
    invoice = Invoice.objects.get()
    mail.outbox.clear()
    with monkeypatch.context() as patched:
        broken_mail(patched)
        with pytest.raises(SMTPServerDisconnected):
            mail_transfer(transfer.pk)
        with pytest.raises(SMTPServerDisconnected):
            tasks.send_invoice(invoice.pk)
    assert Invoice.objects.get().state == "rendered"
    mail_transfer(transfer.pk)
    tasks.send_invoice(invoice.pk)
    tasks.send_invoice(invoice.pk)
    assert len(mail.outbox) == 2
    assert Invoice.objects.get().state == "sent"
    assert StateChange.objects.filter(machine="invoice", trigger="sent").count() == 1


@pytest.mark.django_db
def test_a_dead_store_holds_nothing_back(
    till: Till, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.sell(campaign)
    till.jobs.waiting.clear()
    kill_store(monkeypatch)
    follow_up()
    assert [task.name for task, _ in till.jobs.waiting] == [tasks.render_invoice.name]


@pytest.mark.django_db
def test_due_row_is_queued_once_a_minute(till: Till, campaign: Campaign) -> None:
    till.sell(campaign)
    till.jobs.waiting.clear()
    follow_up()
    follow_up()
    assert [task.name for task, _ in till.jobs.waiting] == [tasks.render_invoice.name]


@pytest.mark.django_db
@pytest.mark.usefixtures("papers")
def test_a_job_whose_call_is_booked_does_not_fail_because_the_broker_died(
    till: Till, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = till.open(campaign)
    payment = till.pay(order)
    with monkeypatch.context() as patched:
        kill_store(patched)
        tried = kill_broker(patched)
        sync_payment(payment.pk)
    assert tried == [tasks.render_invoice.name]
    mail.outbox.clear()
    till.jobs.catch_up()
    assert [message.subject for message in mail.outbox] == ["Votre facture F2026-00001"]
