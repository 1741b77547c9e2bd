"""Pages of the console for the accountant: periods, accounts' files and entries by hand."""

import datetime as dt
import io
import itertools
import tempfile
from collections.abc import Callable, Iterator

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.ledger.files import fec, journal
from billing.ledger.queries import entries, periods
from billing.ledger.queries.accounting import numbered_until, years_of_books
from billing.ledger.settlement.numbering import number_entries
from billing.models import ClosedYear, ManualEntry
from billing.papers.settlement import rendering
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.books.period_forms import (
    CloseYearForm,
    EntryForm,
    LockMonthForm,
    PostEntryForm,
    RefuseEntryForm,
    ReopenMonthForm,
    ReverseEntryForm,
)
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files, papers
from saas.kernel.web.bodies import takes_files

LINES_AT_ONCE = 500
MOST_IN_MEMORY = 4 * 1024 * 1024


@require_GET
@operators_only
def accounting(request: PersonRequest) -> HttpResponse:
    """Show each year with its months, its accounts' file and its closing."""
    return _accounting(request)


def _accounting(
    request: PersonRequest, *, form: ActionForm[object] | None = None, about: str = ""
) -> HttpResponse:
    """Return the page of periods; a refused form comes back beside its month or year."""
    today = timezone.localdate()
    context = {
        "nav": "accounting",
        "years": [(row, fec.file_name(row.year)) for row in periods.years(today=today)],
        "this_year": today.year,
        "numbered_until": numbered_until(),
        "waiting": entries.waiting_count(),
        "form": form,
        "about": about,
        "close": CloseYearForm(auto_id=False),
    }
    return page(request, "console/accounting.html", context)


@require_GET
@operators_only
def accounts_file(request: PersonRequest, year: int) -> HttpResponseBase:
    """Download the accounts' file (FEC) of a year: of a closed year, the file kept at its closing.

    Of an open year, entries without a number get theirs first.
    """
    closed = periods.closed_year(year)
    if closed is not None:
        return _kept_file(request, closed)
    if year not in years_of_books():
        raise Http404
    return _written(fec.write, year, fec.file_name(year), encoding=fec.ENCODING)


def _kept_file(request: PersonRequest, closed: ClosedYear) -> HttpResponseBase:
    """Return the file of a closed year if its SHA-256 is the recorded one; else show the case."""
    content = rendering.read_file(closed.file, closed.file_name) or b""
    try:
        unaltered = rendering.unaltered(content, closed.sha256, closed.file_name)
    except rendering.PaperAltered as altered:
        messages.error(request, altered.sentence)
        return see_other("ops:case", altered.case.reference)
    return _as_download(io.BytesIO(unaltered), closed.file_name)


_JOURNALS: dict[str, tuple[Callable[[int], Iterator[str]], str]] = {
    "csv": (journal.csv_lines, "csv"),
    "beancount": (journal.beancount_lines, "plain"),
}


@require_GET
@operators_only
def journal_file(request: PersonRequest, year: int, form: str) -> HttpResponseBase:  # noqa: ARG001 - any operator
    """Download the numbered entries of a year as CSV or beancount."""
    if form not in _JOURNALS or year not in years_of_books():
        raise Http404
    write, kind = _JOURNALS[form]
    return _written(write, year, f"journal-{year}.{form}", kind=kind)


def _written(
    write: Callable[[int], Iterator[str]],
    year: int,
    name: str,
    *,
    kind: str = "plain",
    encoding: str = "utf-8",
) -> FileResponse:
    """Return the numbered entries of a year as a file; a long file is buffered on disk."""
    number_entries(at=timezone.now())
    spooled = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    for lines in itertools.batched(write(year), LINES_AT_ONCE):
        spooled.write("".join(lines).encode(encoding))
    spooled.seek(0)
    return _as_download(spooled, name, kind=kind, encoding=encoding)


def _as_download(
    file: object, name: str, *, kind: str = "plain", encoding: str = fec.ENCODING
) -> FileResponse:
    content_type = f"text/{kind}; charset={encoding}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


