"""Actions of operators on electronic invoices: repeat a rejected deposit, answer a supplier."""

import datetime as dt
import uuid

from django.db import transaction

from billing.einvoicing import rules
from billing.models import EInvoice
from billing.transitions.transition import record, transition
from saas.accounts.models import User

_CODES = {"approved": rules.APPROVED, "refused": rules.REFUSED, "paid": rules.PAID}


@transaction.atomic
def deposit_again(*, einvoice_id: int, by: User, at: dt.datetime) -> EInvoice:
    """Deposit a rejected document again, under a new key. Raises Refused."""
    row = _locked(einvoice_id)
    rules.check_may_be_sent_again(row.state)
    row.key, row.platform_id = uuid.uuid4(), ""
    row.next_at, row.sendings, row.reason = at, 0, ""
    also = ["key", "platform_id", "next_at", "sendings", "reason"]
    transition("einvoice", row, "prepared", by=by.reference, at=at, also=also)
    return row


@transaction.atomic
def answer_supplier(
    *, einvoice_id: int, answer: str, reason: str, by: User, at: dt.datetime
) -> EInvoice:
    """Approve, refuse or declare as paid a supplier's invoice. Raises Refused."""
    row = _locked(einvoice_id)
    rules.check_answer(row.state, answer, reason)
    row.answer, row.reason = _CODES[answer], reason.strip()
    row.next_at, row.decided_by, row.sendings = at, by, 0
    also = ["answer", "reason", "next_at", "decided_by", "sendings"]
    transition("einvoice", row, answer, by=by.reference, at=at, why=row.reason, also=also)
    return row


@transaction.atomic
def settle_problem(*, einvoice_id: int, by: User, at: dt.datetime) -> EInvoice:
    """Note that a refused document was dealt with, by a credit note or a call. Raises Refused."""
    row = _locked(einvoice_id)
    rules.check_is_problem(row)
    row.decided_by = by
    row.save(update_fields=["decided_by"])
    states = (row.state, row.state)
    record("einvoice", row.pk, "settled", states=states, by=by.reference, at=at)
    return row


def _locked(einvoice_id: int) -> EInvoice:
    found = EInvoice.objects.select_for_update(of=("self",)).select_related("invoice")
    return found.get(pk=einvoice_id)
