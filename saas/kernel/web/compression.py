"""Compressed pages with a length that reveals nothing of a secret in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_OF_A_PASS = frozenset({"no-referrer", "strict-origin"})


class CompressedPageMiddleware(GZipMiddleware):
    """Compress a page for a browser that supports it; pictures and documents are small already.

    Against BREACH (an attacker seeing the lengths of many responses with their own text beside a
    secret can derive the secret): a form's token is masked differently in each response, the
    session cookie is not sent with another site's requests, Django pads each response by up to a
    hundred random bytes, and a page with a pass, under a secret address, is not compressed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Compress a response if it is a page without a pass."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        holds_pass = response.headers.get("Referrer-Policy") in _OF_A_PASS
        if not is_page or holds_pass or not isinstance(response, HttpResponse):
            return response
        return super().process_response(request, response)
