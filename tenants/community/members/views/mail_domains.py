"""Pages on which administrators prove the mail domains of their people, and a mailbox confirms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts.auth import never_referred
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.community.members.forms import mail_domains as forms
from tenants.community.members.models import Role
from tenants.community.members.queries import claims
from tenants.community.members.queries import mail_domains as reads
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import require_role
from tenants.spaces.models import EmailDomainClaim
from tenants.spaces.queries import email_domains as shared
from tenants.spaces.requests import MemberRequest, SpaceRequest
from tenants.spaces.rules import email_domains as rules
from tenants.spaces.rules.addresses import shown


@require_http_methods(["GET", "POST"])
def mail_domains(request: MemberRequest) -> HttpResponse:
    """Show the mail domains that the viewer administers, and ask for another."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    scope, now = queries.scope_of(request.user), timezone.now()
    is_park = request.space.is_park
    form = forms.MailDomainForm(
        request.POST if request.method == "POST" else None,
        initial={"company_id": request.GET.get("company", "")},
        asks_company=is_park,
        scope=scope,
    )
    claim = form.submit(by=request.user, at=now)
    if claim is not None:
        messages.success(
            request,
            _("Un lien part à %(email)s. Une fois suivi, le domaine est prouvé.")
            % {"email": claim.email},
        )
        return see_other("members:mail_domains")
    context = {
        "nav": "people",
        "form": form,
        "groups": reads.groups_for(scope, is_park=is_park, at=now),
        "days": rules.LINK_LASTS.days,
    }
    return page(request, "members/mail_domains.html", context)


@require_POST
def renew_link(request: MemberRequest, domain: str) -> HttpResponse:
    """Mail a new link for an unproven domain."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    company_id = _administered(request, reads.company_of_waiting(domain))
    try:
        forms.renew_link(domain=domain, company_id=company_id, by=request.user, at=timezone.now())
        messages.success(request, _("Un nouveau lien part. Le précédent ne sert plus."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("members:mail_domains")


@require_POST
def withdraw(request: MemberRequest, domain: str) -> HttpResponse:
    """Give up asking for a domain."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    company_id = _administered(request, reads.company_of_waiting(domain))
    forms.withdraw(domain=domain, company_id=company_id, by=request.user, at=timezone.now())
    messages.success(request, _("La demande est annulée : le lien envoyé ne sert plus."))
    return see_other("members:mail_domains")


@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, domain: str) -> HttpResponse:
    """Show the effects of removing a domain, and remove it after a confirmation."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    company_id = _administered(request, reads.company_of_proven(domain))
    now = timezone.now()
    form = forms.RemoveForm(request.POST if request.method == "POST" else None)
    if form.submit(domain=domain, company_id=company_id, by=request.user, at=now):
        messages.success(request, _("Le domaine est retiré. Les personnes déjà entrées restent."))
        return see_other("members:mail_domains")
    context = {
        "nav": "people",
        "form": form,
        "shown": shown(domain),
        "company": claims.name_of(company_id) if company_id else "",
        "left": reads.after_removal(domain, company_id, now),
    }
    return page(request, "members/mail_domain_remove.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_referred
def confirm(request: SpaceRequest, token: str) -> HttpResponse:
    """Show which domain a mailed link proves; only the button does it: scanners follow links."""
    form = forms.ProveForm(request.POST if request.method == "POST" else None)
    try:
        claim = _provable(request, token)
    except Refused as refusal:
        context = {"sentence": refusal.sentence}
        return page(request, "members/mail_domain_closed.html", context, status=422)
    proven = form.submit(token=token, at=timezone.now()) is not None
    shows: dict[str, Any] = {
        "form": form,
        "proven": proven,
        "shown": shown(claim.domain),
        "domain": claim.domain,
        "company": claim.company.name if claim.company else "",
        "asked_by": rules.person_named(claim.asked_by),
    }
    return page(request, "members/mail_domain_confirm.html", shows)


def _provable(request: SpaceRequest, token: str) -> EmailDomainClaim:
    with schema.in_public():
        found = shared.claim_of_token(token, schema_name=request.space.schema_name)
    return rules.check_provable(found, at=timezone.now())


def _administered(request: MemberRequest, company_id: int | None) -> int | None:
    """Return the company if the viewer administers it. Raises Http404 for another company."""
    scope = queries.scope_of(request.user)
    if scope is not None and company_id not in scope:
        raise Http404
    return company_id
