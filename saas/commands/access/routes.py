"""Addresses on each kind of host, and the path of a row."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from saas.accounts.access import OPS, PUBLIC, SPACE, Row

CONFS = {
    SPACE: settings.ROOT_URLCONF,
    PUBLIC: settings.PUBLIC_SCHEMA_URLCONF,
    OPS: settings.OPERATOR_URLCONF,
}


def routes(host: str) -> Iterator[tuple[str, Any]]:
    """Yield each address of a kind of host with its view; its path if it has no name."""
    waiting: list[tuple[Any, str, str]] = [(get_resolver(CONFS[host]), "", "")]
    while waiting:
        resolver, space, path = waiting.pop()
        for pattern in resolver.url_patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                waiting.append((pattern, inner, here))
            elif isinstance(pattern, URLPattern):
                yield (space + pattern.name if pattern.name else here), pattern.callback


def address(host: str, row: Row, things: Mapping[str, str]) -> str:
    """Return the path of a row; arguments that name no known object are used unchanged."""
    values = [things.get(arg, arg) for arg in row.args]
    try:
        return reverse(row.route, args=values, urlconf=CONFS[host])
    except NoReverseMatch:
        if ":" in row.route:
            raise
        return f"/{row.route}"
