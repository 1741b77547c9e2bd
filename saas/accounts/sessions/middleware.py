"""Each request of a session: its use is recorded, and its second factor is given before pages."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts import auth
from saas.accounts.sessions import circumstances, proofs
from saas.kernel.http import GetResponse, see_other
from saas.kernel.web import problems

# Pages open to a session that still lacks its second factor: to give it, or to sign out.
_OPEN = ("accounts:code", "accounts:signout", "accounts:preferences", "health:")


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
        if not proofs.is_due(request.session) or here.startswith(_OPEN):
            return None
        if problems.is_api_request(request):
            return problems.answer(403, _("Donnez d’abord le code de votre second facteur."))
        wanted = request.get_full_path() if request.method == "GET" else ""
        question = f"?{urlencode({'next': wanted})}" if wanted else ""
        return see_other(reverse("accounts:code") + question)
