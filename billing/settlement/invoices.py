"""Invoices and credit notes are numbered without a gap, in the transaction of what they tell."""

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from billing import queries
from billing.models import (
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    Order,
    OrderLine,
    Refund,
    Sale,
)
from billing.rules.split import Split
from billing.settlement.moves import STRIPE, move
from saas.catalogue.merchants.models import Merchant


def issue(sale: Sale, order: Order) -> Invoice:
    """Write the invoice of a sale."""
    days = OrderLine.objects.filter(order=order).aggregate(
        first=Min("flight__starts_on"), last=Max("flight__ends_on")
    )
    invoice = _number(
        "F",
        sale.collected_at,
        kind=Invoice.Kind.INVOICE,
        order=order,
        sale=sale,
        seller=queries.seller(),
        buyer=_buyer(order.merchant),
        net_cents=sale.net_cents,
        vat_cents=sale.vat_cents,
        gross_cents=sale.gross_cents,
        vat_rate_bp=order.vat_rate_bp,
        issued_at=sale.collected_at,
        paid_at=sale.collected_at,
        served_from=days["first"],
        served_until=days["last"],
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, description=line.description, net_cents=line.net_cents)
        for line in OrderLine.objects.filter(order=order)
    )
    return invoice


def credit(sale: Sale, refund: Refund, amounts: Split, *, at: dt.datetime) -> Invoice:
    """Write the credit note of a refund beside the invoice that it corrects."""
    invoice = Invoice.objects.select_for_update().get(sale=sale, kind=Invoice.Kind.INVOICE)
    note = _number(
        "A",
        at,
        kind=Invoice.Kind.CREDIT_NOTE,
        order_id=invoice.order_id,
        sale=sale,
        refund=refund,
        corrects=invoice,
        seller=invoice.seller,
        buyer=invoice.buyer,
        net_cents=amounts.net_cents,
        vat_cents=amounts.vat_cents,
        gross_cents=amounts.net_cents + amounts.vat_cents,
        vat_rate_bp=invoice.vat_rate_bp,
        issued_at=at,
        paid_at=at,
        served_from=invoice.served_from,
        served_until=invoice.served_until,
    )
    InvoiceLine.objects.create(
        invoice=note,
        description=_("Avoir sur la facture %(number)s") % {"number": invoice.number},
        net_cents=amounts.net_cents,
    )
    whole = sale.refunded_cents >= sale.gross_cents
    move("invoice", invoice, "credited" if whole else "credited_in_part", by=STRIPE, at=at)
    return note


def _number(letter: str, moment: dt.datetime, **columns: Any) -> Invoice:
    """Give the next number of the year's series; a rollback gives it back."""
    year = moment.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).year
    code = f"{letter}{year}"
    InvoiceSeries.objects.bulk_create([InvoiceSeries(code=code)], ignore_conflicts=True)
    series = InvoiceSeries.objects.select_for_update().get(code=code)
    series.last += 1
    series.save(update_fields=["last"])
    return Invoice.objects.create(
        series=series, serial=series.last, number=f"{code}-{series.last:05d}", **columns
    )


def _buyer(merchant: Merchant) -> dict[str, str]:
    return {
        "name": merchant.legal_name,
        "trade_name": merchant.name,
        "street": merchant.street,
        "postcode": merchant.postcode,
        "city": merchant.city,
        "siren": merchant.siren,
        "vat_number": merchant.vat_number,
        "email": merchant.billing_email,
    }
