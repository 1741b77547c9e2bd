"""Pages for managers of screens: the screens, the loop, day-parts, messages, plays."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.accounts import auth
from saas.kernel import hooks
from saas.kernel.http import page, see_other
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit
from tenants.community.kiosk import forms
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import DayPart, Screen
from tenants.community.kiosk.queries import pages as page_queries
from tenants.community.kiosk.queries import screens as screen_queries
from tenants.community.kiosk.queries import sold as sold_queries
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces.requests import MemberRequest, SpaceRequest

# Many colleagues in a hall, not signed in on their phones, scan from the same address.
SCANS_OF_A_NETWORK, SCANS_SECONDS = 600, 3600
MOST_OF_A_REFERENCE = 24


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Show the screens and their current slides; redirect council members to their messages."""
    duties = hooks.duties_of(request.user)
    if rules.may_write(duties) and not rules.may_manage(duties):
        return see_other("kiosk:messages")
    rules.check_manages(duties)
    found = page_queries.overview(request.space, at=timezone.now())
    return page(request, "kiosk/home.html", {"nav": "kiosk", "found": found}, partial="live")


@require_http_methods(["GET", "POST"])
def pair(request: MemberRequest) -> HttpResponse:
    """Pair the screen that shows a code."""
    rules.check_manages(hooks.duties_of(request.user))
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.PairForm(*data, initial={"code": request.GET.get("code", "")[:6]})
    if form.is_bound and (screen := form.submit(by=request.user, at=timezone.now())):
        messages.success(request, _("« %(name)s » est associé.") % {"name": screen.name})
        return see_other("kiosk:home")
    context = {"nav": "kiosk", "form": form, "groups": screen_queries.groups()}
    return page(request, "kiosk/pair.html", context)


@require_http_methods(["GET", "POST"])
def screen(request: MemberRequest, reference: str) -> HttpResponse:
    """Name a screen, move it, or see how it does."""
    found = _screen(request, reference)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.PlaceForm(*data, screen=found)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("kiosk:home")
    row = page_queries.screen_row(found, request.space, at=timezone.now())
    context = {"nav": "kiosk", "form": form, "row": row, **_groups_and_sold()}
    return page(request, "kiosk/edit.html", context)


@require_POST
def unpair(request: MemberRequest, reference: str) -> HttpResponse:
    """Take a screen's token away."""
    found = _screen(request, reference)
    screen_actions.unpair(screen=found, by=request.user, at=timezone.now())
    messages.success(request, _("« %(name)s » est dissocié.") % {"name": found.name})
    return see_other("kiosk:home")


@require_safe
def loop(request: MemberRequest) -> HttpResponse:
    """Show the slides at a moment, in order, with their origin."""
    rules.check_manages(hooks.duties_of(request.user))
    at = timezone.now()
    form = forms.WhenForm(request.GET)
    found = page_queries.plan(form.moment(at=at), form.group_name(), space=request.space, at=at)
    context = {"nav": "kiosk", "found": found, "groups": screen_queries.groups()}
    return page(request, "kiosk/loop.html", context)


