"""Pages of gatherings: the list, a single gathering, the member's own, and calendars."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.kernel import modules
from saas.kernel.errors import Refused
from saas.kernel.http import page, poll_answer, see_other
from saas.kernel.secrets import tokens
from saas.kernel.values import calendars, cells
from saas.kernel.web import rate_limit
from tenants.community.gatherings import actions, forms
from tenants.community.gatherings.models import Gathering, Participation
from tenants.community.gatherings.queries import board as board_queries
from tenants.community.gatherings.queries import calendars as calendar_queries
from tenants.community.gatherings.queries import single as single_queries
from tenants.spaces import calendars as space_calendars
from tenants.spaces import hosts
from tenants.spaces.requests import MemberRequest, SpaceRequest

MOST_READ = 60
AN_HOUR = 3600


@require_GET
def board(request: MemberRequest) -> HttpResponse:
    """Show future gatherings, filtered by the query string."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = board_queries.board(
        filters, viewer=request.user, at=timezone.now(), number=form.number()
    )
    context = {"filters": filters, "board": found, "kinds": forms.kinds(), "nav": "gatherings"}
    return page(request, "gatherings/board.html", context, partial="list")


@require_http_methods(["GET", "POST"])
def announce(request: MemberRequest) -> HttpResponse:
    """Announce a gathering, then go to its page."""
    data = (request.POST,) if request.method == "POST" else ()
    initial = forms.suggested(request.GET.dict(), at=timezone.now())
    form = forms.AnnounceForm(*data, person=request.user, initial=initial)
    if form.is_bound and (gathering := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("Votre activité est annoncée."))
        return see_other(gathering)
    return page(request, "gatherings/announce.html", {"form": form, "nav": "gatherings"})


@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show the gatherings that the member organises, joined or waits for."""
    found = board_queries.mine(request.user, at=timezone.now())
    return page(request, "gatherings/mine.html", {"found": found, "nav": "gatherings"})


@require_GET
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a gathering, to join it or to look after it."""
    gathering = _found(request, reference)
    standing = single_queries.standing(gathering, viewer=request.user)
    if moved := poll_answer(request, standing, url=gathering.get_absolute_url()):
        return moved
    found = single_queries.detail(gathering, viewer=request.user, at=timezone.now())
    own = gathering.organiser_id == request.user.pk
    if not (own or found.mine):  # they alone have something to finish there
        modules.check_used("gatherings")
    context = {"detail": found, "gathering": gathering, "own": own, "standing": standing}
    context["nav"] = "gatherings"
    return page(request, "gatherings/detail.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, reference: str) -> HttpResponse:
    """Update the member's gathering."""
    gathering = _own(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.EditForm(*data, gathering=gathering)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré. Les personnes inscrites sont prévenues."))
        return see_other(gathering)
    context = {"form": form, "gathering": gathering, "nav": "gatherings"}
    return page(request, "gatherings/edit.html", context)


@require_http_methods(["GET", "POST"])
def cancel(request: MemberRequest, reference: str) -> HttpResponse:
    """Cancel the member's gathering."""
    gathering = _own(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.CancelForm(*data, gathering=gathering)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est annulé. Les personnes inscrites sont prévenues."))
        return see_other(gathering)
    context = {"form": form, "gathering": gathering, "nav": "gatherings"}
    return page(request, "gatherings/cancel.html", context)


@require_POST
def join(request: MemberRequest, reference: str) -> HttpResponse:
    """Join a gathering, or its waiting list if it is full."""
    gathering = _found(request, reference)
    joined = actions.join(gathering=gathering, by=request.user, at=timezone.now())
    if joined.state == Participation.State.COMING:
        messages.success(request, _("C’est noté : vous participez."))
    else:
        messages.success(request, _("C’est complet : vous êtes sur la liste d’attente."))
    return see_other(gathering)


@require_POST
def leave(request: MemberRequest, reference: str) -> HttpResponse:
    """Leave a gathering."""
    gathering = _found(request, reference)
    actions.leave(gathering=gathering, by=request.user, at=timezone.now())
    messages.success(request, _("C’est noté : vous ne venez pas."))
    return see_other(gathering if modules.is_used("gatherings") else "gatherings:mine")


@require_http_methods(["GET", "POST"])
def budget(request: MemberRequest, reference: str) -> HttpResponse:
    """Set the contribution of the member's council to a gathering."""
    gathering = _found(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.BudgetForm(*data, gathering=gathering, by=request.user)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("La participation du CSE est affichée."))
        return see_other(gathering)
    context = {"form": form, "gathering": gathering, "nav": "gatherings"}
    return page(request, "gatherings/budget.html", context)


@require_POST
def remove_budget(request: MemberRequest, reference: str) -> HttpResponse:
    """Remove the contribution of the member's council."""
    gathering = _found(request, reference)
    actions.remove_budget(gathering=gathering, by=request.user, at=timezone.now())
    messages.success(request, _("La participation du CSE est retirée."))
    return see_other(gathering)


@require_GET
def sheet(request: MemberRequest, reference: str) -> HttpResponseBase:
    """Return the participants of the member's gathering as a spreadsheet file."""
    gathering = _own(request, reference)
    return cells.download(single_queries.sheet_of(gathering), name=gathering.reference)


@require_GET
def event(request: MemberRequest, reference: str) -> HttpResponse:
    """Return a gathering as a calendar file."""
    return space_calendars.answer(calendar_queries.entry_of(_found(request, reference)))


@require_http_methods(["GET", "POST"])
def calendar(request: MemberRequest) -> HttpResponse:
    """Show the member's private calendar address, or create a new address on POST."""
    if request.method == "POST":
        actions.make_calendar_link(by=request.user, at=timezone.now())
        messages.success(request, _("Votre adresse de calendrier est prête."))
        return see_other("gatherings:calendar")
    link = calendar_queries.link_of(request.user)
    token = calendar_queries.token_of(link) if link else ""
    path = f"/gatherings/calendar/{token}/"
    url = hosts.space_url(request.space.slug, path) if token else ""
    return page(
        request, "gatherings/calendar.html", {"link": link, "url": url, "nav": "gatherings"}
    )


@require_POST
def revoke_calendar(request: MemberRequest) -> HttpResponse:
    """Delete the member's private calendar address."""
    actions.revoke_calendar_link(by=request.user, at=timezone.now())
    messages.success(request, _("Ce lien n’est plus valable."))
    return see_other("gatherings:calendar")


@login_not_required
@require_GET
def feed(request: SpaceRequest, token: str) -> HttpResponse:
    """Return a person's calendar to a program with their private address."""
    try:
        rate_limit.check(
            "calendar",
            tokens.hashed(token),
            most=MOST_READ,
            per_seconds=AN_HOUR,
            when_silent=rate_limit.Silent.LET_PASS,
        )
    except Refused as refusal:
        return HttpResponse(
            refusal.sentence,
            status=429,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": str(AN_HOUR)},
        )
    person = calendar_queries.person_with_token(token)
    if person is None:
        raise Http404
    content = calendar_queries.calendar_of(person, at=timezone.now())
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Referrer-Policy"] = "no-referrer"
    return get_conditional_response(request, etag=etag, response=response) or response


def _found(request: MemberRequest, reference: str) -> Gathering:
    gathering = single_queries.find(reference, viewer=request.user)
    if gathering is None:
        raise Http404
    return gathering


def _own(request: MemberRequest, reference: str) -> Gathering:
    gathering = single_queries.own(reference, by=request.user)
    if gathering is None:
        raise Http404
    return gathering
