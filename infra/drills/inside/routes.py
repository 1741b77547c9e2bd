"""Every address of the three hosts, for a crawler to fill in: `<reference>` is a parameter."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

HOSTS = {
    "public": settings.PUBLIC_SCHEMA_URLCONF,
    "space": settings.ROOT_URLCONF,
    "ops": settings.OPERATOR_URLCONF,
}
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
# Pages open to all outside the URL confs, and addresses that do not exist.
MORE = ("/nulle-part/", "/static/", "/media/", "/robots.txt", "/classifieds/?q=kanari")


def everywhere() -> list[dict[str, str]]:
    """Return each address of each host once."""
    found = {
        (host, path): {"host": host, "path": path, "name": name}
        for host, conf in HOSTS.items()
        for path, name in [*_walk(importlib.import_module(conf).urlpatterns, "/"), *_more()]
    }
    return list(found.values())


def _more() -> Iterator[tuple[str, str]]:
    yield from ((path, path) for path in MORE)


def _walk(patterns: list[Any], before: str, space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = before + _part(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, f"{space}{pattern.name or path}"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)


def _part(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return _CONVERTER.sub(r"<\1>", str(pattern))
    if isinstance(pattern, LocalePrefixPattern):
        return "en/"
    return simplify_regex(str(pattern)).removeprefix("/")
