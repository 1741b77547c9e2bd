"""Pages of the console about electronic invoices: sent, received, and pending an operator."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_GET, require_http_methods

from billing.einvoicing import queries
from billing.einvoicing.actions import documents as actions
from billing.einvoicing.gateway.platform import is_connected
from billing.models import EInvoice
from billing.models.states import EInvoiceState
from billing.transitions.turns import turns_of
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other


class ActForm(ActionForm[EInvoice]):
    """An operator's act on an electronic invoice, in a press."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("again", "done", "paid")])

    def perform(self, *, einvoice: EInvoice, by: User, at: dt.datetime) -> EInvoice:  # type: ignore[override]
        """Repeat the deposit, settle it, or declare a supplier's invoice as paid."""
        act: str = self.cleaned_data["act"]
        given: dict[str, Any] = {"einvoice_id": einvoice.pk, "by": by, "at": at}
        if act == "again":
            return actions.deposit_again(**given)
        if act == "done":
            return actions.settle_problem(**given)
        return actions.answer_supplier(**given, answer=act, reason="")


class AnswerForm(ActionForm[EInvoice]):
    """The answer to a supplier's invoice."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("approved", "refused")])
    reason = forms.CharField(label=later("Motif du refus"), max_length=200, required=False)

    def perform(self, *, einvoice: EInvoice, by: User, at: dt.datetime) -> EInvoice:  # type: ignore[override]
        """Approve it, or refuse it with the reason."""
        answer, reason = self.cleaned_data["act"], self.cleaned_data["reason"]
        return actions.answer_supplier(
            einvoice_id=einvoice.pk, answer=answer, reason=reason, by=by, at=at
        )


@require_GET
@operators_only
def einvoices(request: PersonRequest) -> HttpResponse:
    """List electronic invoices, of all states or of a single state."""
    state = request.GET.get("state", "")
    rows, shown = queries.page_of(state=state, number=request.GET.get("page", "1"))
    context = {
        "nav": "accounting",
        "rows": rows,
        "page": shown,
        "counts": queries.counts(),
        "state": state,
        "is_connected": is_connected(),
        "since": queries.begins_on(),
    }
    return page(request, "console/einvoices.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def einvoice(request: PersonRequest, reference: str) -> HttpResponse:
    """Show an electronic invoice with its history, and act on it."""
    found = queries.einvoice_of(reference)
    if found is None:
        raise Http404
    make: type[ActionForm[EInvoice]] = AnswerForm if found.waits_for_answer else ActForm
    form = make(request.POST if request.method == "POST" else None)
    given: dict[str, Any] = {"einvoice": found.row, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.submit(**given):
        messages.success(request, _("C’est noté. La plateforme l’apprend dans le quart d’heure."))
        return see_other("ops:einvoice", reference)
    context = {
        "nav": "accounting",
        "found": found,
        "form": form,
        "turns": turns_of("einvoice", found.row.pk, EInvoiceState),
    }
    return page(request, "console/einvoice.html", context)


@require_GET
@operators_only
def einvoice_file(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the file of a supplier's invoice."""
    found = queries.einvoice_of(reference)
    if found is None or not found.row.file:
        raise Http404
    name = f"{found.row.reference}.pdf"
    return FileResponse(default_storage.open(found.row.file), as_attachment=True, filename=name)
