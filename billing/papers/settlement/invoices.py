"""Numbering of invoices and credit notes, without a gap, in the transaction of their event.

CGI, annexe II, 242 nonies A I 7° requires a unique number of an unbroken sequence in time; several
series are allowed if they can be distinguished, here a yearly series for each kind of paper. A
paper bears the moment of what it books, that of the payment or of the refund, even if Stripe's
event comes later. If the books of that month are locked by then, it bears the day of its numbering.
A later number never has an earlier moment.
"""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from billing.ledger.queries import periods
from billing.ledger.queries.accounting import day_of
from billing.ledger.queries.seller import seller
from billing.ledger.rules.split import Split
from billing.models import Dispute, Invoice, InvoiceLine, Order, OrderLine, Refund, Sale
from billing.papers.rules import papers
from billing.transitions.transition import STRIPE, transition
from saas.catalogue.merchants.models import Merchant
from saas.kernel.database import rows

# The row of the series stays locked until the transaction is over.
_NEXT = """
    INSERT INTO billing_invoiceseries AS series (code, last, last_issued_at) VALUES (%s, 1, %s)
    ON CONFLICT (code) DO UPDATE SET last = series.last + 1,
        last_issued_at = greatest(series.last_issued_at, excluded.last_issued_at)
    RETURNING id, last, last_issued_at
"""


def issue(sale: Sale, order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> Invoice:
    """Write the invoice of a sale, of the lines of its order with their flights."""
    invoice = _number(
        "F",
        _moment_of(sale.collected_at, at),
        kind=Invoice.Kind.INVOICE,
        order=order,
        sale=sale,
        seller=seller(),
        buyer=_buyer(order.merchant),
        net_cents=sale.net_cents,
        vat_cents=sale.vat_cents,
        gross_cents=sale.gross_cents,
        vat_rate_bp=order.vat_rate_bp,
        vat_treatment=order.vat_treatment,
        paid_at=sale.collected_at,
        served_from=min(line.flight.starts_on for line in lines),
        served_until=max(line.flight.ends_on for line in lines),
    )
    rows.add(*_lines(invoice, lines))
    return invoice


def _lines(invoice: Invoice, lines: Sequence[OrderLine]) -> list[InvoiceLine]:
    """Copy the lines of an order, each with its own tax; older orders knew only its sum."""
    taxes = papers.vat_of_lines(
        [(line.net_cents, line.vat_cents) for line in lines],
        rate_bp=invoice.vat_rate_bp,
        total_cents=invoice.vat_cents,
    )
    return [
        InvoiceLine(
            invoice=invoice,
            description=line.description,
            net_cents=line.net_cents,
            list_cents=line.list_cents,
            vat_cents=vat_cents,
        )
        for line, vat_cents in zip(lines, taxes, strict=True)
    ]


def credit(
    sale: Sale,
    refund: Refund | None,
    amounts: Split,
    *,
    returned_at: dt.datetime,
    at: dt.datetime,
    dispute: Dispute | None = None,
) -> Invoice:
    """Write the credit note of a refund or a lost dispute beside the invoice that it corrects."""
    invoice = Invoice.objects.select_for_update().get(sale=sale, kind=Invoice.Kind.INVOICE)
    note = _number(
        "A",
        max(_moment_of(returned_at, at), invoice.issued_at),
        kind=Invoice.Kind.CREDIT_NOTE,
        order_id=invoice.order_id,
        sale=sale,
        refund=refund,
        dispute=dispute,
        corrects=invoice,
        seller=invoice.seller,
        buyer=invoice.buyer,
        net_cents=amounts.net_cents,
        vat_cents=amounts.vat_cents,
        gross_cents=amounts.net_cents + amounts.vat_cents,
        vat_rate_bp=invoice.vat_rate_bp,
        vat_treatment=invoice.vat_treatment,
        paid_at=returned_at,
        served_from=invoice.served_from,
        served_until=invoice.served_until,
    )
    InvoiceLine.objects.create(
        invoice=note,
        description=_about(invoice),
        net_cents=amounts.net_cents,
        vat_cents=amounts.vat_cents,
    )
    trigger = "credited" if _is_whole(invoice) else "credited_in_part"
    transition("invoice", invoice, trigger, by=STRIPE, at=at)
    return note


def _moment_of(booked_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """Return the moment that a paper bears: of what it books, or now if that month is locked."""
    month = day_of(booked_at).replace(day=1)
    is_over = month < day_of(at).replace(day=1)
    return at if is_over and periods.is_locked(month) else booked_at


def _is_whole(invoice: Invoice) -> bool:
    """Return True if the invoice has credit notes that add up to it."""
    notes = Invoice.objects.filter(corrects=invoice).aggregate(cents=Sum("gross_cents"))
    return bool(notes["cents"] >= invoice.gross_cents)


def _about(invoice: Invoice) -> str:
    with translation.override(papers.LANGUAGE):
        return _("Avoir sur la facture %(number)s") % {"number": invoice.number}


def _number(letter: str, at: dt.datetime, **columns: Any) -> Invoice:
    """Give the next number of the year's series; a rollback gives it back."""
    year = at.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).year
    code = f"{letter}{year}"
    [(series, serial, issued_at)] = rows.tuples(_NEXT, [code, at])
    number = f"{code}-{serial:05d}"
    invoice = Invoice(
        series_id=series, serial=serial, number=number, issued_at=issued_at, **columns
    )
    rows.add(invoice)
    return invoice


def _buyer(merchant: Merchant) -> dict[str, str]:
    return {
        "name": merchant.legal_name,
        "trade_name": merchant.name,
        **merchant.seat._asdict(),
        "siren": merchant.siren,
        "vat_number": merchant.vat_number,
        "country": merchant.country,
        "email": merchant.billing_email,
    }
