"""Pages of a new space: its steps, and its ideas for first posts."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.kernel.http import page, see_other
from tenants.community.members.actions import ideas
from tenants.community.members.models import Role
from tenants.community.members.queries import front_page, starting
from tenants.community.members.views.membership import require_role
from tenants.spaces.requests import MemberRequest


@require_GET
def welcome(request: MemberRequest) -> HttpResponse:
    """Show the first administrator the steps for a new space."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    posted = front_page.has_posts(request.user, timezone.now())
    begun = starting.beginning(request.user, posted=posted, is_park=request.space.is_park)
    return page(request, "members/welcome.html", {"nav": "people", "beginning": begun})


@require_POST
def remove_idea(request: MemberRequest, key: str) -> HttpResponse:
    """Take an idea out of the front page."""
    ideas.remove(key=key, by=request.user, at=timezone.now())
    messages.success(request, _("Cette idée n’est plus proposée à personne."))
    return see_other("members:welcome")


@require_POST
def restore_idea(request: MemberRequest, key: str) -> HttpResponse:
    """Put an idea back onto the front page."""
    ideas.restore(key=key, by=request.user, at=timezone.now())
    messages.success(request, _("Cette idée est de nouveau proposée."))
    return see_other("members:welcome")
