"""Rules of electronic invoices: which papers are deposited, which are reported, and when.

An invoice between two companies established in France is exchanged through approved platforms (CGI,
art. 289 bis). Sales to persons, and to companies abroad, are reported instead (art. 290), by tens
of days for a company with the monthly VAT regime (annexe II, art. 242 nonies L). The statuses are
those of the tax office's external specifications.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from billing.models import EInvoice, Invoice, VatTreatment
from billing.models.states import EInvoiceState
from saas.kernel.errors import Refused
from saas.kernel.values.months import months_later

DEPOSITED, RECEIVED, MADE_AVAILABLE, IN_CHARGE = "200", "202", "203", "204"
APPROVED, DISPUTED, REFUSED, PAID, REJECTED = "205", "207", "210", "212", "213"
# The trigger of each status that a platform reports.
TRIGGERS = {
    RECEIVED: "received",
    MADE_AVAILABLE: "received",
    IN_CHARGE: "received",
    APPROVED: "approved",
    DISPUTED: "disputed",
    REFUSED: "refused",
    PAID: "paid",
    REJECTED: "rejected",
}
_FIRST_RETRY, _LONGEST_RETRY = dt.timedelta(minutes=5), dt.timedelta(hours=6)
_TENS = (1, 11, 21)
# The law gives ten days after a period; a payment on its last day may be known later.
REPORTED_AFTER = dt.timedelta(days=3)


class Sold(NamedTuple):
    """A paper as a report counts it; amounts of a credit note are negative."""

    number: str
    day: dt.date
    country: str
    vat_number: str
    net_cents: int
    vat_cents: int
    rate_bp: int


def is_exchanged(invoice: Invoice) -> bool:
    """Return True if an invoice is deposited; else its amount is reported."""
    has_siren = len("".join(str(invoice.buyer.get("siren", "")).split())) == len("732829320")
    return invoice.vat_treatment == VatTreatment.DOMESTIC and has_siren


def period_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the ten days, or the end of a month, that a day is reported with."""
    starts = [first for first in _TENS if first <= day.day]
    first = day.replace(day=starts[-1])
    if first.day == _TENS[-1]:
        return first, months_later(day.replace(day=1)) - dt.timedelta(days=1)
    return first, first + dt.timedelta(days=9)


def report_of(papers: Iterable[Sold]) -> dict[str, Any]:
    """Return the content of a report: papers abroad one by one, sales to persons by day and rate.

    Services to persons are of the category TPS1 of the specifications.
    """
    abroad, days = [], dict[tuple[dt.date, int], list[Sold]]()
    for paper in papers:
        if paper.vat_number:
            abroad.append({**paper._asdict(), "day": paper.day.isoformat()})
        else:
            days.setdefault((paper.day, paper.rate_bp), []).append(paper)
    sums = [
        {
            "day": day.isoformat(),
            "category": "TPS1",
            "rate_bp": rate_bp,
            "count": len(some),
            "net_cents": sum(one.net_cents for one in some),
            "vat_cents": sum(one.vat_cents for one in some),
        }
        for (day, rate_bp), some in sorted(days.items())
    ]
    return {"invoices": abroad, "transactions": sums}


def next_try(sendings: int, *, at: dt.datetime) -> dt.datetime:
    """Return when a request without an answer is repeated: later each time."""
    doublings = min(max(sendings - 1, 0), 10)
    return at + min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def check_may_be_sent_again(state: str) -> None:
    """Raise Refused unless a platform rejected the document."""
    if state != EInvoiceState.REJECTED:
        raise Refused(_("Seul un dépôt rejeté se refait."))


def check_is_problem(one: EInvoice) -> None:
    """Raise Refused unless a buyer refused or disputes the document, and it waits."""
    if one.state not in {EInvoiceState.REFUSED, EInvoiceState.DISPUTED} or one.decided_by_id:
        raise Refused(_("Ce document n’attend rien de vous."))


def check_answer(state: str, answer: str, reason: str) -> None:
    """Raise Refused unless a supplier's invoice can get this answer."""
    if answer not in {"approved", "refused", "paid"}:
        raise Refused(_("Choisissez une réponse."))
    if answer == "refused" and not reason.strip():
        raise Refused(_("Un refus a un motif\u00a0: le fournisseur le lit."), field="reason")
    waits: Sequence[str] = (EInvoiceState.RECEIVED, EInvoiceState.DISPUTED)
    if answer != "paid" and state not in waits:
        raise Refused(_("Cette facture a déjà sa réponse."))
