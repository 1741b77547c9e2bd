"""The page of the conditions of use: read, and accepted in their newest version."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.sessions import stepup
from saas.kernel.http import page, see_other
from tenants.community.members.forms.membership import ConditionsForm
from tenants.community.members.queries import conditions as queries
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def conditions(request: MemberRequest) -> HttpResponse:
    """Show the terms of use and save their acceptance; then resume the pending request."""
    shown = queries.conditions_page(request.user)
    posted = request.POST if request.method == "POST" else None
    form = ConditionsForm(posted, initial={"version": shown.version})
    if form.submit(by=request.user, at=timezone.now()):
        if stepup.is_holding(request.session):
            return see_other("accounts:prove")
        messages.success(request, _("C’est noté. Merci de les avoir lues."))
        return see_other("members:home")
    if form.is_bound:
        form.data = {**form.data, "version": shown.version}
    context = {"shown": shown, "form": form, "waits": stepup.is_holding(request.session)}
    return page(request, "members/conditions.html", context)
