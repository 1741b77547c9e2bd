"""Requests that a program sends by itself: prefetches of browsers, and robots that give a name."""

import re

from django.http import HttpRequest

# Browsers announce a prefetch in one of these headers.
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_ROBOT = re.compile(
    r"bot\b|crawl|spider|slurp|externalhit|preview|link.?check|curl/|wget/|python-|"
    r"go-http-client|axios/|java/|headless|phantomjs|electron/|selenium|puppeteer|playwright|"
    r"okhttp/|libwww|httpclient",
    re.IGNORECASE,
)


def is_automatic(request: HttpRequest) -> bool:
    """Return True for a request that no person's act caused, as far as its headers tell.

    Each browser names itself: a request without a name is a program's.
    """
    if any(_AHEAD.search(request.headers.get(name, "")) for name in _PURPOSES):
        return True
    agent = request.headers.get("User-Agent", "").strip()
    return not agent or _ROBOT.search(agent) is not None
