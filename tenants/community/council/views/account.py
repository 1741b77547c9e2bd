"""A council’s account at Stripe: opening, completing, and requesting legal personality."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.councils import tasks
from billing.models import Council, StripeCall
from billing.stripe.queries.calls import requested_link
from saas.accounts.sessions import stepup
from saas.kernel import schema
from saas.kernel.http import page, poll_answer, see_other
from saas.kernel.tasks import after_commit
from tenants.community.council.forms.account import (
    BillingForm,
    LinkForm,
    OpenAccountForm,
    PersonalityForm,
)
from tenants.community.council.queries import account as account_queries
from tenants.community.council.queries import figures as figure_queries
from tenants.community.council.views import scope
from tenants.spaces import hosts
from tenants.spaces.requests import MemberRequest

_FORMS: dict[str, type[forms.Form]] = {"opening": OpenAccountForm, "person": PersonalityForm}


@require_GET
def account(request: MemberRequest) -> HttpResponse:
    """Show the state of each council's account and the next step."""
    return _account_page(request)


@require_POST
@stepup.second_factor
def open_account(request: MemberRequest, reference: str) -> HttpResponse:
    """Open a council's account at Stripe."""
    council = scope.council_of_treasurer(request, reference)
    form = OpenAccountForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()) is None:
        return _account_page(request, reference, form)
    return see_other("council:account")


@require_POST
@stepup.second_factor
def ask_personality(request: MemberRequest, reference: str) -> HttpResponse:
    """Notify Troovon that a council has become a legal person."""
    council = scope.council_of_treasurer(request, reference)
    form = PersonalityForm(request.POST, auto_id=f"id_{reference}_%s")
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est demandé. Troovon répond sous deux jours ouvrés."))
        return see_other("council:account")
    return _account_page(request, reference, form)


def _account_page(
    request: MemberRequest, reference: str = "", form: forms.Form | None = None
) -> HttpResponse:
    duties = scope.duties_of(request)
    opening = account_queries.accounts_being_opened(at=timezone.now())
    desks = scope.read_desks(duties)
    changes = account_queries.changes_going_on()
    waiting = figure_queries.waiting_since([desk.council.reference for desk in desks])
    refused = account_queries.refused_payouts(desks)
    standing = account_queries.standing_of(opening, desks)
    if answer := poll_answer(request, standing, url=reverse("council:account")):
        return answer
    context = {
        "nav": "account",
        "seen": standing,
        "expired": request.GET.get("from") == "expired",
        "desks": [
            (
                desk,
                scope.is_treasurer(duties, desk),
                _forms_of(desk, sent=form, to=reference),
                changes.get(desk.council.reference),
                waiting.get(desk.council.reference),
                refused.get(desk.council.reference),
                opening.get(desk.council.reference),
            )
            for desk in desks
        ],
        "form": form,
    }
    return page(request, "council/account.html", context)


def _forms_of(
    desk: account_queries.CouncilDesk, *, sent: forms.Form | None, to: str
) -> dict[str, forms.Form]:
    """Return the forms of a card; a submitted form is returned with its data."""
    own = desk.council.reference
    return {
        name: sent if own == to and isinstance(sent, kind) else kind(auto_id=f"id_{own}_%s")
        for name, kind in _FORMS.items()
    }


@require_http_methods(["GET", "POST"])
@stepup.second_factor
def link(request: MemberRequest, reference: str) -> HttpResponse:
    """Have an address of Stripe made where the account is completed, and lead to it by a link."""
    council = scope.council_of_treasurer(request, reference)
    if not council.stripe_account:
        raise Http404
    if request.method == "GET":
        return shown_link(request, council, here="council:link", later="council:account")
    form = LinkForm(request.POST)
    call = ask_for_link(request, form, council=council, account=council.stripe_account)
    if call is None:
        return _account_page(request, reference, form)
    return see_other(f"{reverse('council:link', args=[reference])}?call={call.uuid}")


def ask_for_link(
    request: MemberRequest, form: LinkForm, *, council: Council, account: str
) -> StripeCall | None:
    """Have an address made where an account of a council is completed."""
    return form.submit(
        council=council,
        account=account,
        by=request.user,
        at=timezone.now(),
        **ways_back(request, council.reference),
    )


@require_GET
def shown_link(request: MemberRequest, council: Council, *, here: str, later: str) -> HttpResponse:
    """Show the address that was asked for, or how far it is. Raises Http404 for another's."""
    with schema.in_public():
        account_link = requested_link(
            "link", council.pk, request.GET.get("call", ""), at=timezone.now()
        )
    if account_link is None:
        raise Http404
    address = f"{reverse(here, args=[council.reference])}?call={account_link.uuid}"
    if answer := poll_answer(request, account_link.standing, url=address):
        return answer
    context = {
        "nav": "account",
        "council": council,
        "link": account_link,
        "later": later,
        "here": address,
    }
    return page(request, "council/link.html", context)


def ways_back(request: MemberRequest, reference: str) -> dict[str, str]:
    """Return where Stripe leads back to: when it is done, and when its address is too old."""
    return {
        "return_url": _url_of(request, "council:back", reference),
        "refresh_url": f"{_url_of(request, 'council:account')}?from=expired",
    }


@require_GET
def back(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the page after the return from Stripe; the state is fetched again, never trusted."""
    council = scope.council_of_treasurer(request, reference)
    desk = account_queries.desk_of(reference, at=timezone.now())
    if desk is None:
        raise Http404
    if "state" not in request.GET:
        after_commit(tasks.sync_account, council.pk)
    context: dict[str, Any] = {"nav": "account", "desk": desk}
    context["change"] = account_queries.changes_going_on().get(reference)
    return page(request, "council/back.html", context, partial="state")


@require_http_methods(["GET", "POST"])
@stepup.second_factor
def billing(request: MemberRequest, reference: str) -> HttpResponse:
    """Update the council's VAT status, and its consent to invoices by Troovon in its name."""
    council = scope.council_of_treasurer(request, reference)
    if request.method == "POST":
        form = BillingForm(request.POST)
        if form.submit(council=council, by=request.user, at=timezone.now()):
            messages.success(request, _("C’est noté, pour les prochains relevés."))
            return see_other("council:account")
    else:
        form = BillingForm(initial=BillingForm.of(council))
    return page(
        request,
        "council/billing.html",
        {
            "nav": "account",
            "council": council,
            "form": form,
            "mandate": account_queries.mandate_text(council),
        },
    )


def _url_of(request: MemberRequest, name: str, *args: str) -> str:
    return hosts.space_url(request.space.slug, reverse(name, args=args))
