"""Pages where operators ask to read a reported item of a space, and read it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.spaces import access_actions as actions
from saas.console.spaces.access_forms import AccessForm
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.spaces.actions import access_grants as grants
from tenants.spaces.models import Tenant
from tenants.spaces.queries import access_grants as queries
from tenants.spaces.queries.life import space_at


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def access(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the accesses of operators to a space's reported items, and ask for one on POST."""
    tenant, now = space_at(slug), timezone.now()
    if tenant.state != Tenant.State.ACTIVE:
        raise Http404
    form = AccessForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        grant = form.submit(tenant=tenant, by=request.user, at=now)
        if grant:
            return see_other("ops:work", grant.reference)
    context = {
        "nav": "spaces",
        "tenant": tenant,
        "form": form,
        "grants": queries.grants_of(tenant.schema_name, at=now),
        "operator_id": request.user.pk,
    }
    return page(request, "console/access.html", context)


@require_safe
@operators_only
@stepup.second_factor
def granted_case(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the reported item of an open access; each look is logged for the space's members."""
    reading = actions.read_case(reference=reference, by=request.user, at=timezone.now())
    if reading is None:
        raise Http404
    shown = queries.grant_shown(reading.grant, at=timezone.now())
    context = {"nav": "spaces", "shown": shown, "case": reading.case}
    response = page(request, "console/granted_case.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@operators_only
@stepup.second_factor
def picture(request: PersonRequest, reference: str, token: str) -> HttpResponseBase:
    """Serve a picture of the reported item while the access is open; browsers keep no copy."""
    response = actions.read_picture(
        reference=reference, token=token, by=request.user, at=timezone.now()
    )
    if response is None:
        raise Http404
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@operators_only
def end_access(request: PersonRequest, slug: str, reference: str) -> HttpResponse:
    """End an access before its time."""
    tenant = space_at(slug)
    name = f"Troovon ({request.user.display_name})"
    try:
        grants.end(schema_name=tenant.schema_name, reference=reference, by=name, at=timezone.now())
        messages.success(request, _("C’est terminé\u00a0: plus rien ne se lit."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("ops:space_access", slug)
