"""Pages for a company's administration to confirm its employees' claims."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.community.members.forms.membership import VerdictForm
from tenants.community.members.models import CompanyClaim, Role
from tenants.community.members.queries import claims as reads
from tenants.community.members.queries import people as queries
from tenants.community.members.views.membership import record_data_access, require_role
from tenants.spaces.requests import MemberRequest


@require_GET
def claims(request: MemberRequest) -> HttpResponse:
    """Show the claims to work for a company that the viewer administers."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    shown = reads.claims_for(queries.scope_of(request.user))
    what, why = (
        gettext_noop("Rattachement à une entreprise"),
        gettext_noop("Une demande à confirmer"),
    )
    record_data_access(request, *(one.claim.user_id for one in shown), what=what, why=why)
    return page(request, "members/claims.html", {"nav": "people", "claims": shown})


@require_POST
def decide(request: MemberRequest, reference: str) -> HttpResponse:
    """Confirm or refuse that a member works for a company."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    if not reads.is_claimed(reference, queries.scope_of(request.user)):
        raise Http404
    form = VerdictForm(request.POST)
    claim = form.submit(of=reference, by=request.user, at=timezone.now())
    if claim is None:
        raise Refused(_("Répondez par l’un des deux boutons."))
    if claim.state == CompanyClaim.State.CONFIRMED:
        messages.success(request, _("C’est confirmé. La personne l’apprend par e-mail."))
    else:
        messages.success(request, _("C’est refusé. La personne l’apprend par e-mail."))
    return see_other("members:claims")
