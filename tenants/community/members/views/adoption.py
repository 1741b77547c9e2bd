"""Usage of a space, for its administrators: counts without names."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.kernel.http import page
from saas.kernel.values import cells
from tenants.community.members.models import Role
from tenants.community.members.queries import adoption as queries
from tenants.community.members.queries.people import scope_of
from tenants.community.members.views.membership import require_role
from tenants.spaces.requests import MemberRequest


@require_GET
def adoption(request: MemberRequest) -> HttpResponse:
    """Show the numbers of members and active members by week, and advice if they fall."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    found = queries.adoption(scope_of(request.user), at=timezone.now())
    context = {"nav": "people", "found": found, "advice": queries.advice(found)}
    return page(request, "members/adoption.html", context)


@require_GET
def sheet(request: MemberRequest) -> HttpResponseBase:
    """Hand out the same figures, as protected, as a file for spreadsheets."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    found = queries.adoption(scope_of(request.user), at=timezone.now())
    rows = ([cells.text(cell) for cell in row] for row in queries.sheet(found))
    return cells.download(rows, name=request.space.slug)
