"""The page for the administration to remove a member's lost second factor."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from saas.accounts.factors.queries import factor_of
from saas.accounts.sessions import stepup
from saas.kernel.http import page, see_other
from tenants.community.members.forms.factors import ASK, FactorResetForm
from tenants.community.members.models import Role
from tenants.community.members.queries import council
from tenants.community.members.views.membership import (
    member_or_404,
    record_data_access,
    require_role,
    scope_over,
)
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@stepup.fresh
def reset_factor(request: MemberRequest, reference: str) -> HttpResponse:
    """Show how a lost second factor is removed; plan it, or withdraw the plan."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    member = member_or_404(reference)
    scope_over(request, member.company_id)
    posted = request.POST if request.method == "POST" else None
    form = FactorResetForm(posted, initial={"verb": ASK})
    form.submit(of=member.user, by=request.user, at=timezone.now())
    if form.is_bound and form.is_valid():
        messages.success(request, _("C’est noté. La personne l’apprend par e-mail."))
        return see_other("members:reset_factor", reference)
    why = gettext_noop("Perte du second facteur")
    record_data_access(request, member.user.pk, what=gettext_noop("Second facteur"), why=why)
    context = {
        "nav": "people",
        "member": member,
        "form": form,
        "factor": factor_of(member.user),
        "is_elected": bool(council.seats_of(member.user)),
    }
    return page(request, "members/reset_factor.html", context)
