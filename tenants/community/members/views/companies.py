"""Pages on the companies of a space: their badges and data, their coming and leaving."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.sessions import stepup
from saas.kernel import schema
from saas.kernel.http import page, see_other
from tenants.community.members.forms import companies as forms
from tenants.community.members.forms.companies import BadgeForm
from tenants.community.members.models import Role
from tenants.community.members.queries import departures as departure_reads
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import require_role, scope_over
from tenants.spaces.models import OwnCompany
from tenants.spaces.queries import companies as shared
from tenants.spaces.requests import MemberRequest


@require_GET
def companies(request: MemberRequest) -> HttpResponse:
    """Show the companies of the space; in a park also those that left it."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    scope = queries.scope_of(request.user)
    own_ids = {company.pk for company in queries.companies_in(scope)}
    runs_park = scope is None and request.space.is_park
    departed = []
    if runs_park:
        here = schema.current()
        with schema.in_public():
            departed = shared.departed_of(here)
    context = {
        "nav": "people",
        "companies": queries.companies(),
        "mine": own_ids,
        "runs_park": runs_park,
        "departed": departed,
    }
    return page(request, "members/companies.html", context)


@require_http_methods(["GET", "POST"])
def company(request: MemberRequest, company_id: int) -> HttpResponse:
    """Choose the badge and the colour of a company that the viewer administers."""
    found = _company_or_404(request, company_id)
    initial = {"badge": found.badge, "colour": found.colour or request.space.accent}
    form = BadgeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.submit(company_id=company_id, by=request.user, at=timezone.now()):
        messages.success(request, _("L’insigne est enregistré."))
        return see_other("members:companies")
    context = {"nav": "people", "company": found, "form": form}
    return page(request, "members/company.html", context)


@require_http_methods(["GET", "POST"])
def new_company(request: MemberRequest) -> HttpResponse:
    """Add a company to the park."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    scope_over(request, None)
    return _details(request, None)


@require_http_methods(["GET", "POST"])
def company_details(request: MemberRequest, company_id: int) -> HttpResponse:
    """Show and correct a company's name, number and head-count."""
    return _details(request, _company_or_404(request, company_id))


@require_http_methods(["GET", "POST"])
@stepup.fresh
def company_leave(request: MemberRequest, company_id: int) -> HttpResponse:
    """Explain what a company's departure ends, then announce its last day."""
    found = _company_or_404(request, company_id)
    if not request.space.is_park:
        raise Http404
    form = forms.CompanyLeaveForm(request.POST if request.method == "POST" else None)
    if form.submit(company_id=company_id, by=request.user, at=timezone.now()):
        messages.success(
            request, _("Le départ est annoncé. Ses personnes le lisent dès maintenant.")
        )
        return see_other("members:companies")
    figures = departure_reads.figures_of(company_id)
    context = {"nav": "people", "company": found, "form": form, "figures": figures}
    return page(request, "members/company_leave.html", context)


@require_POST
def company_stay(request: MemberRequest, company_id: int) -> HttpResponse:
    """Cancel the announced departure of a company."""
    _company_or_404(request, company_id)
    forms.cancel_leave(company_id=company_id, by=request.user, at=timezone.now())
    messages.success(request, _("Le départ est annulé. Ses personnes le lisent dès maintenant."))
    return see_other("members:companies")


@require_POST
def company_return(request: MemberRequest, company_id: int) -> HttpResponse:
    """Let a company return to the park that it left."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    scope_over(request, None)
    here = schema.current()
    with schema.in_public():
        if company_id not in {one.pk for one in shared.departed_of(here)}:
            raise Http404
    returned = forms.readmit(company_id=company_id, by=request.user, at=timezone.now())
    words = _("%(name)s est de nouveau dans le parc. Ses personnes s’inscrivent ou sont invitées.")
    messages.success(request, words % {"name": returned.name})
    return see_other("members:companies")


def _details(request: MemberRequest, found: OwnCompany | None) -> HttpResponse:
    columns = ("name", "siren", "head_count")
    form = forms.DetailsForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(found, name) for name in columns} if found else {},
        company_id=found.pk if found else None,
    )
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(
            request, _("C’est enregistré : la liste le montre dans quelques secondes.")
        )
        return see_other("members:companies")
    context = {"nav": "people", "company": found, "form": form}
    return page(request, "members/company_details.html", context)


def _company_or_404(request: MemberRequest, company_id: int) -> OwnCompany:
    """Return a present company that the viewer administers. Raises Http404."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    scope_over(request, company_id)
    found = next((one for one in queries.companies() if one.pk == company_id), None)
    if found is None:
        raise Http404
    return found
