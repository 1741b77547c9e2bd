"""Tasks after the commit: calls are made, events processed, people told."""

import contextlib
import logging
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task
from celery.exceptions import OperationalError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from billing import notifications, queries
from billing.models import (
    Claim,
    CouncilNotice,
    Dispute,
    Invoice,
    Payment,
    Refund,
    Subscription,
    TaxPayment,
    Transfer,
)
from billing.rules import machines
from billing.settlement import (
    accounts,
    changes,
    disputes,
    events,
    months,
    payments,
    payouts,
    reconcile,
    refunds,
    releases,
    rendering,
    reversals,
)
from billing.settlement.calls.send import make_call
from billing.settlement.payments import NeedsOperator
from billing.settlement.transitions import CLOCK, transition
from saas.kernel import cache, pending_mail
from saas.kernel.tasks import FIRST, PublicTask, send

logger = logging.getLogger(__name__)
QUEUED_SECONDS = 60
MANY, FEW = 500, 5  # how many calls are looked at
OURS = 0  # our own balance is no council's


@shared_task(base=PublicTask)
def send_call(call_id: int) -> None:
    """Make a call to Stripe that was written down before; its answer may prepare the next one."""
    made = make_call(call_id, at=timezone.now())
    if made is not None and made.kind in queries.WAITED_FOR:
        _go_on_with_what_is_waited_for(made.pk)
    follow_up(most=FEW)


def _go_on_with_what_is_waited_for(call_id: int) -> None:
    """Have made what a click needs next; a try that is due in seconds waits for no clock."""
    seconds = queries.seconds_to_next_try(call_id, at=timezone.now())
    with contextlib.suppress(OperationalError):  # the clock takes it up
        if seconds is not None and seconds < QUEUED_SECONDS:
            send(send_call, call_id, after_seconds=seconds, priority=FIRST)
        _queue(send_call, queries.calls_waited_for(most=FEW), priority=FIRST)


