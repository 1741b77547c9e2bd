"""Actions of operators on a dispute: answer the bank, settle a loss."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.adjustments.queries.disputes import (
    ANSWERABLE,
    credited_cents,
    disputes_to_settle,
    owed_without_sale,
)
from billing.adjustments.settlement import crediting
from billing.ledger import posting
from billing.ledger.rules import approvals, postings
from billing.models import Dispute, Order, Sale, StripeCall
from billing.stripe import tasks
from billing.stripe.calls.prepare import prepare
from billing.stripe.queries.due import open_call_of
from billing.transitions.transition import record
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit

CREDIT_NOTE, BAD_DEBT = "credit_note", "bad_debt"


@transaction.atomic
def answer_dispute(*, dispute: Dispute, text: str, by: User, at: dt.datetime) -> Dispute:
    """Send the bank the evidence for a payment; it can be sent once for each of its requests."""
    dispute = Dispute.objects.select_for_update().get(pk=dispute.pk)
    _check_answerable(dispute, at)
    approvals.check_reason(text, field="text")
    dispute.evidence_text, dispute.evidence_by = text.strip(), by
    dispute.evidence_sent_at = None
    dispute.full_clean()
    dispute.save(update_fields=["evidence_text", "evidence_by", "evidence_sent_at"])
    call = prepare(
        StripeCall.Kind.EVIDENCE,
        dispute.pk,
        {"evidence": {"uncategorized_text": dispute.evidence_text}, "submit": True},
        target=dispute.stripe_id,
    )
    states = (dispute.state, dispute.state)
    record("dispute", dispute.pk, "answered", states=states, by=by.reference, at=at)
    after_commit(tasks.send_call, call.pk)
    return dispute


def _check_answerable(dispute: Dispute, at: dt.datetime) -> None:
    if open_call_of(StripeCall.Kind.EVIDENCE, dispute.pk) is not None:
        raise Refused(_("La réponse est déjà en route."))
    if dispute.state not in ANSWERABLE:
        raise Refused(_("La banque n’attend plus de réponse."))
    if dispute.evidence_due_at and dispute.evidence_due_at <= at:
        raise Refused(_("Le délai de la banque est passé."))


@transaction.atomic
def settle_dispute(
    *, dispute: Dispute, way: str, reason: str, by: User, at: dt.datetime
) -> Dispute:
    """Settle the merchant's debt after a lost dispute: by a credit note, or as a bad debt.

    A duplicate payment, both refunded and taken by the bank, has no invoice to credit.
    """
    Order.objects.select_for_update(of=("self",), no_key=True).get(payments=dispute.payment_id)
    dispute = _locked(dispute)
    if not disputes_to_settle().filter(pk=dispute.pk).exists():
        raise Refused(
            _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
        )
    approvals.check_reason(reason, field="reason")
    if dispute.sale_id is None:
        _check_has_no_invoice(way)
        _give_up(dispute, owed_without_sale(dispute), at=at)
    else:
        sale = Sale.objects.select_for_update(of=("self",), no_key=True).get(pk=dispute.sale_id)
        credited = _credit(sale, dispute, at) if way == CREDIT_NOTE else 0
        _give_up(dispute, dispute.amount_cents - credited, at=at)
    dispute.settled_as, dispute.settled_by, dispute.settled_at = way, by, at
    dispute.full_clean()
    dispute.save(update_fields=["settled_as", "settled_by", "settled_at"])
    states = (dispute.state, dispute.state)
    record("dispute", dispute.pk, way, states=states, by=by.reference, at=at, why=reason)
    return dispute


def _locked(dispute: Dispute) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",)).select_related("payment__order")
    return rows.get(pk=dispute.pk)


def _credit(sale: Sale, dispute: Dispute, at: dt.datetime) -> int:
    """Write a credit note of the lost amount not credited yet; return its cents."""
    cents = min(dispute.counted_cents, sale.gross_cents - credited_cents(sale))
    if cents <= 0:
        return 0
    key, source = f"dispute:{dispute.uuid}:credited", dispute.stripe_id
    crediting.credit(sale, cents, key=key, source=source, returned_at=at, at=at, dispute=dispute)
    return cents


def _check_has_no_invoice(way: str) -> None:
    if way == CREDIT_NOTE:
        raise Refused(
            _("Ce paiement en double n’a pas de facture à annuler\u00a0: choisissez Perte."),
            field="way",
        )


def _give_up(dispute: Dispute, cents: int, *, at: dt.datetime) -> None:
    """Book an uncollectable amount as a bad debt."""
    merchant_id = dispute.payment.order.merchant_id
    posting.post(
        f"dispute:{dispute.uuid}:bad_debt",
        postings.bad_debt(cents=cents, merchant_id=merchant_id, sale_id=dispute.sale_id),
        kind="bad_debt",
        at=at,
        source=dispute.stripe_id,
    )
