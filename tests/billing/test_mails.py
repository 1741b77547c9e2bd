"""Mails to merchants and councils: no action is blocked by a mail, and no mail is lost."""

import datetime as dt
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connections
from django.db.models.functions import Now

from billing import clock
from billing.councils.queries.due import councils_to_mail
from billing.councils.tasks import mail_transfers
from billing.models import Invoice, StateChange, Transfer
from billing.orders.tasks import sync_payment
from billing.papers import tasks
from billing.stripe.tasks import follow_up, send_call
from saas.catalogue.merchants.models import Merchant
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
    return Transfer.objects.select_related("share").get(state="done", mailed_at=None)


def broken_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise SMTPServerDisconnected("no answer")

    monkeypatch.setattr("billing.councils.notifications.mail.send", refuse)


@pytest.mark.usefixtures("own_database")
def test_two_jobs_at_once_mail_a_council_once(till: Till) -> None:
    transfer = sent(till)
    mail.outbox.clear()
    at_once(mail_transfers, [transfer.share.council_id] * 4)
    assert [message.to for message in mail.outbox] == [["cse@north.example"]]


@pytest.fixture
def half_arrived(till: Till, shop: Merchant) -> list[int]:
    """Release two shares: a transfer just made, and the arguments of the other's pending call."""
    till.active_account(make_council("north"))
    for cents in (10_000, 5_000):
        till.sell(make_campaign(shop, {"north": cents}, at=till.at))
    mail.outbox.clear()
    clock.release(at=till.at + HOLD)
    first, second = [args for task, args in till.jobs.waiting if task.name == send_call.name]
    send_call(*first)
    till.jobs.waiting.clear()
    assert Transfer.objects.filter(state="done").update(done_at=Now()) == 1
    return list(second)


def test_council_gets_one_mail_of_all_that_leaves_together(half_arrived: list[int]) -> None:
    assert not councils_to_mail().exists()
    send_call(*half_arrived)
    mail_transfers(councils_to_mail().get().pk)
    (message,) = [one for one in mail.outbox if one.to == ["cse@north.example"]]
    assert message.subject == "2 reversements pour votre CSE\u00a0: 60,00\u00a0€"
    text = str(message.body)
    assert "40,00\u00a0€ · Maison" in text
    assert "20,00\u00a0€ · Maison" in text
    assert "/council/ledger/\n" in text
    assert not councils_to_mail().exists()


@pytest.mark.usefixtures("half_arrived")
def test_council_waits_no_longer_than_an_hour_for_a_transfer_that_hangs() -> None:
    Transfer.objects.filter(state="done").update(done_at=Now() - dt.timedelta(minutes=61))
    mail_transfers(councils_to_mail().get().pk)
    (message,) = [one for one in mail.outbox if one.to == ["cse@north.example"]]
    assert message.subject == "Un reversement pour votre CSE"


@pytest.mark.usefixtures("own_database")
def test_rows_are_unlocked_while_mail_is_sent(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
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
    mail_transfers(transfer.share.council_id)
    tasks.send_invoice(Invoice.objects.get().pk)
    assert locked == ["billing_transfer", "billing_invoice"] * 2


@pytest.mark.django_db
def test_mail_that_a_server_refuses_is_sent_later(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = sent(till)
    invoice = Invoice.objects.get()
    mail.outbox.clear()
    with monkeypatch.context() as patched:
        broken_mail(patched)
        with pytest.raises(SMTPServerDisconnected):
            mail_transfers(transfer.share.council_id)
        with pytest.raises(SMTPServerDisconnected):
            tasks.send_invoice(invoice.pk)
    assert Invoice.objects.get().state == "rendered"
    mail_transfers(transfer.share.council_id)
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
