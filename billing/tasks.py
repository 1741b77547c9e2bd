"""What is finished after the commit: calls are made, events processed, people told."""

import logging
from typing import Any

from celery import Task, shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from billing import notifications, queries
from billing.models import Invoice, Transfer
from billing.settlement import (
    accounts,
    events,
    payments,
    refunds,
    releases,
    reversals,
    sending,
)
from billing.settlement.moves import CLOCK, move
from billing.settlement.payments import NeedsOperator
from saas.kernel.tasks import PublicTask, send

logger = logging.getLogger(__name__)
QUEUED_SECONDS = 60


@shared_task(base=PublicTask)
def send_intent(intent_id: int) -> None:
    """Make a call to Stripe that was written down before."""
    sending.send(intent_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def process_event(event_id: int) -> None:
    """Fetch again what an event is about."""
    events.process(event_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def converge_payment(payment_id: int) -> None:
    """Fetch a Checkout session again."""
    try:
        payments.converge(payment_id, at=timezone.now())
    except NeedsOperator as problem:
        logger.error("payment %s: %s", payment_id, problem)  # noqa: TRY400 - no fault of ours
    follow_up()


@shared_task(base=PublicTask)
def converge_refunds(payment_id: int) -> None:
    """Fetch the refunds of a payment again."""
    refunds.converge(payment_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def converge_account(council_id: int) -> None:
    """Fetch a council's account again; what waited for it may leave."""
    at = timezone.now()
    accounts.converge(council_id, at=at)
    releases.release_council(council_id, at=at)
    follow_up()


@shared_task(base=PublicTask)
def release_council(council_id: int) -> None:
    """Let what waited for a council leave."""
    releases.release_council(council_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def ask_again(reversal_id: int) -> None:
    """Ask again for what a council owes."""
    reversals.ask_again(reversal_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def send_invoice(invoice_id: int) -> None:
    """Mail a merchant where their invoice or credit note is, once."""
    with transaction.atomic():
        invoice = (
            Invoice.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=invoice_id, told_at=None)
            .first()
        )
        if invoice is None:
            return
        at = timezone.now()
        notifications.tell_of_invoice(invoice_id)
        invoice.told_at = at
        invoice.save(update_fields=["told_at"])
        move("invoice", invoice, "sent", by=CLOCK, at=at)


@shared_task(base=PublicTask)
def tell_of_transfer(transfer_id: int) -> None:
    """Mail a council that a share has left for its account, once."""
    with transaction.atomic():
        transfer = (
            Transfer.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=transfer_id, told_at=None)
            .first()
        )
        if transfer is None:
            return
        notifications.tell_of_transfer(transfer_id)
        transfer.told_at = timezone.now()
        transfer.save(update_fields=["told_at"])


def follow_up() -> None:
    """Queue what is due now: each row says so itself, and queueing twice does no harm."""
    for intent_id in queries.intents_to_send():
        _queue(send_intent, intent_id)
    for invoice_id in queries.invoices_to_send():
        _queue(send_invoice, invoice_id)
    for transfer_id in queries.transfers_to_tell():
        _queue(tell_of_transfer, transfer_id)


def _queue(task: Task[Any, None], row_id: int) -> None:
    """Queue a row once a minute: it stays due until its job has run, and jobs follow jobs."""
    if cache.add(f"queued:{task.name}:{row_id}", value=True, timeout=QUEUED_SECONDS):
        send(task, row_id)
