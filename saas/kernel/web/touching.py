"""Pages of a touch screen: their access, and the items that authors allow on it.

Such a screen has a token in a cookie, checked only by its room. No member is signed in on it: a
browser's session cookie is dropped before it is read.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from saas.kernel.hooks import Hook, Slide
from saas.kernel.http import GetResponse
from saas.kernel.search import searching

SCREEN_COOKIE = "__Host-screen"
MOST_FOUND = 24

type View = Callable[..., HttpResponseBase]


class OnWall(NamedTuple):
    """A query for items allowed on the screens: by search text, or an item by its reference."""

    words: str = ""
    reference: str = ""


# In a space: items that authors allow on the screens, a few of each room; never anything else.
on_wall: Hook[[OnWall, dt.datetime], list[Slide]] = Hook(shows=True)
# In a space: whether a token is of a screen that people may touch.
is_touched: Hook[[str], bool] = Hook(shows=True)
_nameless: set[str] = set()


def offer(prefix: str) -> None:
    """Register a prefix of addresses without signed-in members."""
    _nameless.add(prefix)


def narrowed[R: QuerySet[Any]](rows: R, wall: OnWall) -> R:
    """Return the rows that match a query, with a limit."""
    if wall.reference:
        return rows.filter(reference=wall.reference)
    if wall.words.strip():
        rows = rows.filter(searching.forgiven(wall.words))
    return rows[:MOST_FOUND]


def for_touch(view: View) -> View:
    """Open a view to screens of this space that people touch, in its language; others get 404."""

    @login_not_required
    @wraps(view)
    def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.COOKIES.get(SCREEN_COOKIE, "")
        if not token or not any(is_touched.ask(token)):
            raise Http404
        with translation.override(_language_of(request)):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return opened


def _language_of(request: Any) -> str:
    """Return the language chosen on the screen for this visit, else that of its space."""
    chosen = request.GET.get("lang", "")
    return str(chosen if chosen in dict(settings.LANGUAGES) else request.space.language)


class NamelessMiddleware:
    """Drop the session cookie before it is read, at addresses without signed-in members."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on without it."""
        if request.path_info.startswith(tuple(_nameless)):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)
