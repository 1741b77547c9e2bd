"""The common part of all responses: request id, headers, error pages."""

import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP, build_policy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from saas.kernel import hooks, schema
from saas.kernel.errors import HomeAway, NotAllowed, Refused
from saas.kernel.watching import log_context, metrics
from saas.kernel.web import bodies, problems

type GetResponse = Callable[[HttpRequest], HttpResponse]

# A lock or a connection that was not had in time, or a server that restarts: it passes.
PASSING = (OperationalError, InterfaceError, MemoryError)
TRY_AGAIN_SECONDS = 5
_LONGEST_HOST = 260
_log = logging.getLogger(__name__)


def policy(exceptions: Mapping[str, list[str]] | None = None) -> str:
    """Return the content security policy of all pages, with additions for a single page."""
    directives: dict[str, Any] = settings.SECURE_CSP
    return build_policy(directives | dict(exceptions or {}))


def lead_form_to(response: HttpResponse, origin: str) -> HttpResponse:
    """Allow a page's forms to submit to another origin too, and send it the page's own origin.

    Under `same-origin`, the policy of other pages, a browser would send the origin `null` there.
    """
    response[CSP.HEADER_ENFORCE.value] = policy({"form-action": [CSP.SELF, origin]})
    response["Referrer-Policy"] = "strict-origin"
    return response


class RequestIdMiddleware:
    """Give each request an id that its log lines, jobs and answer carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Use the proxy's request id if it is a plain word, else create an id."""
        began = time.monotonic()
        with log_context.request(request.headers.get("X-Request-ID", "")) as request_id:
            request.request_id = request_id  # type: ignore[attr-defined]
            response = self.get_response(request)
            _record(request, response.status_code, time.monotonic() - began)
        response["X-Request-ID"] = request_id
        return response


def _record(request: HttpRequest, status: int, seconds: float) -> None:
    """Log and count an answered request, by the name of its address."""
    site, route = _site_of(request), _route_of(request)
    metrics.count(metrics.REQUESTS, site, route, str(status))
    metrics.observe(metrics.REQUEST_SECONDS, seconds, site, route)
    took = round(seconds * 1000)
    fields = {
        "method": request.method,
        "host": request.headers.get("Host", "")[:_LONGEST_HOST],
        "route": route,
        "status": status,
        "duration_ms": took,
    }
    words = log_context.Vouched(request.method), log_context.Vouched(request.path)
    _log.info("%s %s %d in %d ms", *words, status, took, extra={"fields": fields})


def _route_of(request: HttpRequest) -> str:
    """Return the name of the address: never the address, which may be a secret."""
    match = request.resolver_match
    if match is not None:
        return str(match.view_name or match.route)
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def _site_of(request: HttpRequest) -> str:
    """Return the kind of host that was asked."""
    if getattr(request, "space", None) is not None:
        return "space"
    sites = {settings.PUBLIC_SCHEMA_URLCONF: "public", settings.OPERATOR_URLCONF: "console"}
    return sites.get(str(getattr(request, "urlconf", "")), "space")


class HeadersMiddleware:
    """Keep private pages out of shared caches, and cameras and places out of reach."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add headers that the view did not set: permissions, and `no-store`."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class StreamedAnswerMiddleware:
    """Refuse statements while an answer is sent: a slow reader would keep a connection busy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid SQL statements in the streamed parts of a response; files are sent unchecked."""
        response: Any = self.get_response(request)
        is_file = getattr(response, "file_to_stream", None) is not None
        if response.streaming and not response.is_async and not is_file:
            response.streaming_content = _without_statements(response.streaming_content)
        return response  # type: ignore[no-any-return]


def _without_statements(parts: Iterable[bytes]) -> Iterator[bytes]:
    waiting = iter(parts)
    while True:
        with schema.silent():
            part = next(waiting, None)
        if part is None:
            return
        yield part


class OpenedPageMiddleware:
    """Inform the rooms of a space of the pages that a member opened."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the hook after the response is made; prefetched pages are skipped."""
        response = self.get_response(request)
        ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        opened = request.method == "GET" and response.status_code == HTTPStatus.OK and is_page
        in_space = getattr(request, "space", None) is not None
        if opened and not ahead and in_space and request.user.is_authenticated:
            hooks.page_opened.ask(request.user, request.path, timezone.now())
        return response


