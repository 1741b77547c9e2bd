"""Cases about buyers that move after an order without French VAT."""

import datetime as dt

from billing.ledger.settlement import cases
from billing.models import Case, Order, VatTreatment
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.vat import MOVED_FOR


def review(merchant_id: int, *, at: dt.datetime) -> None:
    """Open a case for each paid order without French VAT if its buyer has just moved.

    The buyer owes the tax only if it is established abroad (CGI, article 283-2); an operator checks
    a country, a number, an address or a pin changed soon after the order.
    """
    merchant = Merchant.objects.get(pk=merchant_id)
    if merchant.establishment_since != at:
        return
    bought = Order.objects.filter(
        merchant=merchant,
        vat_treatment=VatTreatment.REVERSE_CHARGE,
        paid_at__isnull=False,
        placed_at__gt=at - MOVED_FOR,
    )
    for order in bought.order_by("pk"):
        cases.open_case(
            kind=Case.Kind.ESTABLISHMENT,
            subject=order.reference,
            at=at,
            details=f"{merchant.reference} {merchant.country} {merchant.vat_number}".strip(),
        )
