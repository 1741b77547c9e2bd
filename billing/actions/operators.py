"""What operators decide: refunds, what is written off, what is tried again."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing import ledger, queries, tasks
from billing.models import (
    Order,
    Refund,
    Reversal,
    Sale,
    Share,
    StripeEvent,
    StripeHalt,
    StripeIntent,
)
from billing.rules import checks, machines, postings
from billing.settlement import refunds
from billing.settlement.moves import keep, move
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit


@transaction.atomic
def request_refund(
    *, order: Order, amount_cents: int, by: User, at: dt.datetime, reason: str = ""
) -> Refund:
    """Give a merchant money back; above 500 € of one order a second person approves it first."""
    sale = _locked_sale(order)
    unseconded_cents = queries.unseconded_cents(sale)
    checks.check_refund(amount_cents, refundable_cents=queries.refundable_cents(sale))
    refund = Refund(
        payment=sale.payment,
        sale=sale,
        amount_cents=amount_cents,
        reason=reason,
        requested_by=by,
        requested_at=at,
    )
    refund.full_clean()
    refund.save()
    if not checks.needs_second_person(amount_cents, unseconded_cents=unseconded_cents):
        _approve(refund, by=by, at=at)
    return refund


def _locked_sale(order: Order) -> Sale:
    sale = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment")
        .filter(order=order)
        .first()
    )
    if sale is None:
        raise Refused(_("Rien n’a été payé pour cette commande."))
    return sale


@transaction.atomic
def approve_refund(*, refund: Refund, by: User, at: dt.datetime) -> Refund:
    """Approve a refund that somebody else asked for."""
    refund = _locked_refund(refund)
    machines.check("refund", refund.state, "approved")
    checks.check_may_approve(requested_by_id=refund.requested_by_id, approver_id=by.pk)
    _approve(refund, by=by, at=at)
    return refund


@transaction.atomic
def reject_refund(*, refund: Refund, by: User, at: dt.datetime) -> Refund:
    """Reject a refund that waits for approval."""
    refund = _locked_refund(refund)
    machines.check("refund", refund.state, "rejected")
    move("refund", refund, "rejected", by=by.reference, at=at)
    return refund


def _locked_refund(refund: Refund) -> Refund:
    return (
        Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund.pk)
    )


def _approve(refund: Refund, *, by: User, at: dt.datetime) -> None:
    refund.approved_by = by
    move("refund", refund, "approved", by=by.reference, at=at, also=["approved_by"])
    intent = refunds.freeze(refund, refund.payment)
    after_commit(tasks.send_intent, intent.pk)


@transaction.atomic
def write_off(*, reversal: Reversal, reason: str, by: User, at: dt.datetime) -> Reversal:
    """Give up what a council owes."""
    checks.check_reason(reason, field="reason")
    share = Share.objects.select_for_update().get(pk=reversal.share_id)
    reversal = Reversal.objects.select_for_update().get(pk=reversal.pk)
    machines.check("reversal", reversal.state, "written_off")
    ledger.post(
        f"reversal:{reversal.uuid}:written_off",
        postings.written_off(
            cents=reversal.left_cents, council_id=share.council_id, sale_id=share.sale_id
        ),
        kind="written_off",
        at=at,
    )
    reversal.settled_cents, reversal.settled_at = reversal.amount_cents, at
    reversal.save(update_fields=["settled_cents", "settled_at"])
    move("reversal", reversal, "written_off", by=by.reference, at=at, why=reason)
    return reversal


@transaction.atomic
def end_halt(*, by: User, at: dt.datetime) -> None:
    """Speak to Stripe again, now that our key is right."""
    for halt in StripeHalt.objects.select_for_update().filter(ended_at=None):
        halt.ended_at = at
        halt.save(update_fields=["ended_at"])
        keep("halt", halt.pk, "ended", states=("halted", "ended"), by=by.reference, at=at)


@transaction.atomic
def retry_intent(*, intent: StripeIntent, by: User, at: dt.datetime) -> None:
    """Look at Stripe whether a parked call was done, and make it under a new key if not."""
    intent = StripeIntent.objects.select_for_update().get(pk=intent.pk)
    if intent.state != StripeIntent.State.PARKED:
        raise Refused(_("Cet appel n’attend plus personne."))
    intent.state = StripeIntent.State.UNKNOWN
    # Attempts are counted on: under a key of before, Stripe would repeat its stored answer.
    intent.next_at = at
    intent.save(update_fields=["state", "next_at"])
    keep("intent", intent.pk, "retried", states=("parked", "unknown"), by=by.reference, at=at)
    after_commit(tasks.send_intent, intent.pk)


@transaction.atomic
def retry_event(*, event: StripeEvent, by: User, at: dt.datetime) -> None:
    """Process a parked event once more."""
    event = StripeEvent.objects.select_for_update().get(pk=event.pk)
    if event.state != StripeEvent.State.PARKED:
        raise Refused(_("Cet événement n’attend plus personne."))
    event.state, event.attempts, event.claimed_until = StripeEvent.State.RECEIVED, 0, None
    event.save(update_fields=["state", "attempts", "claimed_until"])
    keep("event", event.pk, "retried", states=("parked", "received"), by=by.reference, at=at)
    after_commit(tasks.process_event, event.pk)
