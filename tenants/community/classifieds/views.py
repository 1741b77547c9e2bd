"""Pages of the board: browse, post, and manage the member's own classifieds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.auth import never_referred
from saas.kernel import hooks, private_pictures
from saas.kernel.display import qr as qr_drawing
from saas.kernel.http import page, see_other
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from saas.kernel.web.bodies import takes_files
from tenants.community.classifieds import actions, forms
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import board as board_queries
from tenants.community.classifieds.queries import pictures as picture_queries
from tenants.community.classifieds.queries import single as single_queries
from tenants.spaces import spots
from tenants.spaces.requests import MemberRequest, SpaceRequest

LENT = "lend"  # a kind of former days: links and bookmarks go on to the room of lending


@require_GET
def board(request: MemberRequest) -> HttpResponse:
    """Show the board, filtered by the query string; redirect requests for loans to lending."""
    if request.GET.get("kind") == LENT:
        return redirect("lending:board", permanent=True)
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = board_queries.board(
        filters, viewer=request.user, at=timezone.now(), number=form.number()
    )
    context = {"filters": filters, "board": found, "sites": spots.sites()}
    choices = {"kinds": forms.kinds(), "sorts": forms.SORTS.items(), "price": form["max"].value()}
    of_services = {"services": forms.services(), "weekdays": forms.weekdays(), "nav": "board"}
    return page(
        request, "classifieds/board.html", {**context, **choices, **of_services}, partial="list"
    )


@takes_files(MOST_PICTURES * pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def post(request: MemberRequest) -> HttpResponse:
    """Create a classified and redirect to its page; redirect requests for loans to lending."""
    if request.method == "GET" and request.GET.get("kind") == LENT:
        return redirect("lending:offer", permanent=True)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = forms.suggested(request.GET.dict())
    draft = None if data or initial else forms.draft_of(request.user, at=timezone.now())
    form = forms.PostForm(*data, person=request.user, initial=initial, draft=draft)
    if form.is_bound and (classified := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("Votre annonce est en ligne."))
        return see_other(classified)
    return page(request, "classifieds/post.html", _posting(form))


@require_POST
def draft(request: MemberRequest) -> HttpResponse:
    """Save the form as a draft and show its preview card."""
    form = forms.PostForm(request.POST, person=request.user)
    draft = form.save_draft(by=request.user, at=timezone.now())
    return page(request, "components/posting.html", {**_posting(form), "kept": draft}, status=200)


@require_POST
def discard(request: MemberRequest) -> HttpResponse:
    """Delete the member's draft."""
    actions.discard_draft(by=request.user, at=timezone.now())
    messages.success(request, _("Le brouillon est jeté."))
    return see_other("classifieds:post")


@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show the member's own classifieds, open and closed."""
    on_the_board, ended = single_queries.mine(request.user, at=timezone.now())
    context = {"on_the_board": on_the_board, "ended": ended, "nav": "mine"}
    return page(request, "classifieds/mine.html", context)


@require_GET
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a classified, to answer it or to look after it."""
    found = single_queries.detail(reference, viewer=request.user, at=timezone.now())
    if found is None:
        return _moved(request, reference)
    context = {"detail": found, "classified": found.classified, "key": forms.fresh_key()}
    own = found.classified.author_id == request.user.pk
    return page(request, "classifieds/detail.html", {**context, "own": own, "nav": "board"})


@takes_files(MOST_PICTURES * pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Update the member's classified."""
    classified = _own(request, reference)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = forms.initial_of(classified)
    form = forms.EditForm(*data, person=request.user, classified=classified, initial=initial)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other(classified)
    return page(request, "classifieds/edit.html", {"form": form, "classified": classified})


@require_http_methods(["GET", "POST"])
def close(request: MemberRequest, reference: str) -> HttpResponse:
    """Close the member's classified and record its outcome."""
    classified = _own(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    initial = {"closed_with": request.GET.get("with", "")}
    form = forms.CloseForm(*data, classified=classified, by=request.user, initial=initial)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Votre annonce est close. Merci de l’avoir dit."))
        return see_other(classified)
    return page(request, "classifieds/close.html", {"form": form, "classified": classified})


@require_POST
def renew(request: MemberRequest, reference: str) -> HttpResponse:
    """Renew the member's classified for another month."""
    classified = _own(request, reference)
    actions.renew(classified=classified, by=request.user, at=timezone.now())
    messages.success(request, _("Votre annonce reste en ligne un mois de plus."))
    return see_other(classified)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_referred
def renew_by_link(request: SpaceRequest, token: str) -> HttpResponse:
    """Show the classified of a mailed renewal link.

    Only the button renews it, because mail scanners follow links.
    """
    classified = single_queries.find_by_renewal_link(token)
    if classified is None:
        return page(request, "classifieds/keep.html", {"classified": None}, status=422)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.RenewForm(*data, classified=classified)
    renewed = form.submit(by=classified.author, at=timezone.now()) if form.is_bound else None
    context = {"form": form, "classified": renewed or classified, "renewed": renewed is not None}
    return page(request, "classifieds/keep.html", context)


@require_POST
def thank(request: MemberRequest, reference: str) -> HttpResponse:
    """Thank the other party of a closed deal."""
    classified = single_queries.find(reference, viewer=request.user)
    if classified is None:
        raise Http404
    actions.thank(classified=classified, by=request.user, at=timezone.now())
    messages.success(request, _("Votre merci est transmis."))
    return see_other(classified)


@require_GET
def qr(request: MemberRequest, reference: str) -> HttpResponse:
    """Draw the address of a classified as a QR code, to be shown to a colleague."""
    classified = single_queries.find(reference, viewer=request.user)
    if classified is None:
        raise Http404
    url = request.build_absolute_uri(classified.get_absolute_url())
    return HttpResponse(qr_drawing.drawing(url), content_type="image/svg+xml")


@require_POST
def release(request: MemberRequest, reference: str) -> HttpResponse:
    """Release the member's reserved classified."""
    classified = _own(request, reference)
    if actions.set_free(classified=classified, by=request.user, at=timezone.now()):
        messages.success(request, _("Votre annonce est de nouveau libre."))
    return see_other(classified)


@require_GET
def picture(request: MemberRequest, token: str, width: int) -> HttpResponseBase:
    """Return a picture in the given width to a member of this space."""
    return private_pictures.answer(picture_queries.picture_named(token, viewer=request.user), width)


def _posting(form: forms.PostForm) -> dict[str, Any]:
    """Return the context of the page of a new classified: its form, draft and card."""
    now = timezone.now()
    tiles = [form.preview(at=now)] if form.is_bound else []
    return {"form": form, "tiles": tiles, "kept": form.is_bound, "now": now, "nav": "post"}


def _moved(request: MemberRequest, reference: str) -> HttpResponse:
    """Redirect to the new address of a former classified. Raises Http404."""
    url = hooks.moved_url.first(single_queries.KIND, reference, request.user)
    if url is None:
        raise Http404
    return redirect(url, permanent=True)


def _own(request: MemberRequest, reference: str) -> Classified:
    classified = single_queries.own(reference, by=request.user)
    if classified is None:
        raise Http404
    return classified
