"""The terms of a council's share: read, accepted, declined, printed."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.accounts.sessions import stepup
from saas.kernel.http import page, see_other
from tenants.community.council.forms.terms import AcceptForm, DeclineForm
from tenants.community.council.queries import account as queries
from tenants.community.council.views import scope
from tenants.spaces.requests import MemberRequest


@require_GET
def terms(request: MemberRequest) -> HttpResponse:
    """Show the versions of the terms, with the treasurer's forms to answer an offer."""
    return _terms_page(request)


@require_POST
@stepup.second_factor
def accept(request: MemberRequest, reference: str) -> HttpResponse:
    """Accept the terms that a council was offered."""
    council = scope.council_of_treasurer(request, reference)
    form = AcceptForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est signé. La part due peut partir."))
        return see_other("council:terms")
    return _terms_page(request, reference, form)


@require_POST
@stepup.fresh
def decline(request: MemberRequest, reference: str) -> HttpResponse:
    """Decline the terms offered to a council."""
    council = scope.council_of_treasurer(request, reference)
    form = DeclineForm(request.POST, auto_id=f"id_{reference}_no_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est décliné. Troovon lit votre motif et vous répond."))
        return see_other("council:terms")
    return _terms_page(request, reference, form)


@require_GET
def printed(request: MemberRequest, reference: str, version: int) -> HttpResponse:
    """Show a version of the terms with its signer, ready for printing."""
    desk = next(
        (
            desk
            for desk in scope.read_desks(scope.duties_of(request))
            if desk.council.reference == reference
        ),
        None,
    )
    shown = next((one for one in desk.terms if one.version == version), None) if desk else None
    if desk is None or shown is None:
        raise Http404
    context = {
        "nav": "terms",
        "desk": desk,
        "terms": shown,
        "seller": queries.seller(),
        "now": timezone.now(),
    }
    return page(request, "council/printed_terms.html", context)


def _terms_page(
    request: MemberRequest, reference: str = "", form: forms.Form | None = None
) -> HttpResponse:
    duties = scope.duties_of(request)
    context = {
        "nav": "terms",
        "signer": request.user.display_name,
        "desks": [
            (desk, *_answers(desk, reference, form))
            if desk.offered and scope.is_treasurer(duties, desk)
            else (desk, None, None)
            for desk in scope.read_desks(duties)
        ],
        "form": form,
    }
    return page(request, "council/terms.html", context)


def _answers(
    desk: queries.CouncilDesk, reference: str, sent: forms.Form | None
) -> tuple[forms.Form, forms.Form]:
    """Return the forms to accept and to decline; a submitted form is returned with its data."""
    own = desk.council.reference
    here = sent if own == reference else None
    version = {"version": desk.offered.version if desk.offered else 0}
    return (
        here
        if isinstance(here, AcceptForm)
        else AcceptForm(auto_id=f"id_{own}_%s", initial=version),
        here
        if isinstance(here, DeclineForm)
        else DeclineForm(auto_id=f"id_{own}_no_%s", initial=version),
    )
