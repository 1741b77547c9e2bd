"""Sales to invoice again: an appeal returned money after its credit note was issued."""

import datetime as dt
from typing import NamedTuple

from billing.models import Invoice


class InvoiceAgain(NamedTuple):
    """The credit note that an appeal made wrong, the invoice that it corrected, and the amounts."""

    dispute_reference: str
    merchant_name: str
    invoice_number: str
    note_number: str
    note_issued_at: dt.datetime
    returned_at: dt.datetime | None
    rate_bp: int
    net_cents: int
    vat_cents: int
    gross_cents: int


def to_invoice_again(stripe_id: str) -> InvoiceAgain | None:
    """Return the details of a dispute's credit note and of its invoice, if any."""
    note = (
        Invoice.objects.select_related("dispute", "corrects", "order__merchant")
        .filter(dispute__stripe_id=stripe_id, kind=Invoice.Kind.CREDIT_NOTE)
        .first()
    )
    if note is None or note.dispute is None or note.corrects is None:
        return None
    return InvoiceAgain(
        dispute_reference=note.dispute.reference,
        merchant_name=note.order.merchant.legal_name,
        invoice_number=note.corrects.number,
        note_number=note.number,
        note_issued_at=note.issued_at,
        returned_at=note.dispute.returned_at,
        rate_bp=note.vat_rate_bp,
        net_cents=note.net_cents,
        vat_cents=note.vat_cents,
        gross_cents=note.gross_cents,
    )
