"""Pages for administrators on the space's locations: sites, gates, breaks."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel import schema
from saas.kernel.http import page, see_other
from tenants.spaces.actors import SpaceActor
from tenants.spaces.forms.places import WorkplaceForm
from tenants.spaces.models import Site
from tenants.spaces.queries import sites as queries
from tenants.spaces.requests import MemberRequest
from tenants.spaces.views.addresses import administrator


@require_GET
def sites(request: MemberRequest) -> HttpResponse:
    """List where people of the space work."""
    by = administrator(request)
    with schema.in_public():
        listed = queries.sites_of(by.schema_name)
    return page(request, "spaces/sites.html", {"nav": "people", "sites": listed})


@require_http_methods(["GET", "POST"])
def new_site(request: MemberRequest) -> HttpResponse:
    """Add a place where people work."""
    return _site(request, administrator(request), None)


@require_http_methods(["GET", "POST"])
def site(request: MemberRequest, site_id: int) -> HttpResponse:
    """Show and update a site's location, gates and break."""
    by = administrator(request)
    with schema.in_public():
        found = queries.site_of(by.schema_name, site_id)
    return _site(request, by, found)


def _site(request: MemberRequest, by: SpaceActor, found: Site | None) -> HttpResponse:
    form = WorkplaceForm(request.POST if request.method == "POST" else None, site=found)
    with schema.in_public():
        saved = form.is_bound and form.submit(by=by, at=timezone.now())
    if not saved:
        return page(request, "spaces/site.html", {"nav": "people", "form": form, "site": found})
    messages.success(request, _("C’est enregistré."))
    return see_other("spaces:sites")
