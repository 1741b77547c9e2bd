"""Pages of a founding, each for the browser that holds it; and a space's own colour."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.auth import network_from, never_referred
from saas.kernel.display.accent import theme_css
from saas.kernel.errors import Refused
from saas.kernel.http import lead_form_to, page, see_other
from saas.kernel.secrets.hashing import takes_password
from tenants.spaces.actions import foundings as actions
from tenants.spaces.forms.companies import (
    CompanyForm,
    HandOverForm,
    ParkForm,
    StartForm,
    typed_rows,
)
from tenants.spaces.forms.places import AddressForm, AppearanceForm, SiteForm
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.queries import foundings as queries
from tenants.spaces.queries import register
from tenants.spaces.requests import SpaceRequest
from tenants.spaces.rules import foundings as founding_rules
from tenants.spaces.rules import workplaces as workplace_rules
from tenants.spaces.wording import foundings

REQUESTED, HELD = "asked", "held"
_SESSION = "foundings"
_MOST_HELD = 20
_PAGES = {
    "start": 1,
    "check": 2,
    "confirm": 2,
    "expired": 2,
    "company": 3,
    "site": 4,
    "address": 5,
    "look": 6,
    "hand_over": 3,
    "build": 7,
}
_FOR_EVER = "public, max-age=31536000, immutable"


@login_not_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin with a work address."""
    form = StartForm(request.POST if request.method == "POST" else None)
    founding = form.submit(
        language=get_language() or "fr", network=network_from(request), at=timezone.now()
    )
    if founding is None:
        return _wizard(request, "start", {"form": form})
    _remember_founding(request, founding, REQUESTED)
    return see_other("founding:check", founding.reference)


@login_not_required
@require_GET
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Wait for the mailed link to be followed, here or on another screen."""
    founding = _own_founding(request, reference)
    if _is_held(request, reference):
        return _lead_on(request, founding)
    sent_at = founding_rules.sent_at(founding)
    context = {
        "founding": founding,
        "confirmed": founding_rules.is_followed(founding),
        "may_resend": sent_at + founding_rules.RESEND_AFTER <= timezone.now(),
        "minutes": int(founding_rules.LINK_LASTS.total_seconds() // 60),
    }
    return _wizard(request, "check", context, partial="waiting")


@login_not_required
@require_POST
def resend(request: HttpRequest, reference: str) -> HttpResponse:
    """Mail the link again."""
    founding = _own_founding(request, reference)
    try:
        actions.send_link_again(founding_id=founding.pk, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("founding:check", reference)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_referred
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the confirmation of a mailed link; only its button confirms: scanners follow links."""
    founding = queries.founding_with(token)
    if founding is None:
        return _wizard(request, "expired", {}, status=404)
    try:
        founding_rules.check_link(founding, at=timezone.now())
        if request.method == "GET":
            return _wizard(request, "confirm", {"founding": founding})
        founding = actions.confirm(token=token, at=timezone.now())
    except Refused as refusal:
        built = founding_rules.is_closed(founding)
        space_url = queries.url_of(founding) if built else ""
        context = {"sentence": refusal.sentence, "token": token, "space_url": space_url}
        return _wizard(request, "expired", context, status=422)
    request.session.cycle_key()
    _remember_founding(request, founding, HELD)
    return see_other(founding_rules.next_page(founding), founding.reference)