@require_POST
@operators_only
@stepup.second_factor
def lock_month(request: PersonRequest, year: int, month: int) -> HttpResponse:
    """Lock a month, or reopen it for a reason."""
    try:
        first = dt.date(year, month, 1)
    except ValueError as error:
        raise Http404 from error
    if year not in years_of_books():
        raise Http404
    reopens = "reason" in request.POST
    form: ActionForm[object] = ReopenMonthForm(request.POST) if reopens else LockMonthForm({})
    if not form.submit(month=first, by=request.user, at=timezone.now()):
        return _accounting(request, form=form, about=f"{first:%Y-%m}")
    done = _("Ce mois est rouvert.") if reopens else _("Ce mois est verrouillé.")
    messages.success(request, done)
    return see_other("ops:accounting")


@require_POST
@operators_only
@stepup.second_factor
def close_year(request: PersonRequest, year: int) -> HttpResponse:
    """Close a year for good."""
    if year not in years_of_books():
        raise Http404
    form = CloseYearForm(request.POST)
    if not form.submit(year=year, by=request.user, at=timezone.now()):
        return _accounting(request, form=form, about=str(year))
    messages.success(request, _("L’exercice est clos, son fichier est gardé."))
    return see_other("ops:accounting")


@require_GET
@operators_only
def manual_entries(request: PersonRequest) -> HttpResponse:
    """List the entries by hand, for operators and auditors."""
    state = request.GET.get("state", "")
    rows, shown = entries.entries_page(state=state, number=request.GET.get("page", "1"))
    context = {
        "nav": "accounting",
        "rows": rows,
        "page": shown,
        "state": state,
        "states": entries.states(),
    }
    return page(request, "console/entries.html", context)


@require_http_methods(["GET", "POST"])
@takes_files(papers.MOST_BYTES)
@operators_only
@stepup.second_factor
def propose_entry(request: PersonRequest) -> HttpResponse:
    """Propose an entry with its paper."""
    bound = request.method == "POST"
    form = EntryForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        initial={"booked_for": timezone.localdate()},
    )
    if form.is_bound and (entry := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("L’écriture est proposée. Une autre personne la passe."))
        return see_other("ops:manual_entry", entry.reference)
    return page(request, "console/entry_new.html", {"nav": "accounting", "form": form})


_DECISIONS: dict[str, type[ActionForm[ManualEntry]]] = {
    "post": PostEntryForm,
    "refuse": RefuseEntryForm,
    "reverse": ReverseEntryForm,
}


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def manual_entry(request: PersonRequest, reference: str) -> HttpResponse:
    """Show an entry by hand; post it, refuse it, or propose its reversal."""
    found = entries.entry_of(reference)
    if found is None:
        raise Http404
    wish = next((name for name in _DECISIONS if name in request.POST), "post")
    form = _DECISIONS[wish](request.POST if request.method == "POST" else None)
    given = {"entry": found.entry, "by": request.user, "at": timezone.now()}
    if form.is_bound and (entry := form.submit(**given)):
        return _decided(request, wish, entry)
    context = {
        "nav": "accounting",
        "found": found,
        "form": form,
        "refuse": form if wish == "refuse" else RefuseEntryForm(),
        "reverse": form if wish == "reverse" else ReverseEntryForm(),
    }
    return page(request, "console/entry.html", context)


def _decided(request: PersonRequest, wish: str, entry: ManualEntry) -> HttpResponse:
    """Confirm a decision, and go to the entry: of a reversal, the new one."""
    sentences = {
        "post": _("L’écriture est passée."),
        "refuse": _("L’écriture est refusée."),
        "reverse": _("L’extourne est proposée. Une autre personne la passe."),
    }
    messages.success(request, sentences[wish])
    return see_other("ops:manual_entry", entry.reference)


@require_GET
@operators_only
def entry_paper(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the paper of an entry by hand; no process opens it here."""
    found = entries.entry_of(reference)
    if found is None or not found.entry.paper or not default_storage.exists(found.entry.paper):
        raise Http404
    with default_storage.open(found.entry.paper) as stored:
        return files.download(
            stored.read(), name=f"{reference}.pdf", content_type="application/pdf"
        )
