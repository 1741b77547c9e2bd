"""The page on which administrators choose the launch day of their space."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.kernel.http import page, see_other
from tenants.community.members.forms.launch import LaunchForm
from tenants.community.members.queries import roster as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.rules import launches
from tenants.spaces.views.addresses import administrator


@require_http_methods(["GET", "POST"])
def launch(request: MemberRequest) -> HttpResponse:
    """Show the launch day and the invitations that wait for it; set it on POST."""
    actor, now = administrator(request), timezone.now()
    to_come = launch_day(request, now)
    data = request.POST if request.method == "POST" else None
    form = LaunchForm(data, initial={"launches_on": to_come})
    if form.submit(by=request.user, actor=actor, at=now):
        messages.success(request, _("C’est enregistré."))
        return see_other("members:launch")
    context = {
        "nav": "people",
        "form": form,
        "day": request.space.launches_on,
        "to_come": to_come,
        "planned": queries.counts(None, now).planned,
    }
    return page(request, "members/launch.html", context)


def launch_day(request: MemberRequest, at: dt.datetime) -> dt.date | None:
    """Return the launch day of the space if it is still to come."""
    return launches.still_to_come(request.space.launches_on, today=timezone.localdate(at))
