"""Table of all addresses, from the URL confs; an address without a row prevents the start."""

from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

from saas.accounts.access import Row
from saas.commands.access.routes import CONFS


def _rows(resolver: URLResolver, host: str) -> Iterator[Row]:
    """Yield the access rows of each URL conf; a conf for several hosts has rows for each."""
    found = getattr(resolver.urlconf_module, "access", ())
    yield from found if isinstance(found, tuple) else found.get(host, ())
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _rows(pattern, host)


TABLE: dict[str, tuple[Row, ...]] = {
    host: tuple(_rows(get_resolver(conf), host)) for host, conf in CONFS.items()
}
