"""Console pages for our bank: statements, the preview of an import, and the match of each line."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_http_methods

from billing.ledger.actions import bank as actions
from billing.ledger.queries import bank as queries
from billing.ledger.wording import unread_statement
from billing.models import BankStatement
from saas.accounts.models import User
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, poll_answer, see_other
from saas.kernel.web.bodies import takes_files


class StatementForm(ActionForm[BankStatement]):
    """The upload of a bank statement."""

    file = forms.FileField(
        label=later("Relevé de la banque"),
        help_text=later(
            "CAMT.053 (XML), ou CSV avec date, libellé et montant\u202f; 2\u00a0Mo au plus."
        ),
        error_messages={
            "required": later("Choisissez le relevé."),
            "empty": later("Ce fichier est vide\u00a0: choisissez le relevé."),
        },
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.txt"}),
    )

    def perform(self, *, by: User, at: dt.datetime) -> BankStatement:  # type: ignore[override]
        """Store the file and queue the job that reads it."""
        upload = self.cleaned_data["file"]
        content = upload.read(actions.MOST_BYTES + 1)
        return actions.keep_statement(name=upload.name, content=content, by=by, at=at)


class ImportForm(ActionForm[BankStatement]):
    """The import of a statement after its preview."""

    def perform(self, *, statement: BankStatement, by: User, at: dt.datetime) -> BankStatement:  # type: ignore[override]
        """Book the lines of the statement."""
        return actions.import_statement(statement_id=statement.pk, by=by, at=at)


class DropForm(ActionForm[bool]):
    """The deletion of a statement before its import."""

    def perform(self, *, statement: BankStatement, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Delete the statement."""
        actions.drop_statement(statement_id=statement.pk, by=by, at=at)
        return True


@require_http_methods(["GET", "POST"])
@takes_files(actions.MOST_BYTES)
@operators_only
@stepup.second_factor
def bank(request: PersonRequest) -> HttpResponse:
    """List the statements with the balances of accounts 512 and 580; a POST uploads a file."""
    bound = request.method == "POST"
    form = StatementForm(request.POST if bound else None, request.FILES if bound else None)
    if form.is_bound and (made := form.submit(by=request.user, at=timezone.now())):
        if made.imported_at:
            messages.info(request, _("Ce relevé est déjà importé\u00a0: rien n’a changé."))
        return see_other("ops:bank_statement", made.reference)
    view = queries.bank_view(number=request.GET.get("page", "1"), at=timezone.now())
    context = {"nav": "accounting", "bank": view, "page": view.page, "form": form}
    return page(request, "console/bank.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def bank_statement(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the match of each line before an import, and the booked lines after it.

    The page waits until a job has read the file; an unreadable file is shown with its reason.
    """
    found = queries.statement_of(reference)
    if found is None:
        raise Http404
    here = reverse("ops:bank_statement", args=[reference])
    standing = "read" if found.is_read or found.failure else "reading"
    if (poll := poll_answer(request, standing, url=here)) is not None:
        return poll
    drops = "drop" in request.POST
    make: type[ActionForm[Any]] = DropForm if drops else ImportForm
    form = make(request.POST if request.method == "POST" else None)
    given = {"statement": found, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.submit(**given):
        done = _("Ce relevé est écarté.") if drops else _("Ce relevé est dans les livres.")
        messages.success(request, done)
        return see_other("ops:bank") if drops else see_other("ops:bank_statement", reference)
    if not found.is_read:
        failure = unread_statement(found.failure) if found.failure else ""
        context = {"nav": "accounting", "statement": found, "form": form, "failure": failure}
        return page(request, "console/bank_reading.html", context)
    return page(request, "console/bank_statement.html", _statement_context(found, form))


def _statement_context(found: BankStatement, form: ActionForm[Any]) -> dict[str, Any]:
    lines = queries.booked_lines(found) if found.imported_at else []
    cases = queries.cases_of(lines)
    matches = [] if found.imported_at else queries.matches_of(found)
    return {
        "nav": "accounting",
        "statement": found,
        "form": form,
        "lines": [(line, cases.get(line.pk)) for line in lines],
        "matches": matches,
        "new_count": sum(match.placed.is_new for match in matches),
        "ledger_cents": queries.ledger_cents_on(found.last_day) if found.last_day else 0,
        "other_account": queries.other_account(found),
    }
