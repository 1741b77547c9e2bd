"""Pages where administrators see and end operators' accesses to their space."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.spaces.actions import access_grants as actions
from tenants.spaces.queries import access_grants as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules.addresses import check_runs_the_space


@require_safe
def access_grants(request: MemberRequest) -> HttpResponse:
    """List the accesses that operators asked for, with their reasons and their ends."""
    check_runs_the_space(hooks.duties_of(request.user), is_park=request.space.is_park)
    with schema.in_public():
        grants = queries.grants_of(request.space.schema_name, at=timezone.now())
    return page(request, "spaces/access_grants.html", {"nav": "people", "grants": grants})


@require_POST
def end_access(request: MemberRequest, reference: str) -> HttpResponse:
    """End an operator's access at once."""
    check_runs_the_space(hooks.duties_of(request.user), is_park=request.space.is_park)
    known = {"schema_name": request.space.schema_name, "by": request.user.display_name}
    try:
        with schema.in_public():
            actions.end(**known, reference=reference, at=timezone.now())
        messages.success(request, _("C’est terminé\u00a0: plus rien ne se lit."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("spaces:access_grants")
