"""Pages of the console for city services: list, service, upload of a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.city_services import actions, queries, rules
from saas.catalogue.city_services.forms import FileForm, ImportForm, ServiceForm
from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.catalogue.city_services.rules import MOST_BYTES
from saas.catalogue.city_services.wording import why_unread
from saas.console.access import operators_only
from saas.kernel.errors import Refused
from saas.kernel.http import page, poll_answer, see_other
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
    """Store an uploaded file of city services, and queue its reading."""
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and (file := form.submit(by=request.user, at=timezone.now())):
        return see_other("ops:service_file", file.reference)
    return page(request, "console/services_import.html", {"nav": "services", "form": form})


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def service_file(request: PersonRequest, reference: str) -> HttpResponse:
    """Wait until a file is read, show its services, then import or drop the file."""
    file = queries.file_of(reference)
    if file is None:
        raise Http404
    now, here = timezone.now(), reverse("ops:service_file", args=[reference])
    if request.method == "POST" and "drop" in request.POST:
        actions.drop_file(file_id=file.pk, by=request.user, at=now)
        messages.success(request, _("Ce fichier est écarté."))
        return see_other("ops:import_services")
    is_read = file.found is not None or file.failure != ""
    if (poll := poll_answer(request, "read" if is_read else "reading", url=here)) is not None:
        return poll
    form = ImportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (done := form.submit(file=file, by=request.user, at=now)):
        words = _("%(added)d ajoutés, %(updated)d mis à jour, %(removed)d retirés.")
        messages.success(request, words % done._asdict())
        return see_other("ops:services")
    context = {"nav": "services", "form": form, "file": file, **_content_of(file)}
    return page(request, "console/service_file.html", context)


def _content_of(file: ServiceFile) -> dict[str, Any]:
    """Return the services of a file, or the reason why it has none."""
    failure, found = why_unread(file.failure) if file.failure else "", None
    if file.found is not None:
        try:
            found = rules.read(file.found)
        except Refused as refusal:
            failure = refusal.sentence
    return {"preview": found, "failure": failure}
