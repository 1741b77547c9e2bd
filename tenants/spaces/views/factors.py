"""The page on which administrators require a second factor of all members."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.factors.queries import count_without, has_factor
from saas.accounts.sessions import stepup
from saas.kernel import schema
from saas.kernel.http import page, see_other
from tenants.spaces.forms.factors import RequireForm
from tenants.spaces.queries import addresses as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.views.addresses import administrator


@require_http_methods(["GET", "POST"])
@stepup.fresh
def required_factor(request: MemberRequest) -> HttpResponse:
    """Show whether a second factor is required and how many lack it; switch it on POST."""
    actor = administrator(request)
    form = RequireForm(request.POST if request.method == "POST" else None)
    if form.submit(by=request.user, actor=actor, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("spaces:required_factor")
    with schema.in_public():
        tenant = queries.tenant_called(request.space.schema_name)
    context = {
        "nav": "people",
        "form": form,
        "factor_from": tenant.factor_from,
        "is_over": tenant.factor_from is not None and tenant.factor_from <= timezone.now(),
        "without": count_without(),
        "has_own": has_factor(request.user),
    }
    return page(request, "spaces/required_factor.html", context)
