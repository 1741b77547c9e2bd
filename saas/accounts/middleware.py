"""Middleware: the person's language during a request, and required first steps."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from saas.accounts import auth, devices
from saas.accounts.sessions import stepup
from saas.kernel import hooks
from saas.kernel.http import GetResponse, see_other
from saas.kernel.people import joining
from saas.kernel.web import problems

# Pages that stay open to a person with a required first step: to read it, answer it or leave.
ALWAYS_OPEN = ("moderation:", "accounts:", "members:leave", "health:")
# Writes allowed before the conditions are accepted: acceptance, data export and erasure.
OPEN_TO_WRITE = ("members:conditions", "personal_data:")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class PersonMiddleware:
    """Activate the person's language: their setting, then the cookie, then the browser's header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language; a person on a page in a language of its address keeps that."""
        language = translation.get_language_from_path(request.path_info)
        if language is None and request.user.is_authenticated:
            language = request.user.language
        if language is None:
            language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class DeviceMiddleware:
    """Have the browser remember that an account was opened on it, or forget all that it keeps.

    Cookies are not among that: the directive would end the sessions of all our hosts, since a
    browser clears those of the whole domain.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add to the answer of a sign-in or a sign-out."""
        response = self.get_response(request)
        person = request.META.get(auth.DEVICE)
        if person is not None:
            devices.remember_device(request, response, person)
        if auth.SIGNED_OUT in request.META:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class FirstThingsMiddleware:
    """Redirect a person to a required first step before any other page; API requests get 403."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Answer in the page's stead where a room has the person do something first."""
        here = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated or here.startswith(ALWAYS_OPEN):
            return None
        if url := first_thing_of(request.user):
            if problems.is_api_request(request):
                return problems.answer(403, first_thing_in_words(url))
            return see_other(url)
        url = condition_of_writing(request.user, request.method)
        if not url or here.startswith(OPEN_TO_WRITE):
            return None
        return _ask_before_writing(request, url)


def _ask_before_writing(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect to the conditions to accept before a write; the session keeps the typed form."""
    if problems.is_api_request(request):
        return problems.answer(403, condition_in_words(url))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    stepup.hold(request, request.get_full_path())
    return see_other(url)


def first_thing_of(person: Any) -> str:
    """Return the address of the person's required first step; empty if there is no such step."""
    return hooks.first_things.first(person) or ""


def first_thing_in_words(url: str) -> str:
    """Return the API's message that the person must accept the charter first."""
    return _("Acceptez d’abord la charte de l’espace : %(url)s") % {"url": url}


def condition_of_writing(person: Any, method: str | None) -> str:
    """Return the address of the conditions that a person accepts before they write; or empty."""
    if method in SAFE_METHODS:
        return ""
    return joining.before_writing.first(person) or ""


def condition_in_words(url: str) -> str:
    """Return the API's message that the person must accept the conditions before a write."""
    return _("Acceptez d’abord les conditions d’utilisation\u00a0: %(url)s") % {"url": url}
