"""The tax of a council's bill waits on its own account, and is deducted once the bill is paid.

Paid is: its tax has left for the council, or was set off against what the council owed. The tax of
a credit note is given up again once the council's debt is set off, or written off.
"""

import datetime as dt

from django.db.models import Sum

from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Account, LedgerEntry, Statement, TaxPayment


def events_of(tax: TaxPayment, *, at: dt.datetime) -> list[posting.Event]:
    """Return the event by which the tax of a bill that is over is deducted.

    There is none for a bill that was booked before tax waited: that was deducted at once.
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
    """Deduct the tax of a bill that is over, once."""
    posting.post_all(events_of(tax, at=at))
