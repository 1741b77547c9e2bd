"""Input VAT of a council's bill: pending on its own account, deducted once the bill is paid.

A bill is paid when its tax was transferred to the council, or netted with the council's debt. The
tax of a credit note is reversed once the council's debt is netted or written off.
"""

import datetime as dt

from django.db.models import Sum

from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Account, LedgerEntry, Statement, TaxPayment


def events_of(tax: TaxPayment, *, at: dt.datetime) -> list[posting.Event]:
    """Return the events that deduct the tax of a paid bill.

    The list is empty for a bill from before the pending account: its tax was deducted at once.
    """
    bill = Statement.objects.get(pk=tax.statement_id)
    pending = LedgerEntry.objects.filter(
        account=Account.VAT_PENDING, transaction__business_key=f"self_billed:{bill.number}"
    )
    cents = int(pending.aggregate(cents=Sum("amount_cents", default=0))["cents"])
    if not cents:
        return []
    lines = postings.deductible(vat_cents=cents, council_id=bill.council_id)
    key = f"tax:{tax.uuid}:deducted"
    return [posting.Event(key, lines, "tax_deducted", at, bill.number or "")]


def deduct(tax: TaxPayment, *, at: dt.datetime) -> None:
    """Deduct the tax of a paid bill, once."""
    posting.post_all(events_of(tax, at=at))
