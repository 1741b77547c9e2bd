"""Pages leave compressed, and their length tells nothing of a secret that is in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_OF_A_PASS = frozenset({"no-referrer", "strict-origin"})


class CompressedPageMiddleware(GZipMiddleware):
    """Compress a page for a browser that can read it; pictures and papers are small already.

    Against BREACH (whoever sees the lengths of many answers in which a text of theirs stands beside
    a secret comes to know the secret): a form's token is masked anew in each answer, the session's
    cookie is not sent with another site's requests, Django pads each answer by up to a hundred
    random bytes, and a page that holds a pass, whose address is told to nobody, stays as it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Compress an answer that is a page without a pass."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        holds_pass = response.headers.get("Referrer-Policy") in _OF_A_PASS
        if not is_page or holds_pass or not isinstance(response, HttpResponse):
            return response
        return super().process_response(request, response)
