"""Pages of the console about councils: a council, those of a space, those that need us."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.councils.queries import mandates
from billing.models import Council
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.councils.forms import (
    EndForm,
    HeadsForm,
    NotYetForm,
    OpenForm,
    PersonalityForm,
    SeatForm,
    TermsForm,
)
from saas.console.queries import councils as council_queries
from saas.console.queries import seats as seat_queries
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files

PAPER_TYPES = {"pdf": "application/pdf", "webp": "image/webp"}
_FORMS: dict[str, type[forms.Form]] = {
    "terms": TermsForm,
    "person": PersonalityForm,
    "not_yet": NotYetForm,
    "end": EndForm,
    "heads": HeadsForm,
}


@require_GET
@operators_only
def councils(request: PersonRequest) -> HttpResponse:
    """List the councils that wait for an operator, or have trouble with their account."""
    context = {"nav": "spaces", "rows": council_queries.councils_in_need()}
    return page(request, "console/councils.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def space_councils(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the councils of a space, and give a company of a park its own."""
    shown = council_queries.councils_of_space(slug)
    if shown is None:
        raise Http404
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        companies=shown.without,
    )
    if form.is_bound:
        made = form.submit(tenant=shown.tenant, by=request.user, at=timezone.now())
        if made:
            messages.success(request, _("C’est ouvert. Ses conditions attendent sa trésorerie."))
            return see_other("ops:council", made.reference)
    context = {"nav": "spaces", "shown": shown, "form": form}
    return page(request, "console/space_councils.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def council_people(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the number of holders of each council of a space; record a council's document."""
    shown = seat_queries.seats_of_space(slug)
    if shown is None:
        raise Http404
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        companies=[row.company for row in shown.rows if row.company],
    )
    wanted = {"schema_name": shown.tenant.schema_name, "by": request.user}
    if form.submit(**wanted, at=timezone.now()):
        messages.success(request, _("C’est inscrit. Les personnes du CSE en sont prévenues."))
        return see_other("ops:council_people", slug)
    context = {"nav": "spaces", "shown": shown, "form": form}
    return page(request, "console/council_people.html", context)


@require_GET
@operators_only
def council(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a council: its terms, its account, its money, and its history."""
    return _council_page(request, _council_or_404(reference))


@require_GET
@operators_only
def mandate_paper(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the minutes of a council's election; nothing here opens them."""
    mandate = mandates.mandate_at(reference)
    content = mandates.paper_content(mandate) if mandate else None
    if mandate is None or content is None:
        raise Http404
    extension = mandate.paper.rpartition(".")[2]
    content_type = PAPER_TYPES.get(extension, "application/octet-stream")
    return files.download(content, name=f"{reference}.{extension}", content_type=content_type)


@require_POST
@operators_only
@stepup.second_factor
def offer_terms(request: PersonRequest, reference: str) -> HttpResponse:
    """Offer a council other terms."""
    found = _council_or_404(reference)
    form = TermsForm(request.POST)
    if not form.submit(council=found, by=request.user, at=timezone.now()):
        return _council_page(request, found, form)
    messages.success(request, _("C’est proposé. La trésorerie du CSE le lit dans son bureau."))
    return see_other("ops:council", reference)


@require_POST
@operators_only
@stepup.second_factor
def personality(request: PersonRequest, reference: str) -> HttpResponse:
    """Record that a council is, or is not, a legal person."""
    found = _council_or_404(reference)
    form = PersonalityForm(request.POST)
    if not form.submit(council=found, by=request.user, at=timezone.now()):
        return _council_page(request, found, form)
    messages.success(request, _("C’est noté."))
    return see_other("ops:council", reference)


@require_POST
@operators_only
def not_yet(request: PersonRequest, reference: str) -> HttpResponse:
    """Answer a council: no record as a legal person yet."""
    return _decided(
        request, reference, NotYetForm(request.POST), message=_("Le CSE lit votre réponse.")
    )


@require_POST
@operators_only
@stepup.second_factor
def end(request: PersonRequest, reference: str) -> HttpResponse:
    """Let a council have no further share."""
    return _decided(
        request, reference, EndForm(request.POST), message=_("Ce CSE n’a plus de part nouvelle.")
    )


@require_POST
@operators_only
@stepup.second_factor
def count_heads(request: PersonRequest, reference: str) -> HttpResponse:
    """Note for how many people a council speaks."""
    return _decided(
        request,
        reference,
        HeadsForm(request.POST),
        message=_("C’est noté, pour les ventes à venir."),
    )


def _decided(
    request: PersonRequest, reference: str, form: NotYetForm | EndForm | HeadsForm, *, message: str
) -> HttpResponse:
    found = _council_or_404(reference)
    if not form.submit(council=found, by=request.user, at=timezone.now()):
        return _council_page(request, found, form)
    messages.success(request, message)
    return see_other("ops:council", reference)


def _council_page(
    request: PersonRequest, found: Council, sent: forms.Form | None = None
) -> HttpResponse:
    shown = council_queries.council_view(found, at=timezone.now())
    context = {"nav": "spaces", "shown": shown, "form": sent}
    for name, kind in _FORMS.items():
        context[f"{name}_form"] = sent if isinstance(sent, kind) else kind(auto_id=f"id_{name}_%s")
    return page(request, "console/council.html", context)


def _council_or_404(reference: str) -> Council:
    found = council_queries.council_at(reference)
    if found is None:
        raise Http404
    return found
