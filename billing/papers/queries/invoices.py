"""Invoices and credit notes as papers: their contents, pending papers, and access to them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from billing.ledger.queries import accounting
from billing.models import (
    Invoice,
    InvoiceLine,
    Order,
    StateChange,
)
from billing.models.orders import VatTreatment
from billing.papers.rules import papers
from billing.papers.rules.papers import Corrected, Kind, Paper, PaperLine, Party
from billing.papers.wording.mentions import mentions_of
from billing.wording import after_payment, onward
from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import current_of, run_by


def was_moved(order: Order) -> bool:
    """Return True if a late payment has moved the days of an order."""
    moves = StateChange.objects.filter(machine="order", subject_id=order.pk, trigger="moved")
    return moves.exists()


def invoices_to_send() -> QuerySet[Invoice]:
    """Return invoices and credit notes with a file, not mailed to their merchant yet."""
    return Invoice.objects.filter(mailed_at=None, rendered_at__isnull=False)


ON_A_PAGE = 50
_KINDS = {
    Invoice.Kind.INVOICE.value: Kind.INVOICE,
    Invoice.Kind.CREDIT_NOTE.value: Kind.CREDIT_NOTE,
}


class InvoiceRow(NamedTuple):
    """An invoice or a credit note in the list."""

    number: str
    is_credit_note: bool
    words: str
    issued_at: dt.datetime
    headline: str
    gross_cents: int
    url: str
    is_drawn: bool


class InvoicePage(NamedTuple):
    """A paper with all that the law asks of it, and whether its file is there."""

    invoice: Invoice
    details: Paper
    mentions: list[str]
    has_discounts: bool
    credit_notes: list[Invoice]
    is_drawn: bool

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes something back."""
        return self.details.kind.is_credit

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_invoice(self.invoice.state)

    @property
    def follows(self) -> str:
        """The next step, as its merchant reads it."""
        return after_payment.of_paper(self.invoice.state)


def own_invoices(user: User, *, number: str) -> tuple[list[InvoiceRow], Page[Invoice]]:
    """Return a page of the papers of the person's own shop, newest first."""
    found = Invoice.objects.filter(order__merchant__in=current_of(user)).select_related(
        "order__campaign"
    )
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    rows = [
        InvoiceRow(
            number=paper.number,
            is_credit_note=paper.kind == Invoice.Kind.CREDIT_NOTE,
            words=paper.get_kind_display(),
            issued_at=paper.issued_at,
            headline=paper.order.campaign.headline,
            gross_cents=paper.gross_cents,
            url=paper.get_absolute_url(),
            is_drawn=paper.rendered_at is not None,
        )
        for paper in shown.object_list
    ]
    return rows, shown


def invoice_page(invoice: Invoice) -> InvoicePage:
    """Return a paper as its page shows it."""
    details = paper_of(invoice)
    return InvoicePage(
        invoice=invoice,
        details=details,
        mentions=[mention.text for mention in mentions_of(details) if mention.subject != "SUR"],
        has_discounts=any(line.discount_cents for line in details.lines),
        credit_notes=list(Invoice.objects.filter(corrects=invoice).order_by("pk")),
        is_drawn=invoice.rendered_at is not None,
    )


def invoices_to_render() -> QuerySet[Invoice]:
    """Return invoices and credit notes that have no file yet."""
    return Invoice.objects.filter(rendered_at=None)


def invoice_of_merchant(user: User, number: str) -> Invoice | None:
    """Return a paper of the person's own shop."""
    return _whole().filter(number=number, order__merchant__in=run_by(user)).first()


def invoice_by_number(number: str) -> Invoice | None:
    """Return a paper of any merchant: for operators."""
    return _whole().filter(number=number).first()


def invoice_to_draw(invoice_id: int) -> Invoice:
    """Return a paper with all its printed contents."""
    return _whole().get(pk=invoice_id)


def _whole() -> QuerySet[Invoice]:
    return Invoice.objects.select_related(
        "order__promotion", "corrects", "sale__payment"
    ).prefetch_related("lines")


def paper_of(invoice: Invoice) -> Paper:
    """Return the printed contents of an invoice or a credit note."""
    corrected = invoice.corrects
    return Paper(
        kind=_KINDS[invoice.kind],
        number=invoice.number,
        issued_on=accounting.day_of(invoice.issued_at),
        first_day=invoice.served_from,
        last_day=invoice.served_until,
        paid_on=accounting.day_of(invoice.paid_at),
        seller=party_of(invoice.seller),
        buyer=party_of(invoice.buyer),
        lines=tuple(_lines(invoice)),
        method=invoice.sale.payment.method,
        order_reference=invoice.order.reference,
        corrects=Corrected(corrected.number, accounting.day_of(corrected.issued_at))
        if corrected
        else None,
        is_reverse_charge=invoice.vat_treatment == VatTreatment.REVERSE_CHARGE,
        is_vat_on_debits=bool(invoice.seller.get("vat_on_debits")),
        is_fictional=bool(invoice.seller.get("fictional")),
    )


def _lines(invoice: Invoice) -> list[PaperLine]:
    lines = list(invoice.lines.all())
    taxes = papers.vat_of_lines(
        [(line.net_cents, line.vat_cents) for line in lines],
        rate_bp=invoice.vat_rate_bp,
        total_cents=invoice.vat_cents,
    )
    reason = invoice.order.promotion.code if invoice.order.promotion else ""
    return [
        _line(line, vat_cents, rate_bp=invoice.vat_rate_bp, reason=reason)
        for line, vat_cents in zip(lines, taxes, strict=True)
    ]


def _line(line: InvoiceLine, vat_cents: int, *, rate_bp: int, reason: str) -> PaperLine:
    """Return a line with its list price and its discount."""
    discount = max((line.list_cents or 0) - line.net_cents, 0)
    return PaperLine(
        description=line.description,
        unit_cents=line.net_cents + discount,
        net_cents=line.net_cents,
        vat_cents=vat_cents,
        vat_rate_bp=rate_bp,
        discount_cents=discount,
        discount_reason=reason if discount else "",
    )


def party_of(party: Mapping[str, Any]) -> Party:
    """Read a seller or a buyer as the paper kept it; a country is there by its name or its code."""
    country = str(party.get("country_code") or party.get("country") or "FR")
    return Party(
        country=country if len(country) == len("FR") else "FR",
        **{name: str(party.get(name) or "") for name in Party._fields if name != "country"},
    )
