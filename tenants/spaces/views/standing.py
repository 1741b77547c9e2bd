"""The page on which administrators read how their space is proven, and ask for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from tenants.spaces.actions import standing as actions
from tenants.spaces.forms.standing import ProofForm
from tenants.spaces.queries import standing as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.views.addresses import administrator


@require_http_methods(["GET", "POST"])
def standing(request: MemberRequest) -> HttpResponse:
    """Show the limits of a new space, the ways to prove it, and the progress of the proof."""
    by, now = administrator(request), timezone.now()
    form = ProofForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(by=by, at=now):
        messages.success(request, _("Votre demande est arrivée. Nous répondons sous trois jours."))
        return see_other("spaces:standing")
    with schema.in_public():
        shown = queries.standing_page(by.schema_name, at=now)
    return page(request, "spaces/standing.html", {"nav": "people", "form": form, "shown": shown})


@require_POST
def check_dns(request: MemberRequest) -> HttpResponse:
    """Have DNS asked now."""
    by = administrator(request)
    try:
        with schema.in_public():
            actions.check_dns(by=by, at=timezone.now())
        messages.success(request, _("Nous interrogeons le DNS. Rouvrez la page dans un instant."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("spaces:standing")
