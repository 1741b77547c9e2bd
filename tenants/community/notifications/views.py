"""Pages of notifications: both lists, the switches, devices, and links of mails."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from saas.kernel.http import page, see_other
from saas.kernel.secrets import tokens
from tenants.community.notifications import actions, forms, gateway, rules, wording
from tenants.community.notifications.models import Kind, Notification
from tenants.community.notifications.queries import lists as list_queries
from tenants.community.notifications.queries import readers as reader_queries
from tenants.spaces.requests import MemberRequest, SpaceRequest

A_DAY = 24 * 3600


@require_safe
def lists(request: MemberRequest) -> HttpResponse:
    """Show tasks and news."""
    number = forms.PageForm(request.GET).number()
    found = list_queries.lists(request.user, at=timezone.now(), number=number)
    chosen = reader_queries.reader(request.user)
    context = {"lists": found, "chosen": chosen, "nav": "notifications"}
    return page(request, "notifications/lists.html", context)


@require_safe
def open_one(request: MemberRequest, reference: str) -> HttpResponse:
    """Redirect to the page of an entry, and mark it as read."""
    found = _found(request, reference)
    actions.read(notification=found, by=request.user, at=timezone.now())
    return HttpResponseRedirect(found.path)


@require_POST
def read(request: MemberRequest, reference: str) -> HttpResponse:
    """Mark an entry as read."""
    actions.read(notification=_found(request, reference), by=request.user, at=timezone.now())
    return see_other("notifications:lists")


@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark everything as read."""
    many = actions.read_all(by=request.user, at=timezone.now())
    sentence = ngettext(
        "%(count)d nouvelle marquée comme lue.", "%(count)d nouvelles marquées comme lues.", many
    )
    messages.success(request, sentence % {"count": many})
    return see_other("notifications:lists")


@require_http_methods(["GET", "POST"])
def switches(request: MemberRequest) -> HttpResponse:
    """Show the settings of each kind, and save changes."""
    chosen = reader_queries.reader(request.user)
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.SwitchesForm(*data, reader=chosen)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est enregistré."))
        return see_other("notifications:switches")
    context = {
        "form": form,
        "chosen": chosen,
        "devices": reader_queries.devices_of(request.user),
        "push_key": gateway.public_key(),
        "nav": "notifications",
    }
    return page(request, "notifications/switches.html", context)


@require_POST
def resume_digests(request: MemberRequest) -> HttpResponse:
    """Resume the member's digests."""
    actions.resume_digests(by=request.user, at=timezone.now())
    messages.success(request, _("Votre résumé du jour reprend."))
    return see_other("notifications:switches")


@require_POST
def resume_mails(request: MemberRequest) -> HttpResponse:
    """Resume mails to the member's address."""
    actions.resume_mails(by=request.user, at=timezone.now())
    messages.success(request, _("Nous écrivons de nouveau à votre adresse."))
    return see_other("notifications:switches")


@require_POST
def add_device(request: MemberRequest) -> JsonResponse:
    """Let the browser that asks take pushes."""
    form = forms.DeviceForm(request.POST)
    if form.submit(by=request.user, at=timezone.now()):
        return JsonResponse({"sentence": _("Cet appareil est prévenu.")}, status=HTTPStatus.CREATED)
    sentence = next(iter(form.errors.values()))[0]
    return JsonResponse({"sentence": sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def remove_device(request: MemberRequest, reference: str) -> HttpResponse:
    """Remove a device of the member from pushes."""
    device = reader_queries.device_of(reference, person=request.user)
    if device is None:
        raise Http404
    actions.remove_device(device=device, by=request.user, at=timezone.now())
    messages.success(request, _("Cet appareil n’est plus prévenu."))
    return see_other("notifications:switches")


@login_not_required
@require_GET
def follow(request: SpaceRequest, token: str) -> HttpResponse:
    """Lead on from a digest to its page; a click counts, a mail scanner's look does not."""
    reference, path = _signed(rules.FOLLOWING, token)
    person = reader_queries.person_with(reference)
    if person is not None and request.headers.get("Sec-Fetch-User") == "?1":
        actions.follow(by=person, at=timezone.now())
    return HttpResponseRedirect(path)


@csrf_exempt  # a mail program presses the button without having seen the page
@login_not_required
@require_http_methods(["GET", "POST"])
def unsubscribe(request: SpaceRequest, token: str) -> HttpResponse:
    """Show the mails to stop, and stop them by the button; a mail program posts here directly."""
    reference, what = _signed(rules.LEAVING, token)
    person = reader_queries.person_with(reference)
    if person is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(what=what, by=person, at=timezone.now())
    context = {
        "done": request.method == "POST",
        "kind": "" if what == rules.DIGEST else Kind(what).label,
    }
    response = page(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_DAY)
def manifest(request: SpaceRequest) -> JsonResponse:
    """Describe the space as an app that a phone installs."""
    return JsonResponse(wording.manifest(request.space), content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: SpaceRequest) -> HttpResponse:
    """Hand out the script that shows pushes, and a member's loans without network."""
    kind = "text/javascript; charset=utf-8"
    context = {"note": wording.page_of_last_visit()}
    return render(request, "notifications/sw.js", context, content_type=kind)


@login_not_required
@require_safe
def offline(request: SpaceRequest) -> HttpResponse:
    """Show the page that a phone keeps for when it has no network."""
    return page(request, "notifications/offline.html")


def _found(request: MemberRequest, reference: str) -> Notification:
    found = list_queries.find(reference, viewer=request.user)
    if found is None:
        raise Http404
    return found


def _signed(purpose: str, token: str) -> tuple[str, str]:
    seconds = int(rules.LINKS_LAST.total_seconds())
    try:
        reference, value = tokens.unsign(purpose, token, max_age_seconds=seconds)
    except BadSignature as error:
        raise Http404 from error
    return reference, value
