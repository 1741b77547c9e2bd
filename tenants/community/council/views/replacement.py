"""One account takes another's place: two people of the council decide it, and follow it here."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.kernel.http import page, see_other
from tenants.community.council import queries
from tenants.community.council.forms import (
    CancelReplacementForm,
    ConfirmReplacementForm,
    LinkForm,
    ReplaceForm,
)
from tenants.community.council.views import scope
from tenants.community.council.views.account import ways_back
from tenants.spaces.requests import MemberRequest


@require_GET
def replacement(request: MemberRequest) -> HttpResponse:
    """Show each replacement of an account that goes on, and let one be asked for."""
    return _page(request)


@require_POST
def ask(request: MemberRequest, reference: str) -> HttpResponse:
    """Ask for another account in the place of a council's."""
    council = scope.read_council(request, reference)
    form = ReplaceForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est demandé. Une autre personne élue confirme."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_POST
def confirm(request: MemberRequest, reference: str) -> HttpResponse:
    """Confirm a replacement that somebody else asked for."""
    council = scope.read_council(request, reference)
    form = ConfirmReplacementForm(request.POST)
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est confirmé. Le nouveau compte est à compléter."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_POST
def cancel(request: MemberRequest, reference: str) -> HttpResponse:
    """Give a replacement up; the account stays as it is."""
    council = scope.read_council(request, reference)
    form = CancelReplacementForm(request.POST)
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est abandonné. Le compte reste celui d’avant."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_POST
def link(request: MemberRequest, reference: str) -> HttpResponse:
    """Make an address of Stripe where the new account is completed."""
    council = scope.kept_council(request, reference)
    change = queries.changes_going_on().get(reference)
    if change is None or not change.new_account:
        raise Http404
    form = LinkForm(request.POST)
    url = form.submit(account=change.new_account, **ways_back(request, reference))
    if url is None:
        return _page(request, reference, form)
    context = {"nav": "account", "council": council, "url": url, "later": "council:replacement"}
    return page(request, "council/link.html", context)


def _page(
    request: MemberRequest, reference: str = "", form: forms.Form | None = None
) -> HttpResponse:
    duties = scope.duties_of(request)
    desks = scope.read_desks(duties)
    going_on = queries.changes_going_on()
    past = queries.changes_past()
    context = {
        "nav": "account",
        "person": request.user,
        "cards": [
            (
                desk,
                going_on.get(desk.council.reference),
                queries.asked_of(going_on.get(desk.council.reference)),
                past.get(desk.council.reference, []),
                scope.keeps(duties, desk),
                form
                if isinstance(form, ReplaceForm) and desk.council.reference == reference
                else ReplaceForm(auto_id=f"id_{desk.council.reference}_%s"),
            )
            for desk in desks
        ],
        "form": form,
    }
    return page(request, "council/replacement.html", context)
