"""Pages of a screen that people touch: whom they open to, and what their authors let be found.

Such a screen holds a token in a cookie, which its room alone can judge. Nobody is signed in on it:
what a person's browser would send along is dropped before anybody reads it.
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
    """A question for what may hang on the screens: by some words, or one thing by its reference."""

    words: str = ""
    reference: str = ""


# In a space: what authors let onto the screens and fits, a few of each room; nothing else, ever.
on_wall: Hook[[OnWall, dt.datetime], list[Slide]] = Hook(shows=True)
# In a space: whether a token is of a screen that people may touch.
is_touched: Hook[[str], bool] = Hook(shows=True)
_nameless: set[str] = set()


def offer(prefix: str) -> None:
    """Let nobody have a name at the addresses that begin so."""
    _nameless.add(prefix)


def narrowed[R: QuerySet[Any]](rows: R, wall: OnWall) -> R:
    """Return what of some rows a question means, a few of very many."""
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
        with translation.override(request.space.language):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return opened


class NamelessMiddleware:
    """Drop a person's session before it is read, at addresses where nobody has a name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on without it."""
        if request.path_info.startswith(tuple(_nameless)):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)