@shared_task(base=PublicTask)
def process_event(event_id: int) -> None:
    """Fetch again what an event is about."""
    events.process(event_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def sync_payment(payment_id: int) -> None:
    """Fetch a Checkout session again."""
    try:
        payments.sync(payment_id, at=timezone.now())
    except NeedsOperator as problem:
        logger.error("payment %s: %s", payment_id, problem)  # noqa: TRY400 - no fault of ours
    follow_up()


@shared_task(base=PublicTask)
def sync_subscription(subscription_id: int) -> None:
    """Fetch what is paid each month again, and each of its months that is no sale yet."""
    try:
        months.sync_all(subscription_id, at=timezone.now())
    except NeedsOperator as problem:
        logger.error("subscription %s: %s", subscription_id, problem)  # noqa: TRY400 - no fault of ours
    follow_up()


@shared_task(base=PublicTask)
def sync_refunds(payment_id: int) -> None:
    """Fetch the refunds of a payment again."""
    refunds.sync(payment_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def sync_dispute(dispute_id: int) -> None:
    """Fetch a dispute again."""
    disputes.sync(dispute_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def sync_payouts(council_id: int, days: int = 2) -> None:
    """Fetch the payouts of some days again, of a council or ours, and those still on their way."""
    payouts.sync_lately(council_id or None, days=days, at=timezone.now())


@shared_task(base=PublicTask)
def tell_of_dispute(dispute_id: int) -> None:
    """Mail the merchant and the councils what became of a dispute."""
    pending_mail.send_once(queries.disputes_to_tell(), dispute_id, _tell_of_dispute)


def _tell_of_dispute(dispute: Dispute) -> None:
    notifications.tell_of_dispute(dispute.pk)


@shared_task(base=PublicTask)
def tell_of_refund(refund_id: int) -> None:
    """Mail a merchant that a refund did not arrive, or how it was paid after all."""
    pending_mail.send_once(queries.refunds_to_tell(), refund_id, _tell_of_refund)


def _tell_of_refund(refund: Refund) -> None:
    notifications.tell_of_refund(refund.pk)


@shared_task(base=PublicTask)
def sync_account(council_id: int) -> None:
    """Fetch a council's account again; what waited for it may leave."""
    at = timezone.now()
    accounts.sync(council_id, at=at)
    changes.sync(council_id, at=at)
    releases.release_due(at=at, council_id=council_id)
    follow_up()


@shared_task(base=PublicTask)
def release_council(council_id: int) -> None:
    """Let what waited for a council leave."""
    releases.release_due(at=timezone.now(), council_id=council_id)
    follow_up()


@shared_task(base=PublicTask)
def retry_reversal(reversal_id: int) -> None:
    """Ask again for what a council owes."""
    reversals.retry(reversal_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def look_for_claim(reversal_id: int) -> None:
    """Look what came back of what nobody asks Stripe for any more."""
    reversals.look_for(Claim.objects.get(pk=reversal_id), at=timezone.now())


@shared_task(base=PublicTask)
def refetch_case(case_id: int) -> None:
    """Fetch again what a case is about, and compare again."""
    reconcile.refetch_case(case_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def render_invoice(invoice_id: int) -> None:
    """Make the file of an invoice or a credit note; then its merchant is told."""
    rendering.render(invoice_id, at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def render_statement(statement_id: int) -> None:
    """Make the file of a statement, or of an invoice that we wrote in a council's name."""
    rendering.render_statement(statement_id, at=timezone.now())


@shared_task(base=PublicTask)
def send_invoice(invoice_id: int) -> None:
    """Mail a merchant where their invoice or credit note is."""
    pending_mail.send_once(queries.invoices_to_send(), invoice_id, _send_invoice)


def _send_invoice(invoice: Invoice) -> None:
    notifications.tell_of_invoice(invoice.pk, pdf=_file_of(invoice))
    with transaction.atomic():
        sent = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice.pk)
        if machines.following("invoice", sent.state, "sent") is not None:
            transition("invoice", sent, "sent", by=CLOCK, at=timezone.now())


def _file_of(invoice: Invoice) -> bytes | None:
    """Return the file of a paper; a letter goes without one that was altered, and leads to it."""
    try:
        return rendering.content_of(invoice)
    except rendering.PaperAltered:
        return None


@shared_task(base=PublicTask)
def tell_of_transfer(transfer_id: int) -> None:
    """Mail a council that a share has left for its account."""
    pending_mail.send_once(queries.transfers_to_tell(), transfer_id, _tell_of_transfer)


def _tell_of_transfer(transfer: Transfer) -> None:
    notifications.tell_of_transfer(transfer.pk)


@shared_task(base=PublicTask)
def tell_of_tax(tax_id: int) -> None:
    """Mail a council that the VAT of an invoice in its name has left for its account."""
    pending_mail.send_once(queries.taxes_to_tell(), tax_id, _tell_of_tax)


def _tell_of_tax(tax: TaxPayment) -> None:
    notifications.tell_of_tax(tax.pk)


@shared_task(base=PublicTask)
def tell_council(notice_id: int) -> None:
    """Mail a council's people what happened to its account or its terms."""
    pending_mail.send_once(queries.notices_to_tell(), notice_id, _tell_council)


def _tell_council(notice: CouncilNotice) -> None:
    notifications.tell_of_notice(notice.pk)


@shared_task(base=PublicTask)
def tell_of_debit(payment_id: int) -> None:
    """Mail a merchant that a debit is on its way, or that their bank refused it."""
    pending_mail.send_once(queries.payments_to_tell(), payment_id, _tell_of_debit)


def _tell_of_debit(payment: Payment) -> None:
    notifications.tell_of_debit(payment.pk)


@shared_task(base=PublicTask)
def tell_of_months(subscription_id: int) -> None:
    """Mail a merchant that a month was refused, that no other comes, or that it is over."""
    pending_mail.send_once(queries.subscriptions_to_tell(), subscription_id, _tell_of_months)


def _tell_of_months(subscription: Subscription) -> None:
    notifications.tell_of_months(subscription.pk)


def follow_up(*, most: int = MANY) -> None:
    """Queue what is due now: each row says so itself, and queueing twice does no harm.

    A call looks at the `most` newest ones only, among which its own are: hundreds may be under way.
    Where the broker does not answer, nothing is lost: the clock asks again each minute.
    """
    try:
        _queue(send_call, queries.calls_to_send(most=most))
        letters_due = _letters()
        waiting = queries.first_of(*(ask for _task, ask in letters_due))
        for (task, _ask), row_ids in zip(letters_due, waiting, strict=True):
            _queue(task, row_ids)
    except OperationalError:
        logger.warning("what is due waits for the clock: the broker does not answer")


def _letters() -> list[tuple[Task[Any, None], Callable[[], QuerySet[Any]]]]:
    """Name the jobs whose rows wait for a paper or a letter, each with how they are found."""
    return [
        (render_invoice, queries.invoices_to_render),
        (render_statement, queries.statements_to_render),
        (send_invoice, queries.invoices_to_send),
        (tell_of_transfer, queries.transfers_to_tell),
        (tell_of_tax, queries.taxes_to_tell),
        (tell_of_dispute, queries.disputes_to_tell),
        (tell_of_refund, queries.refunds_to_tell),
        (tell_council, queries.notices_to_tell),
        (tell_of_debit, queries.payments_to_tell),
        (tell_of_months, queries.subscriptions_to_tell),
    ]


def _queue(task: Task[Any, None], row_ids: list[int], *, priority: int | None = None) -> None:
    """Queue rows once a minute each: they stay due until their job has run, and jobs follow jobs.

    All are looked up at once, since hundreds may be under way. A store that is down remembers no
    row, and so holds none back.
    """
    names = {f"queued:{task.name}:{row_id}": row_id for row_id in row_ids}
    fresh = cache.missing(names) if len(names) > 1 else names
    for name in (name for name in names if name in fresh):
        if cache.claimed(name, seconds=QUEUED_SECONDS):
            send(task, names[name], priority=priority)
