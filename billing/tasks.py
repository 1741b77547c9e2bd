"""What is finished after the commit: calls are made, events processed, people told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task, shared_task
from celery.exceptions import OperationalError
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
from saas.kernel import cache
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
    """Mail a merchant where their invoice or credit note is, at most once.

    The row is claimed first and free while the letter travels. A mail server that says no gives
    it back to the clock; a worker killed in between loses the letter, the paper is at the desk.
    """
    if not _claim_letter(Invoice, invoice_id):
        return
    with _given_back_on_failure(Invoice, invoice_id):
        notifications.tell_of_invoice(invoice_id)
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice_id)
        move("invoice", invoice, "sent", by=CLOCK, at=timezone.now())


@shared_task(base=PublicTask)
def tell_of_transfer(transfer_id: int) -> None:
    """Mail a council that a share has left for its account, at most once, as `send_invoice`."""
    if not _claim_letter(Transfer, transfer_id):
        return
    with _given_back_on_failure(Transfer, transfer_id):
        notifications.tell_of_transfer(transfer_id)


def _claim_letter(kind: type[Invoice | Transfer], row_id: int) -> bool:
    """Note that somebody is told now; of two jobs at once one is told that it is theirs."""
    untold = kind.objects.filter(pk=row_id, told_at=None)
    return untold.update(told_at=timezone.now()) == 1


@contextmanager
def _given_back_on_failure(kind: type[Invoice | Transfer], row_id: int) -> Iterator[None]:
    """Let the clock try again what could not be mailed."""
    try:
        yield
    except Exception:
        kind.objects.filter(pk=row_id).update(told_at=None)
        raise


def follow_up() -> None:
    """Queue what is due now: each row says so itself, and queueing twice does no harm.

    Where the broker does not answer, nothing is lost: the clock asks again each minute.
    """
    try:
        for intent_id in queries.intents_to_send():
            _queue(send_intent, intent_id)
        for invoice_id in queries.invoices_to_send():
            _queue(send_invoice, invoice_id)
        for transfer_id in queries.transfers_to_tell():
            _queue(tell_of_transfer, transfer_id)
    except OperationalError:
        logger.warning("what is due waits for the clock: the broker does not answer")


def _queue(task: Task[Any, None], row_id: int) -> None:
    """Queue a row once a minute: it stays due until its job has run, and jobs follow jobs.

    A store that is down remembers no row, and so holds none back.
    """
    if cache.counted(f"queued:{task.name}:{row_id}", seconds=QUEUED_SECONDS) <= 1:
        send(task, row_id)
