"""Pages of the console for city services: the list, one service, a file of many."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.city_services import actions, queries
from saas.catalogue.city_services.forms import MOST_BYTES, ImportForm, ServiceForm
from saas.catalogue.city_services.models import CityService
from saas.console.access import operators_only
from saas.kernel.http import page, see_other
from saas.kernel.web.bodies import takes_files


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def services(request: PersonRequest) -> HttpResponse:
    """List the city services, searched by name or town, and add one."""
    found = queries.listed(request.GET.get("q", ""), request.GET.get("page", ""))
    return _service_page(request, None, listed=found)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def service(request: PersonRequest, slug: str) -> HttpResponse:
    """Show, correct or remove a city service."""
    found = queries.service_at(slug)
    if found is None:
        raise Http404
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_service(service=found, by=request.user, at=timezone.now())
        messages.success(request, _("Ce service n’est plus dans aucun espace."))
        return see_other("ops:services")
    return _service_page(request, found, listed=None)


def _service_page(
    request: PersonRequest, found: CityService | None, *, listed: queries.ServiceList | None
) -> HttpResponse:
    form = ServiceForm(request.POST if request.method == "POST" else None, service=found)
    if form.is_bound and (saved := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("C’est enregistré."))
        return see_other("ops:service", saved.slug)
    context = {"nav": "services", "form": form, "service": found, "listed": listed}
    return page(request, "console/services.html", context)


@takes_files(MOST_BYTES * 3)
@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def import_services(request: PersonRequest) -> HttpResponse:
    """Read a file of city services: a preview first, then the import."""
    form = ImportForm(request.POST or None, request.FILES or None)
    previews = "import" not in request.POST
    done = form.submit(previews=previews, by=request.user, at=timezone.now())
    if done and not previews:
        words = _("%(added)d ajoutés, %(updated)d mis à jour, %(removed)d retirés.")
        messages.success(request, words % done._asdict())
        return see_other("ops:services")
    text = form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else ""
    context = {"nav": "services", "form": form, "preview": form.preview, "text": text}
    return page(request, "console/services_import.html", context)
