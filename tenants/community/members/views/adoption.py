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
    """Show members and active members by month, site and week, and advice drawn from them."""
    shown = _usage(request)
    context = {
        "nav": "people",
        "found": shown.found,
        "course": shown.course,
        "site": shown.site,
        "advice": queries.advice(shown.found, shown.course),
    }
    return page(request, "members/adoption.html", context)


@require_GET
def sheet(request: MemberRequest) -> HttpResponseBase:
    """Hand out the same figures, as protected, as a file for spreadsheets."""
    shown = _usage(request)
    rows = ([cells.text(cell) for cell in row] for row in queries.sheet(shown.found, shown.course))
    return cells.download(rows, name=request.space.slug)


def _usage(request: MemberRequest) -> queries.Usage:
    """Return the figures of the administrator's companies, at the site of the address if any."""
    require_role(request, Role.Kind.ADMINISTRATOR)
    written = request.GET.get("site", "")
    site_id = int(written) if written.isascii() and written.isdigit() else 0
    return queries.usage(scope_of(request.user), at=timezone.now(), site_id=site_id)
