"""Requests polled every few seconds, mostly without a change.

An app declares an address, and the cookie that identifies the client (`offer`); it stores its last
response (`store_answer`). Until the space's revision changes, the next request is answered from the
store: no session, no view, no statement.
"""

import time
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from saas.kernel import cache
from saas.kernel.http import GetResponse
from saas.kernel.revision import NAME as REVISION
from saas.kernel.secrets import tokens

RETENTION_SECONDS = 90
NOW_HEADER = "X-Now"
_cookies: dict[str, str] = {}


def offer(path: str, *, cookie: str) -> None:
    """Register an address to be answered from the store, for clients with this cookie."""
    _cookies[path] = cookie


def store_answer(token_hash: str, *, etag: str, revision: str) -> None:
    """Store the last response to a token, with the space's revision."""
    if revision:
        cache.store_value(_name(token_hash), f"{revision} {etag}", seconds=RETENTION_SECONDS)


def forget(token_hash: str) -> None:
    """Have the next question answered by the room again."""
    cache.forget(_name(token_hash))


def stamp(response: HttpResponse, *, etag: str) -> HttpResponse:
    """Set the headers of a response with its state and the server's time."""
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    response[NOW_HEADER] = str(time.time_ns() // 1_000_000)
    return response


class UnchangedMiddleware:
    """Answer 304 from the store if nothing has changed for the client."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return 304 for an unchanged polled request; otherwise call the view."""
        etag = request.headers.get("If-None-Match", "")
        cookie = _cookies.get(request.path_info) if etag and request.method == "GET" else None
        token = request.COOKIES.get(cookie, "") if cookie else ""
        if token and _stands(tokens.hashed(token), etag):
            return stamp(HttpResponse(status=HTTPStatus.NOT_MODIFIED), etag=etag)
        return self.get_response(request)


def _stands(token_hash: str, etag: str) -> bool:
    name = _name(token_hash)
    found = cache.stored_values(name, REVISION)
    revision = found.get(REVISION)
    return bool(revision) and found.get(name) == f"{revision} {etag}"


def _name(token_hash: str) -> str:
    return f"poll:{token_hash}"