class LargeBodyMiddleware:
    """Refuse a body longer than its address accepts, before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Respond 413 if the declared length of the body exceeds the limit; the body is not read.

        `saas.serving` passes no body above the limit, and sets the header to its original length.
        """
        urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
        length = request.headers.get("content-length") or "0"
        most = bodies.most_bytes_at(request.path_info, urlconf)
        if length.isdecimal() and int(length) <= most:
            return self.get_response(request)
        sentence = bodies.sentence_for(most)
        if problems.is_api_request(request):
            return problems.answer(413, sentence)
        return render(request, "errors/422.html", {"sentence": sentence}, status=413)


class HeadMiddleware:
    """Answer a HEAD request with the headers of the corresponding GET."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask for the page; the server leaves its body out."""
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        return response


class PlainAddressMiddleware:
    """Find nothing at an address with a sign that no text of the database can hold."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Raise 404 for a NUL character in the path or query; the API checks its own queries."""
        query = "" if request.path.startswith("/api/") else request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in query:
            raise Http404
        return self.get_response(request)


class RefusedMiddleware:
    """Turn a refusal that no form caught into a page with the person's sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Respond 422 if the state refuses, 403 if not permitted, 503 for a temporary failure."""
        if isinstance(error, PASSING):
            return try_again(request, error)
        if isinstance(error, Refused):
            return render(request, "errors/422.html", {"sentence": error.sentence}, status=422)
        if isinstance(error, NotAllowed):
            return render(request, "errors/403.html", {"sentence": error.sentence}, status=403)
        if isinstance(error, DataError) and "NUL" in str(error):
            sentence = _(
                "Un signe de ce texte ne peut pas être gardé. Enlevez-le, puis recommencez."
            )
            return render(request, "errors/422.html", {"sentence": sentence}, status=422)
        return None


def try_again(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Respond 503 with the advice to try again in a moment, without using the database."""
    lacked = "memory" if isinstance(error, MemoryError) else "the database in time"
    _log.error("a page had not %s: %s", log_context.Vouched(lacked), error)
    lacks_home = isinstance(error, HomeAway)
    if problems.is_api_request(request):
        late = _("Nous n’avons pas pu répondre à temps. Réessayez dans un instant.")
        away = _(
            "Ce que les espaces partagent est absent quelques instants. Réessayez un peu plus tard."
        )
        program = problems.answer(503, away if lacks_home else late)
        program["Retry-After"] = str(TRY_AGAIN_SECONDS)
        return program
    context = {
        "sent": request.method == "POST",
        "address": request.get_full_path(),
        "lacks_home": lacks_home,
    }
    response = HttpResponse(render_to_string("errors/503.html", context), status=503)
    response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partial: str | None = None,
    status: int | None = None,
) -> HttpResponse:
    """Answer with a page, or with its named part to htmx; 422 when a form in it has errors."""
    context = context or {}
    is_htmx = request.headers.get("HX-Request") == "true"
    name = f"{template}#{partial}" if partial and is_htmx else template
    response = render(request, name, context, status=status or _status_of(context))
    if partial:
        patch_vary_headers(response, ["HX-Request"])
    return response


def _status_of(context: dict[str, Any]) -> int:
    bound = (value for value in context.values() if isinstance(value, forms.BaseForm))
    return 422 if any(form.is_bound and form.errors for form in bound) else 200


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return the template context: the space, the person, and values of the page's frame."""
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    space = getattr(request, "space", None)
    return {
        "space": space,
        "person": person,
        "nav": "",
        # Partial pages and error pages have no rail: they need no counts.
        "counts": functools.cache(lambda: _rail_counts(person) if space and person else {}),
    }


def _rail_counts(person: Any) -> dict[str, int]:
    return hooks.rail_counts.merge(person, timezone.now())


def poll_answer(request: HttpRequest, standing: str, *, url: str) -> HttpResponse | None:
    """Answer a polling page that sends the state it saw: 204 if unchanged, else a redirect."""
    if "seen" not in request.GET:
        return None
    if request.GET["seen"] == standing:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(headers={"HX-Redirect": url})


def see_other(to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Lead on with 303 after a POST: the browser asks for the next page with GET."""
    response: HttpResponse = redirect(to, *args, **kwargs)
    response.status_code = 303
    return response


def back_or(request: HttpRequest, otherwise: Any) -> HttpResponse:
    """Redirect after a POST to the local page that its form names as `back`, else elsewhere."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return see_other(back if is_ours else otherwise)
