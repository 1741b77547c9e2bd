"""The answer at addresses of a room that the space has switched off."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from saas.kernel import modules
from saas.kernel.http import GetResponse
from saas.kernel.web import problems


class SwitchedOffMiddleware:
    """Replace each page of an app that the space does not use by a message.

    The API checks this itself, after authentication.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Return the message in place of the page; a stranger gets 404, which reveals nothing."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if problems.is_api_request(request):
            return None
        try:
            modules.check_address(name)
        except modules.SwitchedOff as error:
            if not request.user.is_authenticated:
                raise Http404 from error
            return _refusal(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the message if a view found that the person has nothing to finish in the app."""
        return _refusal(request, error) if isinstance(error, modules.SwitchedOff) else None


def _refusal(request: HttpRequest, error: modules.SwitchedOff) -> HttpResponse:
    context = {"sentence": error.sentence, "module": error.module}
    return render(request, "errors/switched_off.html", context, status=403)
