"""Pages of readers: the shelf, a medium, its contents."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.kernel.http import page, see_other
from saas.kernel.uploads.files import ranged
from tenants.community.mediastore import forms
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.actions.sponsors import OPENED, count
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries import judging, reading, sponsors
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules
from tenants.spaces.requests import MemberRequest

ON_SITE = "media_on_site_day"
SIZES = ("", "large", "huge")


def found(reference: str) -> Medium:
    """Find a medium. Raises Http404."""
    medium = queries.find(reference)
    if medium is None or medium.withdrawn_at is not None:
        raise Http404
    return medium


def is_on_site(request: MemberRequest) -> bool:
    """Return True if the member typed today's code."""
    today = timezone.localdate().isoformat()
    return bool(request.session.get(ON_SITE) == today)


def opened(request: MemberRequest, reference: str) -> Medium:
    """Find a medium that the person may open now. Raises Http404 and Refused."""
    medium = found(reference)
    if judging.judges(medium, request.user):
        return medium
    if not rules.is_on_shelf(medium, today=timezone.localdate()):
        raise Http404
    rules.check_may_open(
        medium,
        on_site=is_on_site(request),
        holds_a_copy=medium.copies is None
        or queries.own_borrowing(medium, request.user) is not None,
    )
    return medium


@require_safe
def shelf(request: MemberRequest) -> HttpResponse:
    """Show the shelf, filtered by the query string."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    at = timezone.now()
    offered = sponsors.by_medium(at)
    shown = queries.shelf(
        filters, viewer=request.user, at=at, number=form.number(), sponsors=offered
    )
    context = {
        "filters": filters,
        "shelf": shown,
        "kinds": forms.kinds(),
        "keeps": bool(queries.providers_of(request.user)),
        "nav": "mediastore",
    }
    return page(request, "mediastore/shelf.html", context, partial="list")


@require_http_methods(["GET", "POST"])
def gate(request: MemberRequest) -> HttpResponse:
    """Take the code of the day, typed or scanned, then lead back to the shelf."""
    data = request.POST if request.method == "POST" else None
    form = forms.GateForm(data, initial={"code": request.GET.get("code", "")})
    if form.is_bound and (day := form.submit(by=request.user, at=timezone.now())):
        request.session[ON_SITE] = day
        messages.success(request, _("Vous êtes sur place : tout le rayon est ouvert aujourd’hui."))
        medium = queries.find(request.GET.get("medium", ""))
        return see_other(medium or "mediastore:shelf")
    return page(request, "mediastore/gate.html", {"form": form, "nav": "mediastore"})


@require_safe
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a medium: its description, its contents, how to get it."""
    medium, at = found(reference), timezone.now()
    shown = reading.detail(medium, viewer=request.user, on_site=is_on_site(request), at=at)
    keeps = medium.provider in queries.providers_of(request.user)
    if not judging.sees(medium, request.user):
        raise Http404
    own = medium.added_by_id == request.user.pk
    ads = sponsors.tiles(medium, viewer=request.user, at=at)
    context = {"medium": medium, "detail": shown, "keeps": keeps, "own": own, "ads": ads}
    return page(request, "mediastore/detail.html", {**context, "nav": "mediastore"})


@require_safe
def read(request: MemberRequest, reference: str, number: int) -> HttpResponse:
    """Show a page, chapter, episode or film."""
    medium = opened(request, reference)
    shown = reading.opened(medium, number, viewer=request.user)
    if shown is None:
        raise Http404
    count(medium=medium, kind=OPENED, by=request.user, at=timezone.now())
    size = request.GET.get("text", "")
    context = {
        "medium": medium,
        "opened": shown,
        "part": shown.part,
        "size": size if size in SIZES else "",
        "nav": "mediastore",
    }
    return page(request, "mediastore/read.html", context)


@require_safe
def file(request: MemberRequest, reference: str, number: int) -> HttpResponseBase:
    """Serve a page's picture, a recording or a film, or the requested byte range of it."""
    part = reading.file_of(opened(request, reference), number)
    if part is None or not default_storage.exists(part.file):
        raise Http404
    return ranged(part.file, part.content_type, request.headers.get("Range", ""))


@require_safe
def illustration(request: MemberRequest, reference: str, number: int) -> HttpResponseBase:
    """Hand out a picture of a book."""
    name = reading.illustration_of(opened(request, reference), number)
    if not name or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def mark(request: MemberRequest, reference: str) -> HttpResponse:
    """Save the reader's position; a script gets an empty response."""
    medium = opened(request, reference)
    form = forms.MarkForm(request.POST, medium=medium)
    if form.submit(by=request.user, at=timezone.now()) is None:
        return HttpResponse(status=422)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    messages.success(request, _("Le marque-page est posé."))
    return see_other(queries.reading_url(medium, form.cleaned_data["number"]))


@require_POST
def borrow(request: MemberRequest, reference: str) -> HttpResponse:
    """Borrow a copy, or join the waiting list."""
    medium = found(reference)
    if actions.borrow(medium=medium, by=request.user, at=timezone.now()) is None:
        messages.success(
            request, _("Vous êtes sur la liste : le prochain exemplaire rendu est pour vous.")
        )
    else:
        messages.success(request, _("Il est à vous. Le retour est automatique à la date dite."))
    return see_other(medium)


@require_POST
def give_back(request: MemberRequest, reference: str) -> HttpResponse:
    """Give a copy back."""
    medium = found(reference)
    actions.give_back(medium=medium, by=request.user, at=timezone.now())
    messages.success(request, _("C’est rendu. Merci pour les suivants."))
    return see_other(medium)


@require_POST
def stop_waiting(request: MemberRequest, reference: str) -> HttpResponse:
    """Leave the line for a medium."""
    medium = found(reference)
    actions.stop_waiting(medium=medium, by=request.user, at=timezone.now())
    messages.success(request, _("Vous n’attendez plus ce titre."))
    return see_other(resolve_url(medium))
