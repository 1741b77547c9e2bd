"""Pages on which administrators look after the space itself, and a question of the proxy."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.auth import sign_in_host
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.http import lead_form_to, page, see_other
from tenants.spaces import hosts
from tenants.spaces.actions import addresses as actions
from tenants.spaces.actors import SpaceActor, actor_of
from tenants.spaces.forms.addresses import ClaimForm, MoveForm, PresentForm
from tenants.spaces.forms.parts import OWN
from tenants.spaces.models import Tenant
from tenants.spaces.queries import addresses as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules import addresses as rules
from tenants.spaces.rules.foundings import SWATCHES


@require_http_methods(["GET", "POST"])
def settings_of_space(request: MemberRequest) -> HttpResponse:
    """Show the space's settings to an administrator, and update its name and colour on POST."""
    by = administrator(request)
    with schema.in_public():
        tenant = queries.tenant_called(by.schema_name)
        form = _present_form(tenant, request.POST if request.method == "POST" else None)
        done = form.is_bound and form.submit(by=by, at=timezone.now())
    if not done:
        return _settings(request, tenant, form=form)
    messages.success(request, _("C’est enregistré."))
    return see_other("spaces:settings")


@require_http_methods(["GET", "POST"])
def address(request: MemberRequest) -> HttpResponse:
    """Move the space to another subdomain; a refused subdomain is shown with three proposals."""
    by = administrator(request)
    wanted = request.POST.get("slug") or request.GET.get("slug") or request.space.slug
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        initial={"slug": wanted},
        judge_url=reverse("spaces:available"),
    )
    moved = None
    if form.is_bound:
        origin = sign_in_host(request).origin
        moved = form.submit(user=request.user, by=by, origin=origin, at=timezone.now())
    if moved is not None:
        return _moved(request, *moved)
    with schema.in_public():
        tenant = queries.tenant_called(by.schema_name)
        context = {
            "nav": "people",
            "form": form,
            "verdict": queries.verdict_for(tenant, wanted),
            "unchanged": wanted == tenant.slug,
            "suffix": f".{settings.BASE_HOST}",
        }
    return page(request, "spaces/address.html", context)


@require_GET
def available(request: MemberRequest) -> HttpResponse:
    """Judge a subdomain while it is typed."""
    by = administrator(request)
    wanted = request.GET.get("slug", "")
    with schema.in_public():
        tenant = queries.tenant_called(by.schema_name)
        verdict = queries.verdict_for(tenant, wanted)
    context = {"verdict": verdict, "unchanged": verdict.slug == tenant.slug}
    return render(request, "spaces/address.html#verdict", context)


@require_POST
def claim(request: MemberRequest) -> HttpResponse:
    """Add a name of the company's own."""
    by = administrator(request)
    form = ClaimForm(request.POST)
    with schema.in_public():
        tenant = queries.tenant_called(by.schema_name)
        result = form.submit(by=by, at=timezone.now())
    if result is None:
        return _settings(request, tenant, claim_form=form)
    messages.success(request, _("Le nom est ajouté. Écrivez maintenant sa preuve dans le DNS."))
    return see_other("spaces:settings")


@require_POST
def check_again(request: MemberRequest, domain: str) -> HttpResponse:
    """Have DNS asked now."""
    by = administrator(request)
    try:
        with schema.in_public():
            actions.check_again(schema_name=by.schema_name, domain=domain, by=by, at=timezone.now())
        messages.success(request, _("Nous interrogeons le DNS. Rouvrez la page dans un instant."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("spaces:settings")


@require_POST
def withdraw(request: MemberRequest, domain: str) -> HttpResponse:
    """Give a name up."""
    by = administrator(request)
    with schema.in_public():
        actions.withdraw(schema_name=by.schema_name, domain=domain, by=by, at=timezone.now())
    messages.success(request, _("Le nom est retiré."))
    return see_other("spaces:settings")


@login_not_required
@require_GET
def may_have_certificate(request: HttpRequest) -> HttpResponse:
    """Answer the proxy whether it may obtain a certificate for a name: 200, or 404."""
    served = hosts.has_certificate(request.GET.get("domain", "").lower())
    return HttpResponse(status=200 if served else 404, content_type="text/plain")


def administrator(request: MemberRequest) -> SpaceActor:
    """Return the administrator as an actor for the log. Raises NotAllowed for others."""
    duties = hooks.duties_of(request.user)
    rules.check_runs_the_space(duties, is_park=request.space.is_park)
    return actor_of(request.user, schema_name=request.space.schema_name, role=rules.ADMINISTRATOR)


def _settings(
    request: MemberRequest,
    tenant: Tenant,
    *,
    form: PresentForm | None = None,
    claim_form: ClaimForm | None = None,
) -> HttpResponse:
    with schema.in_public():
        context: dict[str, Any] = {
            "nav": "people",
            "claims": queries.claims_of(tenant),
            "hosts": queries.hosts_of(tenant),
            "changes": queries.changes_of(tenant),
        }
    context |= {
        "form": form or _present_form(tenant),
        "claim_form": claim_form or ClaimForm(),
        "own_host": hosts.subdomain(tenant.slug),
        "space_url": hosts.space_url(tenant.slug),
    }
    return page(request, "spaces/settings.html", context)


def _present_form(tenant: Tenant, data: QueryDict | None = None) -> PresentForm:
    accent = tenant.accent if tenant.accent in SWATCHES else OWN
    return PresentForm(data, initial={"name": tenant.name, "accent": accent, "own": tenant.accent})


def _moved(request: MemberRequest, tenant: Tenant, token: str) -> HttpResponse:
    """Show the new address of the space, with the button to it."""
    path = reverse("accounts:enter", args=[token])
    context = {
        "nav": "people",
        "url": hosts.space_url(tenant.slug, path),
        "host": hosts.subdomain(tenant.slug),
        "before": hosts.subdomain(request.space.slug),
    }
    response = page(request, "spaces/moved.html", context)
    return lead_form_to(response, hosts.space_url(tenant.slug, ""))
