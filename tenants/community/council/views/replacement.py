"""The replacement of an account: two people of the council decide on it and follow it here."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.sessions import stepup
from saas.kernel.http import page, poll_answer, see_other
from tenants.community.council.forms.account import LinkForm
from tenants.community.council.forms.replacement import (
    CancelReplacementForm,
    ConfirmReplacementForm,
    ReplaceForm,
)
from tenants.community.council.queries import account as queries
from tenants.community.council.views import scope
from tenants.community.council.views.account import ask_for_link, shown_link
from tenants.spaces.requests import MemberRequest


@require_GET
def replacement(request: MemberRequest) -> HttpResponse:
    """Show the open replacements of accounts, with a form to request a replacement."""
    return _page(request)


@require_POST
@stepup.second_factor
def ask(request: MemberRequest, reference: str) -> HttpResponse:
    """Ask for another account in the place of a council's."""
    council = scope.read_council(request, reference)
    form = ReplaceForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est demandé. Une autre personne élue confirme."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_POST
@stepup.second_factor
def confirm(request: MemberRequest, reference: str) -> HttpResponse:
    """Confirm a replacement requested by another person."""
    council = scope.read_council(request, reference)
    form = ConfirmReplacementForm(request.POST)
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est confirmé. Le nouveau compte est à compléter."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_POST
@stepup.fresh
def cancel(request: MemberRequest, reference: str) -> HttpResponse:
    """Give a replacement up; the account stays as it is."""
    council = scope.read_council(request, reference)
    form = CancelReplacementForm(request.POST)
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est abandonné. Le compte reste celui d’avant."))
        return see_other("council:replacement")
    return _page(request, reference, form)


@require_http_methods(["GET", "POST"])
@stepup.second_factor
def link(request: MemberRequest, reference: str) -> HttpResponse:
    """Have an address of Stripe made where the new account is completed, and lead to it."""
    council = scope.council_of_treasurer(request, reference)
    change = queries.changes_going_on().get(reference)
    if change is None or not change.new_account:
        raise Http404
    if request.method == "GET":
        return shown_link(
            request, council, here="council:replace_link", later="council:replacement"
        )
    form = LinkForm(request.POST)
    call = ask_for_link(request, form, council=council, account=change.new_account)
    if call is None:
        return _page(request, reference, form)
    return see_other(f"{reverse('council:replace_link', args=[reference])}?call={call.uuid}")


def _page(
    request: MemberRequest, reference: str = "", form: forms.Form | None = None
) -> HttpResponse:
    duties = scope.duties_of(request)
    opening = queries.new_accounts_being_opened(at=timezone.now())
    desks = scope.read_desks(duties)
    going_on = queries.changes_going_on()
    past = queries.past_changes()
    standing = queries.standing_of(opening, desks)
    if answer := poll_answer(request, standing, url=reverse("council:replacement")):
        return answer
    context = {
        "nav": "account",
        "seen": standing,
        "person": request.user,
        "cards": [
            (
                desk,
                going_on.get(desk.council.reference),
                queries.requirements_of(going_on.get(desk.council.reference)),
                past.get(desk.council.reference, []),
                scope.is_treasurer(duties, desk),
                form
                if isinstance(form, ReplaceForm) and desk.council.reference == reference
                else ReplaceForm(auto_id=f"id_{desk.council.reference}_%s"),
                opening.get(desk.council.reference),
            )
            for desk in desks
        ],
        "form": form,
    }
    return page(request, "council/replacement.html", context)
