"""Every address of the three kinds of host, as the URL confs have them."""

import importlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, reverse

from infra.screenshots import walk

HOSTS = {
    walk.PUBLIC: settings.PUBLIC_SCHEMA_URLCONF,
    walk.SPACE: settings.ROOT_URLCONF,
    walk.OPS: settings.OPERATOR_URLCONF,
}


def patterns(host: str) -> dict[str, URLPattern]:
    """Return every URL pattern of a host by its name, or by its route if it has no name."""
    return dict(_below(importlib.import_module(HOSTS[host]).urlpatterns, ""))


def _below(found: list[Any], room: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, pattern.namespace or room)
        elif isinstance(pattern, URLPattern):
            name = f"{room}:{pattern.name}" if room and pattern.name else pattern.name
            yield name or str(pattern.pattern), pattern


def closed_paths(host: str) -> list[str]:
    """Return a path for each page that requires a login."""
    closed = {
        name: pattern
        for name, pattern in patterns(host).items()
        if getattr(pattern.callback, "login_required", True) and not name.startswith("api:")
    }
    return [
        reverse(name, urlconf=HOSTS[host], kwargs=_any(pattern)) for name, pattern in closed.items()
    ]


def _any(pattern: URLPattern) -> dict[str, Any]:
    """Something for each part of a path, which names nothing that exists."""
    kinds = {name: type(one).__name__ for name, one in pattern.pattern.converters.items()}
    return {name: 1 if kind == "IntConverter" else "XX-NOBODY" for name, kind in kinds.items()}
