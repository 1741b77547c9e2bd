"""Pages of the console about taxes: a month's VAT return, its entries, and the next duties."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.ledger.actions import taxes as actions
from billing.ledger.queries import taxes as queries
from billing.ledger.queries.accounting import years_of_books
from billing.ledger.rules.chart import CHART
from billing.ledger.rules.taxes import duties_after
from billing.ledger.settlement.numbering import number_entries
from billing.models import ManualEntry
from billing.wording import books
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.books.period_forms import pdf_field, read_pdf
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.uploads import papers
from saas.kernel.web.bodies import takes_files


class SettleVatForm(ActionForm[ManualEntry]):
    """The settlement of a month's VAT."""

    def perform(self, *, month: dt.date, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose its entry."""
        return actions.propose_settlement(month=month, by=by, at=at)


class DebtVatForm(ActionForm[ManualEntry]):
    """A claim that is lost, and the duplicate of its invoice."""

    sale = forms.IntegerField(widget=forms.HiddenInput)
    paper = pdf_field(label=later("Duplicata rectificatif envoyé au client"))

    def perform(self, *, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose the deduction of its VAT."""
        return actions.propose_debt_vat(
            sale_id=self.cleaned_data["sale"],
            paper=read_pdf(self.cleaned_data["paper"]),
            by=by,
            at=at,
        )


class CutOffForm(ActionForm[list[ManualEntry]]):
    """The cut-off of a year."""

    def perform(self, *, year: int, by: User, at: dt.datetime) -> list[ManualEntry]:  # type: ignore[override]
        """Propose its entry and the reversal."""
        return actions.propose_cut_off(year=year, by=by, at=at)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def vat_return(request: PersonRequest, year: int, month: int) -> HttpResponse:
    """Show a month's VAT by line of the return, and propose the entry that settles it."""
    first = _month_or_404(year, month)
    form = SettleVatForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (entry := form.submit(month=first, by=request.user, at=timezone.now())):
        messages.success(request, _("La liquidation est proposée. Une autre personne la passe."))
        return see_other("ops:manual_entry", entry.reference)
    number_entries(at=timezone.now())
    context = {"nav": "accounting", "found": queries.vat_return(first), "form": form}
    return page(request, "console/vat_return.html", context)


@require_GET
@operators_only
def vat_entries(request: PersonRequest, year: int, month: int, *, code: str) -> HttpResponse:
    """Show the entries behind a line of a month's return."""
    first = _month_or_404(year, month)
    found = queries.transactions_behind(first, code)
    rows = [
        (one, books.event_in_words(one.kind), [_entry_row(entry) for entry in one.entries.all()])
        for one in found
    ]
    context = {"nav": "accounting", "month": first, "code": code, "rows": rows}
    return page(request, "console/vat_entries.html", context)


def _entry_row(entry: Any) -> tuple[str, int]:
    account = CHART[entry.account]
    return f"{account.number} {account.name}", entry.amount_cents


@require_http_methods(["GET", "POST"])
@takes_files(papers.MOST_BYTES)
@operators_only
@stepup.second_factor
def duties(request: PersonRequest) -> HttpResponse:
    """Show the next duties, and claims with VAT to be deducted."""
    bound = request.method == "POST"
    form = DebtVatForm(request.POST if bound else None, request.FILES if bound else None)
    if form.is_bound and (entry := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("La déduction est proposée. Une autre personne la passe."))
        return see_other("ops:manual_entry", entry.reference)
    context = {
        "nav": "accounting",
        "duties": duties_after(timezone.localdate()),
        "debts": queries.bad_debts(),
        "form": form,
    }
    return page(request, "console/duties.html", context)


@require_POST
@operators_only
@stepup.second_factor
def cut_off(request: PersonRequest, year: int) -> HttpResponse:
    """Propose the cut-off of a year and its reversal."""
    if year not in years_of_books():
        raise Http404
    form = CutOffForm({})
    if form.submit(year=year, by=request.user, at=timezone.now()):
        messages.success(request, _("La régularisation est proposée. Une autre personne la passe."))
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other("ops:manual_entries")


def _month_or_404(year: int, month: int) -> dt.date:
    try:
        first = dt.date(year, month, 1)
    except ValueError as error:
        raise Http404 from error
    if year not in years_of_books():
        raise Http404
    return first
