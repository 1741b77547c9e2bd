"""Pages of members' cards: a colleague's, and the member's own with its visibility."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel import private_pictures
from saas.kernel.http import page, see_other
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from saas.kernel.web.bodies import takes_files
from tenants.community.members.forms.card import CardForm, DirectoryForm, FoundForm
from tenants.community.members.queries import cards, directory
from tenants.community.members.views.membership import member_or_404
from tenants.spaces.requests import MemberRequest


@require_GET
def person(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a colleague's card, as far as it is visible to the viewer."""
    shown = cards.card(member_or_404(reference), viewer=request.user, at=timezone.now())
    return page(request, "members/person.html", {"card": shown, "member": shown.member})


@require_http_methods(["GET", "POST"])
def found(request: MemberRequest) -> HttpResponse:
    """Show the members who agreed to be found, and record whether the member agrees."""
    at = timezone.now()
    form = FoundForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est noté. Vous pouvez changer d’avis sur votre carte."))
        return see_other("members:directory")
    search = DirectoryForm(request.GET)
    filters = search.filters()
    context = {
        "form": form,
        "filters": filters,
        "found": directory.directory(filters, viewer=request.user, at=at, number=search.number()),
        "asks": not getattr(request.user, "answered_found", False),
        "nav": "people",
    }
    return page(request, "members/directory.html", context, partial="list")


@takes_files(MOST_PICTURES * pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def card(request: MemberRequest) -> HttpResponse:
    """Let a member choose their picture, and the visibility of each field of their card."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CardForm(*data, person=request.user, is_park=request.space.is_park)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Votre carte est enregistrée."))
        return see_other("members:person", request.user.reference)
    return page(request, "members/card.html", {"form": form, "nav": "profile"})


@require_GET
def portrait(request: MemberRequest, token: str, width: int) -> HttpResponseBase:
    """Serve a member's picture in the given width, if the viewer may see it."""
    return private_pictures.answer(cards.portrait_named(token, viewer=request.user), width)