@require_safe
def picture(request: MemberRequest, name: str) -> FileResponse:
    """Hand out a picture that passes on the screens, for previews of them."""
    rules.check_manages(hooks.duties_of(request.user))
    file = page_queries.picture_named(name, request.space, at=timezone.now())
    if not file or not default_storage.exists(file):
        raise Http404
    response = FileResponse(default_storage.open(file), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def arrange(request: MemberRequest) -> HttpResponse:
    """Take a thing off, put it back, show it more or less, or move it."""
    rules.check_manages(hooks.duties_of(request.user))
    form = forms.ArrangeForm(request.POST)
    if not form.submit(by=request.user, at=timezone.now()):
        sentences = [sentence for listed in form.errors.values() for sentence in listed]
        messages.error(request, " ".join(str(one) for one in sentences))
    return see_other("kiosk:loop")


@require_safe
def hours(request: MemberRequest) -> HttpResponse:
    """Show the week of the screens, and the parts of its days."""
    rules.check_manages(hooks.duties_of(request.user))
    group = forms.WhenForm(request.GET).group_name()
    context = {
        "nav": "kiosk",
        "found": page_queries.week_of_screens(group),
        "groups": screen_queries.groups(),
    }
    return page(request, "kiosk/hours.html", context)


@require_http_methods(["GET", "POST"])
def new_part(request: MemberRequest) -> HttpResponse:
    """Add a part of the day."""
    rules.check_manages(hooks.duties_of(request.user))
    return _part(request, None)


@require_http_methods(["GET", "POST"])
def part(request: MemberRequest, reference: str) -> HttpResponse:
    """Change a part of the day."""
    return _part(request, _day_part(request, reference))


@require_POST
def move_part(request: MemberRequest, reference: str) -> HttpResponse:
    """Let a part of the day count earlier or later than another."""
    found, up = _day_part(request, reference), request.POST.get("way") == "up"
    loop_actions.move_day_part(part=found, up=up, by=request.user, at=timezone.now())
    return see_other("kiosk:hours")


@require_POST
def remove_part(request: MemberRequest, reference: str) -> HttpResponse:
    """Take a part of the day away."""
    found = _day_part(request, reference)
    loop_actions.remove_day_part(part=found, by=request.user, at=timezone.now())
    messages.success(request, _("« %(name)s » est supprimé.") % {"name": found.name})
    return see_other("kiosk:hours")


@require_http_methods(["GET", "POST"])
def announce(request: MemberRequest) -> HttpResponse:
    """Put a message on the screens, and see those that are there."""
    duties, at = hooks.duties_of(request.user), timezone.now()
    rules.check_writes(duties)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.MessageForm(*data, at=at)
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("Le message passe sur les écrans."))
        return see_other("kiosk:messages")
    context: dict[str, Any] = {"nav": "kiosk", "form": form, "rows": screen_queries.messages(at=at)}
    own = {"manages": rules.may_manage(duties), "groups": screen_queries.groups(), "now": at}
    return page(request, "kiosk/messages.html", {**context, **own})


@require_POST
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Take a message off the screens."""
    message = screen_queries.message_named(reference)
    if message is None:
        raise Http404
    loop_actions.withdraw_message(message=message, by=request.user, at=timezone.now())
    messages.success(request, _("Le message quitte les écrans."))
    return see_other("kiosk:messages")


@require_safe
def plays(request: MemberRequest) -> HttpResponse:
    """Show how often placements were played, by day and screen."""
    rules.check_manages(hooks.duties_of(request.user))
    since = timezone.localdate() - dt.timedelta(days=7)
    context = {"nav": "kiosk", "rows": screen_queries.plays_since(since)}
    return page(request, "kiosk/plays.html", context)


@login_not_required
@require_safe
def scanned(request: SpaceRequest, code: str) -> HttpResponse:
    """Redirect a phone that scanned a slide to its object, or to the part open to strangers."""
    if not request.user.is_authenticated:
        rate_limit.check(
            "slide-codes",
            tokens.hashed(auth.network_from(request)),
            most=SCANS_OF_A_NETWORK,
            per_seconds=SCANS_SECONDS,
            when_silent=rate_limit.Silent.LET_PASS,
        )
    about = request.GET.get("about", "")[:MOST_OF_A_REFERENCE]
    slide = page_queries.slide_with(code, about, request.space, at=timezone.now())
    if request.user.is_authenticated and slide is not None:
        return see_other(slide.url)
    context = {"slide": slide, "next_url": slide.url if slide else "/"}
    return render(request, "kiosk/scanned.html", context)


def _part(request: MemberRequest, found: DayPart | None) -> HttpResponse:
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.DayPartForm(*data, part=found)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("kiosk:hours")
    context = {"nav": "kiosk", "form": form, "part": found, **_groups_and_sold()}
    return page(request, "kiosk/part.html", context)


def _groups_and_sold() -> dict[str, Any]:
    return {"groups": screen_queries.groups(), "sold": sold_queries.sold(timezone.now())}


def _screen(request: MemberRequest, reference: str) -> Screen:
    rules.check_manages(hooks.duties_of(request.user))
    found = screen_queries.screen_named(reference)
    if found is None:
        raise Http404
    return found


def _day_part(request: MemberRequest, reference: str) -> DayPart:
    rules.check_manages(hooks.duties_of(request.user))
    found = screen_queries.day_part_named(reference)
    if found is None:
        raise Http404
    return found
