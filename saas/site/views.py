"""Pages of the public site, health responses, and error pages."""

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods

from saas.accounts.auth import network_from
from saas.accounts.rules import local_path
from saas.kernel.http import PASSING, page, see_other, try_again
from saas.kernel.watching import log_context
from saas.kernel.web import problems
from saas.monitoring import queries as monitoring
from saas.monitoring import services
from saas.monitoring.metrics import exposition
from saas.site import queries, wording
from saas.site.forms import FindForm, SimulatorForm
from tenants.spaces import hosts
from tenants.spaces.hosts import SpaceCard

# A mail brings its own style sheet; it may bring nothing else, and do nothing.
MAIL_POLICY: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}
_REFERENCE_LENGTH = 8


@login_not_required
@require_GET
def by_language(_request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the reader's language."""
    response = redirect("site:home")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the presentation of Troovon, with a picture drawn by the components of a real space."""
    context = {"nav": "home", "tiles": queries.sample_tiles(), "slices": queries.one_euro()}
    return page(request, "site/home.html", context)


@login_not_required
@require_GET
def employers(request: HttpRequest) -> HttpResponse:
    """Show the benefits and duties of a space to an employer."""
    return page(request, "site/employers.html", {"tiles": queries.sample_tiles()})


@login_not_required
@require_GET
def merchants(request: HttpRequest) -> HttpResponse:
    """Show the audience and the prices to a merchant."""
    context = {"prices": queries.shown_prices(timezone.now())}
    return page(request, "site/merchants.html", context)


@login_not_required
@require_GET
def councils(request: HttpRequest) -> HttpResponse:
    """Show the origin of its share to a works council."""
    return page(request, "site/councils.html", {"slices": queries.one_euro()})


@login_not_required
@require_GET
def simulator(request: HttpRequest) -> HttpResponse:
    """Show a council's simulated year, step by step; the query string has the input."""
    form = SimulatorForm(request.GET if "heads" in request.GET else queries.USUAL)
    result = None
    if form.is_valid():
        result = queries.simulated(**form.cleaned_data, at=timezone.now())
    context = {"form": form, "result": result, "answers": form.cleaned_data}
    return page(request, "site/simulator.html", context)


@login_not_required
@require_GET
def pricing(request: HttpRequest) -> HttpResponse:
    """Show the prices in force, the rows that checkout reads."""
    context = {
        "prices": queries.shown_prices(timezone.now()),
        "people": queries.SAMPLE_PEOPLE,
        "screens": queries.SAMPLE_SCREENS,
        "days": queries.SAMPLE_DAYS,
    }
    return page(request, "site/pricing.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Mail a person the links of their spaces; the response never reveals if there are any."""
    form = FindForm(request.POST if request.method == "POST" else None)
    language = translation.get_language() or settings.LANGUAGE_CODE
    if form.is_bound and form.submit(language=language, network=network_from(request)):
        return see_other("site:find_sent")
    return page(request, "site/find.html", {"form": form})


@login_not_required
@require_GET
def find_sent(request: HttpRequest) -> HttpResponse:
    """Show the page after the request: a mail will follow."""
    return page(request, "site/find_sent.html")


@login_not_required
@require_GET
def legal(request: HttpRequest) -> HttpResponse:
    """Show the publisher and the host of the site."""
    return page(request, "site/legal.html", queries.publisher())


@login_not_required
@require_GET
def legal_text(request: HttpRequest, code: str, version: int = 0) -> HttpResponse:
    """Show a legal text: the version in force, or a given version."""
    shown = queries.legal_text(code, version, language=translation.get_language() or "fr")
    if shown is None:
        raise Http404
    return page(request, "site/legal_text.html", shown)


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the data stored, the purposes, and the retention."""
    return page(request, "site/privacy.html", {"backup_days": settings.BACKUP_DAYS})


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility of the pages, and the untested parts."""
    return page(request, "site/accessibility.html")


@login_not_required
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Show the state of the services, planned maintenance, and recent incidents."""
    found = services.status(at=timezone.now())
    return page(request, "site/status.html", wording.status_context(found))


@login_not_required
@require_GET
def status_json(_request: HttpRequest) -> HttpResponse:
    """Return the state of the services as JSON."""
    return JsonResponse(wording.status_json(services.status(at=timezone.now())))


@login_not_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List the mails of the demo, newest first; as JSON to programs."""
    messages = queries.outbox(request.GET.get("to", ""))
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(messages, safe=False)
    return page(request, "site/outbox.html", {"mails": messages[: queries.MOST_LISTED]})


@login_not_required
@require_GET
def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """Show a mail of the demo: its text, its links, and how its HTML looks."""
    return page(request, "site/message.html", {"mail": _message(message_id)})


@login_not_required
@require_GET
@csp_override(MAIL_POLICY)
def message_html(_request: HttpRequest, message_id: str) -> HttpResponse:
    """Give the HTML of a mail alone, in a box that nothing gets out of."""
    return HttpResponse(_message(message_id)["html"])


def _message(message_id: str) -> dict[str, str]:
    found = queries.message(message_id)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_GET
def live(_request: HttpRequest) -> HttpResponse:
    """Return 200 to show that this process responds."""
    return JsonResponse({"status": monitoring.OK})


@login_not_required
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """Return 200 if all that a request needs is available, else 503.

    Strangers get a single word, `ok`, `degraded` or `down`; a probe with the token gets the
    reasons.
    """
    at = timezone.now()
    parts = monitoring.readiness(at=at)
    status = monitoring.worst_of(parts)
    answer: dict[str, Any] = {"status": status}
    if _shows(request, settings.HEALTH_TOKEN):
        answer |= {"release": settings.RELEASE, **parts, **monitoring.particulars()}
    return JsonResponse(answer, status=503 if status == monitoring.DOWN else 200)


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus the figures of all processes; to others there is nothing here."""
    if not _shows(request, settings.METRICS_TOKEN):
        raise Http404
    text = exposition.exposition(at=timezone.now())
    return HttpResponse(text, content_type=exposition.CONTENT_TYPE)


def _shows(request: HttpRequest, token: str) -> bool:
    """Return True if a probe sent the token, compared in constant time; False without a token."""
    given = request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(given, f"Bearer {token}")


@login_not_required
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the public site, and nothing of a space or the console."""
    public = getattr(request, "urlconf", None) == settings.PUBLIC_SCHEMA_URLCONF
    lines = ["Disallow: /"]
    if public:
        sitemap = hosts.public_url(reverse("site:sitemap"))
        lines = ["Allow: /fr/", "Allow: /en/", "Allow: /sitemap.xml", *lines, f"Sitemap: {sitemap}"]
    return HttpResponse("\n".join(["User-agent: *", *lines, ""]), content_type="text/plain")


@login_not_required
@require_GET
def security(_request: HttpRequest) -> HttpResponse:
    """Return the contact for reports of vulnerabilities (RFC 9116)."""
    return HttpResponse(queries.security_txt(at=timezone.now()), content_type="text/plain")


@login_not_required
@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead browsers that guess an address to the rings."""
    return redirect(static("rings.svg"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's form
    """Render the error for an address that does not exist or is hidden from this person."""
    if problems.is_api_request(request):
        return problems.answer(404, _("Il n’y a rien à cette adresse, ou rien pour vous."))
    return render(request, "errors/404.html", status=404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Render the error for an invalid request, or a session that has ended meanwhile."""
    sentence = _(
        "Cette demande ne se lit pas, ou votre session a pris fin entre-temps. Revenez à la page "
        "précédente, puis recommencez."
    )
    if problems.is_api_request(request):
        return problems.answer(400, sentence)
    return HttpResponse(render_to_string("errors/422.html", {"sentence": sentence}), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Render the error for an action that this person may not perform."""
    if problems.is_api_request(request):
        return problems.answer(403, _("Ce n’est pas à vous de le faire."))
    return render(request, "errors/403.html", {"sentence": ""}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Render our own failure with a reference; without a database, since that may have failed."""
    error = sys.exception()
    if isinstance(error, PASSING):
        return try_again(request, error)
    space: SpaceCard | None = getattr(request, "space", None)
    if space is not None and isinstance(error, DatabaseError) and _is_gone(space):
        return HttpResponse(render_to_string("errors/unavailable.html"), status=503)
    reference = log_context.request_id()[:_REFERENCE_LENGTH].upper()
    if problems.is_api_request(request):
        return problems.answer(500, _("C’est de notre faute."), reference=reference)
    context = {"space": space, "reference": reference}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def _is_gone(space: SpaceCard) -> bool:
    """Return True if a space is no longer in the database, and clear every process's cache."""
    try:
        gone = not hosts.stands(space)
    except DatabaseError:
        return False
    if gone:
        hosts.forget()
    return gone


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as above
    """Render the error for an expired form; nothing typed is lost."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    here = came_from.netloc == request.get_host()
    context = {"back": (here and local_path(came_from.path)) or "/"}
    return render(request, "errors/csrf.html", context, status=403)
