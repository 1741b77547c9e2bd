"""Refusals of this space's councils: the list, a new refusal, a withdrawal."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts.sessions import stepup
from saas.accounts.sessions.proofs import Level
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.queries.reviews import own_gate, own_previews
from saas.kernel.http import page, see_other
from tenants.community.council import rules
from tenants.community.council.forms.refusals import (
    GateForm,
    PreviewForm,
    RefusalForm,
    TakeBackForm,
)
from tenants.community.council.queries.refusals import refusable, refusal_cents, refusals_page
from tenants.community.council.views import scope
from tenants.spaces.requests import MemberRequest


@require_http_methods(["GET", "POST"])
def refusals(request: MemberRequest) -> HttpResponseBase:
    """Show the refusals, with a form for a new refusal."""
    rules.check_refuses(scope.duties_of(request))
    form = _form(request, request.method == "POST")
    if (shown := _question(request, form)) is not None:
        return shown
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est refusé."))
        return see_other("council:refusals")
    return _page(request, form)


@require_POST
def take_back(request: MemberRequest, reference: str) -> HttpResponse:
    """Withdraw a refusal."""
    rules.check_refuses(scope.duties_of(request))
    form = TakeBackForm(request.POST)
    if form.submit(reference=reference, by=request.user, at=timezone.now()):
        messages.success(request, _("Le refus est levé."))
        return see_other("council:refusals")
    return _page(request, form)


@require_POST
def gate(request: MemberRequest) -> HttpResponse:
    """Have the council see ads before the space does, or no longer."""
    rules.check_refuses(scope.duties_of(request))
    form = GateForm(request.POST)
    is_on = request.POST.get("gate") == "on"
    if form.submit(is_on=is_on, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est réglé."))
        return see_other("council:refusals")
    return _page(request, form)


@require_POST
def preview(request: MemberRequest, reference: str) -> HttpResponseBase:
    """Let an ad run in this space, or refuse it."""
    rules.check_refuses(scope.duties_of(request))
    form = PreviewForm(request.POST)
    accepts = request.POST.get("verdict") == "accept"
    target = Target(campaign=reference)
    if not accepts and (shown := _question_of(request, target)) is not None:
        return shown
    if form.submit(reference=reference, accepts=accepts, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est décidé."))
        return see_other("council:refusals")
    return _page(request, form)


def _question(request: MemberRequest, form: RefusalForm) -> HttpResponseBase | None:
    """Return the page that asks for a second factor if the refusal sends much money back."""
    if not form.is_bound or not form.is_valid():
        return None
    return _question_of(request, form.chosen)


def _question_of(request: MemberRequest, target: Target) -> HttpResponseBase | None:
    cents = refusal_cents(target, schema_name=request.space.schema_name, at=timezone.now())
    return stepup.question(request, Level.FACTOR) if rules.asks_factor(cents) else None


def _form(request: MemberRequest, is_sent: bool) -> RefusalForm:  # noqa: FBT001 - a step of the view
    choices = refusable(request.GET.get("q", "").strip(), timezone.now())
    desks = scope.read_desks(scope.duties_of(request))
    councils = [(desk.council.company_id, desk.council.name) for desk in desks]
    data = request.POST if is_sent else None
    return RefusalForm(data, choices=choices, councils=councils)


def _page(request: MemberRequest, form: forms.Form) -> HttpResponse:
    blank = form if isinstance(form, RefusalForm) else _form(request, is_sent=False)
    own = rules.companies_of(scope.duties_of(request))
    context = {
        "nav": "refusals",
        "shown": refusals_page(own),
        "has_gate": own_gate(own),
        "previews": own_previews(own),
        "answer": PreviewForm(),
        "form": blank,
        "sent": form,
        "words": request.GET.get("q", "").strip(),
    }
    return page(request, "council/refusals.html", context)
