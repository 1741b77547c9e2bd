"""Pages for operators to correct a space's administration and companies, and a shop's pin."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.merchants.views import merchant_page
from saas.console.queries import corrections as queries
from saas.console.queries import lists
from saas.console.spaces.correction_forms import (
    AdministratorForm,
    CompanyForm,
    DepartureForm,
    PinForm,
)
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files, papers
from saas.kernel.web.bodies import takes_files
from tenants.spaces.queries.corrections import CompanyRow

PAPER_TYPES = {"pdf": "application/pdf", "webp": "image/webp"}


@require_http_methods(["GET", "POST"])
@takes_files(papers.MOST_BYTES)
@operators_only
@stepup.second_factor
def administrators(request: PersonRequest, slug: str) -> HttpResponse:
    """Show a space's administrators; a document appoints a person, ends a role, or both."""
    shown = queries.administration_of(slug)
    if shown is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AdministratorForm(*sent, shown=shown)
    if form.is_bound:
        work = form.submit(tenant=shown.tenant, by=request.user, at=timezone.now())
        if work:
            messages.success(request, _("C’est inscrit. Les deux côtés reçoivent un e-mail."))
            return see_other("ops:space_administrators", slug)
    context = {"nav": "spaces", "shown": shown, "form": form}
    return page(request, "console/administrators.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def companies(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the companies of a space; a form corrects a company, or adds a company to a park."""
    shown = queries.companies_of(slug)
    if shown is None:
        raise Http404
    form = CompanyForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        work = form.submit(tenant=shown.tenant, by=request.user, at=timezone.now())
        if work:
            return see_other("ops:work", work.reference)
    context = {"nav": "spaces", "shown": shown, "form": form, "forms": _forms(shown, form)}
    return page(request, "console/companies.html", context)


@require_POST
@operators_only
@stepup.second_factor
def departure(request: PersonRequest, slug: str, company_id: int) -> HttpResponse:
    """Announce or cancel the departure of a company from its park."""
    shown = queries.companies_of(slug)
    if shown is None or company_id not in {row.company.pk for row in shown.rows}:
        raise Http404
    form = DepartureForm(request.POST)
    known = {"tenant": shown.tenant, "company_id": company_id}
    if not form.submit(**known, by=request.user, at=timezone.now()):
        raise Refused(next(str(words[0]) for words in form.errors.values()))
    messages.success(request, _("C’est inscrit. Les personnes de l’entreprise le lisent."))
    return see_other("ops:space_companies", slug)


def _forms(
    shown: queries.SpaceCompanies, sent: CompanyForm
) -> list[tuple[CompanyRow | None, CompanyForm]]:
    """Return a form for each company and for a new company; the submitted form keeps its input."""
    typed = str(sent["company_id"].value() or "") if sent.is_bound else None
    rows: list[CompanyRow | None] = [*shown.rows, *([None] if shown.may_add else [])]
    found = []
    for row in rows:
        key = str(row.company.pk) if row else ""
        if typed == key:
            sent.auto_id = f"id_{key or 'new'}_%s"
            found.append((row, sent))
            continue
        columns = ("name", "siren", "head_count")
        initial = {name: getattr(row.company, name) for name in columns} if row else {}
        blank = CompanyForm(initial=initial | {"company_id": key}, auto_id=f"id_{key or 'new'}_%s")
        found.append((row, blank))
    return found


@require_GET
@operators_only
def paper(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the document of a change of administration; it is never opened here."""
    name = queries.paper_of(reference)
    if not name or not default_storage.exists(name):
        raise Http404
    extension = name.rpartition(".")[2]
    content_type = PAPER_TYPES.get(extension, "application/octet-stream")
    with default_storage.open(name) as stored:
        return files.download(
            stored.read(), name=f"{reference}.{extension}", content_type=content_type
        )


@require_POST
@operators_only
@stepup.second_factor
def pin(request: PersonRequest, reference: str) -> HttpResponse:
    """Move the pin of a shop; a refusal comes back beside its field."""
    shown = lists.merchant_view(reference, at=timezone.now())
    if shown is None:
        raise Http404
    form = PinForm(request.POST)
    if not form.submit(merchant=shown.merchant, by=request.user, at=timezone.now()):
        return merchant_page(request, shown, pin_form=form)
    messages.success(request, _("L’épingle est déplacée. Le commerçant reçoit un e-mail."))
    return see_other("ops:merchant", reference)