@login_not_required
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a new link in place of an expired link."""
    founding = queries.founding_of(token)
    actions.send_link_again(founding_id=founding.pk, at=timezone.now())
    _remember_founding(request, founding, REQUESTED)
    return see_other("founding:check", founding.reference)


@login_not_required
@require_http_methods(["GET", "POST"])
def company(request: HttpRequest, reference: str) -> HttpResponse:
    """Show and save the company of the space, or the companies of a park."""
    founding = _held(request, reference)
    if founding_rules.is_closed(founding):
        return redirect("founding:build", reference)
    form = _described(request, founding)
    if form.is_bound and form.submit(founding_id=founding.pk, at=timezone.now()):
        return see_other("founding:site", reference)
    context = {"founding": founding, "form": form, "kind": _kind_of(request, founding)}
    return _wizard(request, "company", context, status=_status_of_more(request))


@login_not_required
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest, reference: str) -> HttpResponse:
    """Show and save the site's location and its break."""
    founding = _held(request, reference)
    if founding_rules.is_closed(founding) or not founding.description.get("companies"):
        return redirect(founding_rules.next_page(founding), reference)
    form = _site_form(request, founding)
    if form.is_bound and form.submit(founding_id=founding.pk, at=timezone.now()):
        return see_other("founding:address", reference)
    return _wizard(request, "site", {"founding": founding, "form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the subdomain; a refused subdomain is shown with a reason and three proposals."""
    founding = _held(request, reference)
    if founding_rules.is_closed(founding) or not founding.description.get("sites"):
        return redirect(founding_rules.next_page(founding), reference)
    wanted = request.POST.get("slug") or request.GET.get("slug") or queries.first_slug(founding)
    form = AddressForm(
        request.POST if request.method == "POST" else None,
        initial={"slug": wanted},
        judge_url=reverse("founding:available", args=[reference]),
    )
    if form.is_bound and (done := form.submit(founding_id=founding.pk, at=timezone.now())):
        goal = "founding:build" if founding_rules.is_closed(done) else "founding:look"
        return see_other(goal, reference)
    verdict = queries.verdict_on(wanted, asking=founding)
    context = {
        "founding": founding,
        "form": form,
        "verdict": verdict,
        "suffix": f".{settings.BASE_HOST}",
    }
    return _wizard(request, "address", context)


@login_not_required
@require_GET
def available(request: HttpRequest, reference: str) -> HttpResponse:
    """Judge a subdomain while it is typed."""
    founding = _held(request, reference)
    verdict = queries.verdict_on(request.GET.get("slug", ""), asking=founding)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(
            {
                "slug": verdict.slug,
                "available": verdict.free,
                "reason": verdict.reason,
                "proposals": verdict.proposals,
            }
        )
    context = {"founding": founding, "verdict": verdict}
    return render(request, "founding/address.html#verdict", context)


@login_not_required
@require_GET
def siren(request: HttpRequest) -> HttpResponse:
    """Judge a SIREN while it is typed."""
    typed = next(iter(request.GET.dict().values()), "")
    reason = workplace_rules.objection_to_siren(str(typed))
    known = None if reason else register.company_of(workplace_rules.normal_siren(str(typed)))
    return render(request, "founding/siren.html", {"reason": reason, "known": known})


@login_not_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague continue the founding; this browser no longer holds it."""
    founding = _held(request, reference)
    if founding_rules.is_closed(founding):
        return redirect("founding:build", reference)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    taken = form.submit(founding_id=founding.pk, at=timezone.now())
    if taken is None:
        context = {"founding": founding, "form": form}
        return _wizard(request, "hand_over", context)
    request.session[_SESSION] = {
        name: how for name, how in request.session[_SESSION].items() if name != reference
    }
    words = _("C’est transmis : un lien part à %(email)s.") % {"email": taken.email}
    messages.success(request, words)
    return see_other("founding:start")


@takes_password
@login_not_required
@require_http_methods(["GET", "POST"])
def choose_appearance(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the colour and a password, then have the space built."""
    founding = _held(request, reference)
    if founding_rules.is_closed(founding) or not founding.slug:
        return redirect(founding_rules.next_page(founding), reference)
    listed = founding.accent in founding_rules.SWATCHES
    form = AppearanceForm(
        request.POST if request.method == "POST" else None,
        initial={"accent": founding.accent if listed else "own", "own": founding.accent},
    )
    if form.is_bound and form.submit(founding_id=founding.pk, at=timezone.now()):
        return see_other("founding:build", reference)
    if form.is_bound and founding_rules.is_closed(queries.founding_at(reference)):
        return see_other("founding:build", reference)  # the other click of two came first
    return _wizard(request, "look", {"founding": founding, "form": form})


@login_not_required
@require_GET
@never_referred
def build(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how far the building is, then the button that leads into the space."""
    founding = _held(request, reference)
    if not founding_rules.is_closed(founding) and founding.state != Founding.State.FAILED:
        return redirect(founding_rules.next_page(founding), reference)
    response = _wizard(request, "build", _progress_of(founding))
    return lead_form_to(response, queries.url_of(founding, ""))


@login_not_required
@require_GET
@never_referred
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the part of the page that changes while a space is built."""
    founding = _held(request, reference)
    return render(request, "founding/build.html#live", _progress_of(founding))


@login_not_required
@require_POST
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """Retry a failed building."""
    founding = _held(request, reference)
    try:
        actions.build_again(founding_id=founding.pk, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return see_other("founding:build", reference)


@login_not_required
@require_GET
def theme(request: SpaceRequest, fingerprint: str) -> HttpResponse:
    """Give the style sheet of a space's colour, to be kept for ever under its name."""
    response = HttpResponse(theme_css(request.space.accent), content_type="text/css")
    current = request.space.theme_url.partition(".")[2] == f"{fingerprint}.css"
    response["Cache-Control"] = _FOR_EVER if current else "no-cache"
    return response


def _wizard(
    request: HttpRequest, template: str, context: dict[str, Any], **options: Any
) -> HttpResponse:
    """Return a page of the wizard, with its list of steps and the present step."""
    return page(
        request,
        f"founding/{template}.html",
        {
            **context,
            "nav": "start",
            "wizard": foundings.pages_in_words(),
            "at_page": _PAGES[template],
        },
        **options,
    )


def _remember_founding(request: HttpRequest, founding: Founding, how: str) -> None:
    """Store in the session that this browser requested a founding, or opened its mailed link."""
    stored = {**request.session.get(_SESSION, {})}
    if stored.get(founding.reference) != HELD:
        stored[founding.reference] = how
    request.session[_SESSION] = dict(list(stored.items())[-_MOST_HELD:])


def _is_held(request: HttpRequest, reference: str) -> bool:
    return bool(request.session.get(_SESSION, {}).get(reference) == HELD)


def _own_founding(request: HttpRequest, reference: str) -> Founding:
    if reference not in request.session.get(_SESSION, {}):
        raise Http404
    return queries.founding_at(reference)


def _held(request: HttpRequest, reference: str) -> Founding:
    if not _is_held(request, reference):
        raise Http404
    return queries.founding_at(reference)


def _lead_on(request: HttpRequest, founding: Founding) -> HttpResponse:
    """Redirect to the present page of the founding, with HX-Redirect for a polling page."""
    goal = reverse(founding_rules.next_page(founding), args=[founding.reference])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": goal})
    return redirect(goal)


def _kind_of(request: HttpRequest, founding: Founding) -> str:
    kind_wanted = request.POST.get("kind") or request.GET.get("kind") or ""
    return kind_wanted if kind_wanted in Tenant.Kind.values else founding.kind


def _described(request: HttpRequest, founding: Founding) -> CompanyForm | ParkForm:
    """Return the form of a company or of a park, as it was typed, kept, or still empty."""
    described = founding.description
    kind = _kind_of(request, founding)
    stored = founding_rules.companies_as_typed(described) if kind == founding.kind else []
    first = {**(stored[0] if stored else {}), "kind": kind, "name": described.get("name", "")}
    initial = {**first, "language": founding.language}
    if kind == Tenant.Kind.COMPANY:
        return CompanyForm(request.POST if request.method == "POST" else None, initial=initial)
    if "more" in request.POST:
        return ParkForm(initial={**initial, **request.POST.dict()}, rows=typed_rows(request.POST))
    return ParkForm(
        request.POST if request.method == "POST" else None, initial=initial, rows=stored
    )


def _status_of_more(request: HttpRequest) -> int | None:
    """Another row was asked for: the form is shown again, and nothing was saved."""
    return 422 if "more" in request.POST else None


def _site_form(request: HttpRequest, founding: Founding) -> SiteForm:
    """Return the form of the site with its stored values, else with the seat of the register."""
    stored = (founding.description.get("sites") or [{}])[0]
    companies = founding.description["companies"]
    is_park = founding.kind == Tenant.Kind.PARK
    placed = [] if is_park else register.placed_sites(companies[0]["siren"])
    seat = placed[0].described() if placed else None
    return SiteForm(
        request.POST if request.method == "POST" else None,
        initial=founding_rules.site_as_typed(stored, companies, seat),
        placed=placed[1:],
    )


def _progress_of(founding: Founding) -> dict[str, Any]:
    return {
        "founding": founding,
        "steps": queries.steps_of(founding),
        "under_way": founding.state in founding_rules.UNDER_WAY,
        "space_url": queries.url_of(founding),
        "way_in": queries.way_in(founding, at=timezone.now()),
    }
