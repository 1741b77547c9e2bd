"""Each request of a session: its use is recorded, and its second factor is given before pages."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts import auth
from saas.accounts.factors import requirement
from saas.accounts.sessions import circumstances, proofs
from saas.kernel.http import GetResponse, see_other
from saas.kernel.web import problems

# Pages open to a session that still lacks its second factor: to give it, or to sign out.
_OPEN = ("accounts:code", "accounts:signout", "accounts:preferences", "health:")
# Pages open to a person whose space requires a second factor: to add it, or to sign out.
_OPEN_TO_ADD = ("accounts:", "health:", "spaces:theme")


class SessionMiddleware:
    """Keep sessions alive while they are used, and shut until their second factor is given."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the circumstances of the request."""
        with circumstances.of_request(auth.circumstances_of(request)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Lead to the page of the code where it is due; programs are refused."""
        if not request.user.is_authenticated:
            return None
        if "seen" not in request.GET:  # a page that asks again by itself is no use of a person
            proofs.renew(request.session, timezone.now())
        here = request.resolver_match.view_name if request.resolver_match else ""
        return _first_factor(request, here)


def _first_factor(request: HttpRequest, here: str) -> HttpResponse | None:
    """Lead to the page that asks for a second factor, or that tells to add one."""
    need = requirement.need_of(request, timezone.now())
    if proofs.is_due(request.session):
        sentence = _("Donnez d’abord le code de votre second facteur.")
        return None if here.startswith(_OPEN) else _lead(request, "accounts:code", sentence)
    if need is None or here.startswith(_OPEN_TO_ADD):
        return None
    if need.is_over or _reads_a_page(request):
        return _lead(request, "accounts:wanted_factor", _("Ajoutez d’abord un second facteur."))
    return None


def _lead(request: HttpRequest, view: str, sentence: str) -> HttpResponse:
    """Redirect to a page of the second factor, with the page that was wanted."""
    if problems.is_api_request(request):
        return problems.answer(403, sentence)
    wanted = request.get_full_path() if request.method == "GET" else ""
    question = f"?{urlencode({'next': wanted})}" if wanted else ""
    return see_other(reverse(view) + question)


def _reads_a_page(request: HttpRequest) -> bool:
    """Return True for a page that a person opens: a form or a part of a page loses nothing."""
    is_part = request.headers.get("HX-Request") == "true"
    return request.method == "GET" and not is_part and not problems.is_api_request(request)
