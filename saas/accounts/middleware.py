"""The person's language and look, for the time of a request."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from saas.kernel.http import GetResponse


class PersonMiddleware:
    """Speak the person's language: their setting, then the cookie, then what the browser asks."""

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
