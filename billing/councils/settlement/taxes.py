"""VAT on invoices in a council's name: transferred to the council in addition to its share.

It is released like a share: after the hold of the billed shares, less the council's debts, by a
separate transfer. That transfer has no charge as its source, because no single charge pays it. A
credit note goes the other way: the council owes its VAT, netted with later amounts.
"""

import datetime as dt

from django.db import transaction

from billing.councils.queries.taxes import bills_without_tax, held_until, taxes_to_release
from billing.councils.rules import accounts, self_billing
from billing.councils.settlement import council_payments, deducting
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import batch
from billing.models import Council, Statement, StripeCall, TaxPayment
from billing.stripe.gateway import values as stripe
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import CLOCK, transition

State = TaxPayment.State


def owe(bill: Statement, *, at: dt.datetime) -> None:
    """Owe a council the VAT of its invoice, once; that of a credit note is owed by the council."""
    cents = bill.vat_cents
    if not cents:
        return
    tax, new = TaxPayment.objects.get_or_create(
        statement=bill,
        defaults={
            "amount_cents": abs(cents),
            "due_at": self_billing.tax_due_at(bill.made_at, held_until(bill)),
        },
    )
    if new and cents < 0:
        transition("tax", tax, "owed", by=CLOCK, at=at)
        posting.post(
            f"tax:{tax.uuid}:owed",
            postings.owed_instead(cents=tax.amount_cents, council_id=bill.council_id),
            kind="netted",
            at=at,
            source=bill.number or "",
        )


def release_due(*, at: dt.datetime, council_id: int | None = None) -> None:
    """Let the VAT leave of each council that can receive it, each invoice by itself."""
    late = bills_without_tax(council_id=council_id)
    batch.each_row("bill", late, lambda bill_id: _owe_late(bill_id, at=at), at=at)
    due = taxes_to_release(at=at, council_id=council_id)
    batch.each_row("tax", due, lambda tax_id: release(tax_id, at=at), at=at)


@transaction.atomic
def _owe_late(bill_id: int, *, at: dt.datetime) -> None:
    """Owe the VAT of an invoice that was written before anybody paid it."""
    bill = Statement.objects.select_related("council__tenant").get(pk=bill_id)
    owe(bill, at=at)


@transaction.atomic
def release(tax_id: int, *, at: dt.datetime) -> None:
    """Release the VAT of an invoice, less the council's debts."""
    whose = TaxPayment.objects.filter(pk=tax_id).values("statement__council")
    council = Council.objects.select_for_update(no_key=True).get(pk__in=whose)
    tax = _locked(tax_id)
    is_due = tax.state == State.DUE and tax.due_at <= at
    if is_due and accounts.may_receive(council, at=at):
        council_payments.send(
            "tax",
            tax,
            council,
            kind=StripeCall.Kind.TAX,
            key=f"tax:{tax.uuid}",
            sale_id=None,
            group=f"statement_{tax.statement.reference}",
            at=at,
        )
        if tax.state == State.NETTED:
            deducting.deduct(tax, at=at)


def _locked(tax_id: int) -> TaxPayment:
    locked = TaxPayment.objects.select_for_update(of=("self",)).select_related("statement")
    return locked.get(pk=tax_id)


def on_success(call: StripeCall, stripe_transfer: stripe.Transfer, at: dt.datetime) -> None:
    """Book VAT that has left."""
    tax = _locked(call.subject_id)
    council_payments.record_sent("tax", tax, stripe_transfer, at=at)
    council_payments.book(
        f"tax:{tax.uuid}:sent",
        stripe_transfer,
        cents=tax.left_cents,
        council_id=tax.statement.council_id,
        sale_id=None,
        kind="tax_sent",
    )
    deducting.deduct(tax, at=stripe_transfer.created_at)


def on_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Note that VAT could not leave."""
    council_payments.record_refusal("tax", _locked(call.subject_id), problem, at=at)
