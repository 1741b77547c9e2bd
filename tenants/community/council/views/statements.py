"""Statements of a council over any range of days, and its journal for the accountant."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing.councils.queries.statements import statement_by_reference, statement_of
from billing.councils.settlement.statements import statement_content
from billing.models import Council, Statement
from saas.kernel import schema
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files
from tenants.community.council.forms.figures import RangeForm
from tenants.community.council.queries import ledger as ledger_queries
from tenants.community.council.queries import statements as statement_queries
from tenants.community.council.views import scope
from tenants.spaces.requests import MemberRequest

CSV = "text/csv; charset=utf-8"


@require_GET
def statements(request: MemberRequest) -> HttpResponse:
    """List the statements of a council, and let another be made."""
    return _page(request, RangeForm())


@require_POST
def make(request: MemberRequest, reference: str) -> HttpResponse:
    """Make a statement over the range that was chosen."""
    council = scope.read_council(request, reference)
    form = RangeForm(request.POST)
    made = form.submit(council=council, by=request.user, at=timezone.now())
    if made is None:
        return _page(request, form, chosen=reference)
    messages.success(request, _("Le relevé est fait. Son PDF arrive dans un instant."))
    return see_other("council:statement", reference, made.reference)


@require_GET
def statement(request: MemberRequest, reference: str, number: str) -> HttpResponse:
    """Show a statement, and where its files are."""
    council, found = _found(request, reference, number)
    with schema.in_public():
        shown = statement_of(council, first_day=found.first_day, last_day=found.last_day)
    context = {
        "nav": "statements",
        "council": council,
        "statement": found,
        "shown": shown,
        "is_provisional": statement_queries.goes_on(found),
        "is_outdated": statement_queries.is_outdated(found, shown),
        "sums": statement_queries.sums_of(shown),
        "tax_words": statement_queries.tax_words_of(reference, number),
    }
    return page(request, "council/statement.html", context)


@require_GET
def as_pdf(request: MemberRequest, reference: str, number: str) -> HttpResponseBase:
    """Return the PDF of a statement, or redirect with a warning until the file exists."""
    _council, found = _found(request, reference, number)
    with schema.in_public():
        content = statement_content(found)
    if content is None:
        messages.warning(request, _("Le PDF n’est pas encore fait. Réessayez dans un instant."))
        return see_other("council:statement", reference, number)
    return files.download(content, name=f"{found.number or found.reference}.pdf")


@require_GET
def as_csv(request: MemberRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand out the movements of a statement as a sheet."""
    council, found = _found(request, reference, number)
    with schema.in_public():
        content = statement_queries.sheet_of(council, found)
    name = f"{found.number or found.reference}.csv"
    return files.download(content, name=name, content_type=CSV)


@require_GET
def journal(request: MemberRequest) -> HttpResponseBase:
    """Hand out the lines of the ledger that are asked for as a sheet for the accountant."""
    councils = scope.read_references(scope.duties_of(request))
    known = ledger_queries.ledger_choices(councils, today=timezone.localdate())
    filters = ledger_queries.filters_of(request.GET, known)
    content = statement_queries.journal_sheet(filters, councils=known.councils)
    return files.download(content, name=statement_queries.journal_name(filters), content_type=CSV)


def _found(request: MemberRequest, reference: str, number: str) -> tuple[Council, Statement]:
    council = scope.read_council(request, reference)
    with schema.in_public():
        found = statement_by_reference(council, number)
    if found is None:
        raise Http404
    return council, found


def _page(request: MemberRequest, form: RangeForm, *, chosen: str = "") -> HttpResponse:
    wanted = chosen or request.GET.get("council", "")
    desk, desks, _whole = scope.chosen_desk(wanted, scope.duties_of(request))
    now = timezone.now()
    context = {
        "nav": "statements",
        "desk": desk,
        "desks": desks,
        "form": form,
        "rows": statement_queries.statements_of(desk.council.reference) if desk else [],
        "ranges": statement_queries.ranges_until(timezone.localdate(now)) if desk else [],
    }
    return page(request, "council/statements.html", context)
