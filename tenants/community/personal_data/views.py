"""Pages of a member's data: the copy to download, and the log of accesses."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts import auth
from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.people import erasing
from saas.kernel.secrets.hashing import takes_password
from tenants.community.personal_data import actions, queries, rules
from tenants.community.personal_data.forms import EraseForm, EraseLeaverForm
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def data(request: MemberRequest) -> HttpResponse:
    """Show the member's copies and accesses, and request a copy."""
    if request.method == "POST":
        try:
            actions.ask_export(by=request.user, at=timezone.now())
            messages.success(request, _("Votre copie se prépare."))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        return see_other("personal_data:data")
    context = {"nav": "profile", "shown": queries.shown(request.user)}
    return page(request, "personal_data/data.html", context, partial="live")


@require_GET
def download(request: MemberRequest, reference: str) -> HttpResponseBase:
    """Serve a copy to the person it is about."""
    export = queries.ready_export(reference, person=request.user)
    if export is None or not default_storage.exists(export.name):
        raise Http404
    name = f"troovon-{export.ready_at:%Y-%m-%d}.zip"
    response = FileResponse(default_storage.open(export.name), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def retention(request: MemberRequest) -> HttpResponse:
    """Show the kinds of stored data, with their retention periods."""
    context = {"nav": "profile", "lines": queries.retention_lines()}
    return page(request, "personal_data/kept.html", context)


@takes_password
@require_http_methods(["GET", "POST"])
def erase(request: MemberRequest) -> HttpResponse:
    """Show the data to erase, the data kept and any obstacles; then request the erasure."""
    now, proven = timezone.now(), auth.came_without_password_just_now(request)
    has_password = request.user.has_usable_password()
    data = request.POST if request.method == "POST" else None
    form = EraseForm(data, asks_password=has_password and not proven, proven=proven)
    if form.submit(of=request.user, by=request.user, at=now):
        messages.success(request, _("C’est demandé. Un e-mail vous le confirme."))
        return see_other("personal_data:erase")
    context = {
        "nav": "profile",
        "form": form,
        "erasure": queries.erasure_of(request.user),
        "obstacles": erasing.obstacles_to(request.user, now),
        "email": request.user.email,
        "needs_link": not has_password and not proven,
    }
    return page(request, "personal_data/erase.html", context)


@require_POST
def take_back(request: MemberRequest) -> HttpResponse:
    """Keep everything after all."""
    return _spare(request, request.user, "personal_data:erase")


@require_http_methods(["GET", "POST"])
def erase_leaver(request: MemberRequest, reference: str) -> HttpResponse:
    """Let an administrator erase a leaver at the leaver's request."""
    person, now = _person_or_404(request, reference), timezone.now()
    form = EraseLeaverForm(request.POST if request.method == "POST" else None)
    if form.submit(of=person, by=request.user, at=now):
        messages.success(request, _("C’est demandé. La personne l’apprend par e-mail."))
        return see_other("personal_data:erase_leaver", reference)
    what, why = gettext_noop("Effacement des données"), gettext_noop("Gestion des comptes")
    access = hooks.DataAccess([person.pk], rules.ADMINISTRATOR, what, why)
    hooks.data_accessed.ask(access, request.user, now)
    context = {
        "nav": "people",
        "form": form,
        "person": person,
        "erasure": queries.erasure_of(person),
        "obstacles": erasing.obstacles_to(person, now),
    }
    return page(request, "personal_data/erase_leaver.html", context)


@require_POST
def spare_leaver(request: MemberRequest, reference: str) -> HttpResponse:
    """Cancel a leaver's erasure."""
    person = _person_or_404(request, reference)
    return _spare(request, person, "personal_data:erase_leaver", reference)


def _spare(request: MemberRequest, person: User, *back: str) -> HttpResponse:
    erasure = queries.erasure_of(person)
    if erasure is None:
        raise Http404
    try:
        actions.take_back(erasure=erasure, by=request.user, at=timezone.now())
        messages.success(request, _("Rien ne sera effacé."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other(*back)


def _person_or_404(request: MemberRequest, reference: str) -> User:
    """Return a person administered by the viewer. Raises NotAllowed, Http404."""
    duties = hooks.duties_of(request.user)
    rules.check_administers(duties)
    person = queries.person_within(reference, duties=duties)
    if person is None:
        raise Http404
    return person
