"""Pages of the shelf's providers."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.web.bodies import takes_files
from tenants.community.mediastore import forms, wording
from tenants.community.mediastore.actions import shelving
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules
from tenants.community.mediastore.rules.files import MOST_UPLOAD
from tenants.community.mediastore.views.shelf import found
from tenants.spaces.requests import MemberRequest


def _providers(request: MemberRequest) -> list[str]:
    providers = queries.providers_of(request.user)
    rules.check_provides_any(providers)
    return providers


def _own(request: MemberRequest, reference: str) -> Medium:
    medium = found(reference)
    rules.check_provides(medium, _providers(request))
    return medium


@require_safe
def manage(request: MemberRequest) -> HttpResponse:
    """Show the provider's media, those in preparation, and the code of the day."""
    rows = [
        (
            medium,
            rules.SYMBOLS[medium.kind],
            wording.failure(medium.failure) if medium.failure else "",
        )
        for medium in queries.provided_by(_providers(request))
    ]
    code = rules.gate_code_of(timezone.localdate())
    context = {"rows": rows, "code": code, "nav": "mediastore"}
    return page(request, "mediastore/kept.html", context)


@takes_files(MOST_UPLOAD)
@require_http_methods(["GET", "POST"])
def put(request: MemberRequest) -> HttpResponse:
    """Put a medium on the shelf."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.PutForm(*data, providers=_providers(request))
    if form.is_bound and (medium := form.submit(by=request.user, at=timezone.now())):
        if medium.state == Medium.State.WAITING:
            messages.success(request, _("C’est reçu : il sera en rayon dès qu’il est préparé."))
        else:
            messages.success(request, _("C’est en rayon."))
        return see_other("mediastore:kept")
    return page(request, "mediastore/put.html", {"form": form, "nav": "mediastore"})


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Correct the description of a medium."""
    medium = _own(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    initial = {name: getattr(medium, name) for name in shelving.Words._fields}
    form = forms.WordsForm(*data, medium=medium, initial=initial)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other(medium)
    return page(
        request, "mediastore/edit.html", {"form": form, "medium": medium, "nav": "mediastore"}
    )


@require_safe
def state(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a file's progress, for the list that polls until it is prepared."""
    medium = _own(request, reference)
    failure = wording.failure(medium.failure) if medium.failure else ""
    return page(request, "mediastore/state.html", {"medium": medium, "failure": failure})


@require_POST
def try_again(request: MemberRequest, reference: str) -> HttpResponse:
    """Queue another attempt to open a file or to fetch a feed."""
    try:
        shelving.try_again(medium=_own(request, reference), by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("C’est reparti."))
    return see_other("mediastore:kept")


@require_POST
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Take a medium off the shelf."""
    shelving.withdraw(medium=_own(request, reference), by=request.user, at=timezone.now())
    messages.success(request, _("Il n’est plus en rayon ; ses fichiers sont effacés."))
    return see_other("mediastore:kept")
