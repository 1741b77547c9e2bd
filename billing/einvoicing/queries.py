"""Queries on electronic invoices: what is to be prepared, sent and shown."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from billing.einvoicing import wording
from billing.einvoicing.rules import REPORTED_AFTER, Sold, is_exchanged, period_of
from billing.ledger.queries.accounting import day_of, midnight_of
from billing.models import EInvoice, Invoice, StateChange

ON_A_PAGE = 50
AT_ONCE = 200
A_DAY = dt.timedelta(days=1)
_FINE = (EInvoice.State.PAID, EInvoice.State.APPROVED, EInvoice.State.RECEIVED)
_PROBLEMS = (EInvoice.State.REJECTED, EInvoice.State.REFUSED, EInvoice.State.DISPUTED)


class EInvoiceRow(NamedTuple):
    """An electronic invoice with its next step."""

    row: EInvoice
    title: str
    kind: str
    day: dt.date
    cents: int | None
    advice: str

    @property
    def is_rejected(self) -> bool:
        """True if a platform rejected it: its deposit can be repeated."""
        return self.row.state == EInvoice.State.REJECTED

    @property
    def waits_for_answer(self) -> bool:
        """True if a supplier's invoice has no answer."""
        waits = (EInvoice.State.RECEIVED, EInvoice.State.DISPUTED)
        return self.row.kind == EInvoice.Kind.SUPPLIER and self.row.state in waits

    @property
    def may_act(self) -> bool:
        """True if an operator has an act on the document."""
        if self.row.kind == EInvoice.Kind.SUPPLIER:
            return self.waits_for_answer or self.row.state == EInvoice.State.APPROVED
        return self.row.state in _PROBLEMS and self.row.decided_by_id is None

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        if self.row.state in _PROBLEMS:
            return "bad"
        return "ok" if self.row.state in _FINE else ""


def begins_on() -> dt.date:
    """Return the day from which our papers are electronic."""
    return dt.date.fromisoformat(settings.EINVOICING_SINCE)


def to_prepare() -> list[Invoice]:
    """Return papers with a file that are exchanged and not prepared yet, oldest first."""
    found = Invoice.objects.filter(
        electronic=None, rendered_at__isnull=False, issued_at__gte=midnight_of(begins_on())
    )
    # Papers that are reported stay in this list: they are few beside those that are deposited.
    return [paper for paper in found.order_by("pk").iterator() if is_exchanged(paper)][:AT_ONCE]


def periods_to_report(*, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return periods that are over, have papers to report, and have no report.

    A paper bears the day of its payment, which may be known days later.
    """
    known = set(
        EInvoice.objects.filter(kind=EInvoice.Kind.REPORT).values_list("first_day", flat=True)
    )
    found = Invoice.objects.filter(electronic=None, issued_at__gte=midnight_of(begins_on()))
    periods = {period_of(day_of(paper.issued_at)) for paper in found if not is_exchanged(paper)}
    return sorted(one for one in periods if one[0] not in known and one[1] + REPORTED_AFTER < today)


def sold_between(first_day: dt.date, last_day: dt.date) -> list[Sold]:
    """Return the papers of some days that are reported, in the order of their numbers."""
    found = Invoice.objects.filter(
        issued_at__gte=midnight_of(first_day), issued_at__lt=midnight_of(last_day + A_DAY)
    ).order_by("pk")
    return [_sold(paper) for paper in found if not is_exchanged(paper)]


def _sold(paper: Invoice) -> Sold:
    sign = -1 if paper.kind == Invoice.Kind.CREDIT_NOTE else 1
    return Sold(
        paper.number,
        day_of(paper.issued_at),
        country=str(paper.buyer.get("country") or "FR"),
        vat_number=str(paper.buyer.get("vat_number") or ""),
        net_cents=sign * paper.net_cents,
        vat_cents=sign * paper.vat_cents,
        rate_bp=paper.vat_rate_bp,
    )


def due_now(*, at: dt.datetime) -> list[int]:
    """Return ids of rows with a request to send, oldest first."""
    found = EInvoice.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    return list(found.values_list("pk", flat=True)[:AT_ONCE])


def has_had(one: EInvoice, trigger: str) -> bool:
    """Return True if a document has had a status since its deposit: platforms repeat them."""
    changes = StateChange.objects.filter(machine="einvoice", subject_id=one.pk, trigger=trigger)
    return changes.filter(at__gte=one.deposited_at or one.created_at).exists()


def problems() -> QuerySet[EInvoice]:
    """Return papers of ours that a platform rejected or a buyer refused or disputes."""
    ours = EInvoice.objects.exclude(kind=EInvoice.Kind.SUPPLIER)
    return ours.filter(state__in=_PROBLEMS, decided_by=None)


def to_answer() -> QuerySet[EInvoice]:
    """Return suppliers' invoices without an answer."""
    received = EInvoice.objects.filter(kind=EInvoice.Kind.SUPPLIER)
    return received.filter(state__in=(EInvoice.State.RECEIVED, EInvoice.State.DISPUTED))


def counts() -> list[tuple[str, str, int]]:
    """Return the states with their names and their numbers of rows."""
    found = dict(EInvoice.objects.order_by().values_list("state").annotate(many=Count("pk")))
    return [
        (state.value, str(state.label), found[state]) for state in EInvoice.State if state in found
    ]


def page_of(*, state: str, number: str) -> tuple[list[EInvoiceRow], Page[EInvoice]]:
    """Return a page of electronic invoices in a state, or of all, newest first."""
    found = EInvoice.objects.select_related("invoice__order")
    if state in EInvoice.State.values:
        found = found.filter(state=state)
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [row_of(one) for one in shown.object_list], shown


def einvoice_of(reference: str) -> EInvoiceRow | None:
    """Return an electronic invoice."""
    found = EInvoice.objects.select_related("invoice__order", "decided_by")
    one = found.filter(reference=reference).first()
    return row_of(one) if one else None


def row_of(one: EInvoice) -> EInvoiceRow:
    """Return an electronic invoice with its title, its own day and its next step."""
    day = one.invoice.issued_at if one.invoice else one.created_at
    return EInvoiceRow(
        one,
        title=wording.title_of(one),
        kind=wording.kind_of(one),
        day=one.last_day or day_of(day),
        cents=_cents_of(one),
        advice=wording.advice(one),
    )


def _cents_of(one: EInvoice) -> int | None:
    if one.invoice is not None:
        is_note = one.invoice.kind == Invoice.Kind.CREDIT_NOTE
        return -one.invoice.gross_cents if is_note else one.invoice.gross_cents
    cents: int | None = one.content.get("gross_cents")
    return cents
