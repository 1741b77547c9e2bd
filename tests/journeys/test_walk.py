"""No page is missing from the walk, and nothing in its table is stale."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver

from saas.commands import walk

HOSTS = {
    walk.PUBLIC: settings.PUBLIC_SCHEMA_URLCONF,
    walk.SPACE: settings.ROOT_URLCONF,
    walk.OPS: settings.OPERATOR_URLCONF,
}


def addresses(host: str) -> dict[str, Any]:
    """Every address of a host: its name, or its route where it has none, and its view."""
    return dict(_below(importlib.import_module(HOSTS[host]).urlpatterns, ""))


def _below(patterns: list[Any], room: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, pattern.namespace or room)
        elif isinstance(pattern, URLPattern):
            name = f"{room}:{pattern.name}" if room and pattern.name else pattern.name
            yield name or str(pattern.pattern), pattern.callback


def stops_of(host: str) -> set[str]:
    return {stop.page for stop in walk.STOPS if stop.host == host}


@pytest.mark.parametrize("host", HOSTS)
def test_every_address_is_in_the_walk_or_said_to_be_no_page(host: str) -> None:
    missing = addresses(host).keys() - stops_of(host) - walk.NO_PAGE.keys()

    assert not missing


@pytest.mark.parametrize("host", HOSTS)
def test_the_walk_names_no_page_that_is_gone(host: str) -> None:
    named = {page for page in stops_of(host) if not page.startswith("/")}

    assert named <= addresses(host).keys()


def test_what_is_said_to_be_no_page_exists_and_is_not_walked() -> None:
    everywhere = {name for host in HOSTS for name in addresses(host)}

    assert walk.NO_PAGE.keys() <= everywhere
    assert not walk.NO_PAGE.keys() & {stop.page for stop in walk.STOPS}


def test_what_is_said_to_answer_post_only_refuses_to_be_opened() -> None:
    posted = {name for name, reason in walk.NO_PAGE.items() if reason == walk.POSTED}
    views = {name: view for host in HOSTS for name, view in addresses(host).items()}

    for name in posted:
        assert views[name](RequestFactory().get("/")).status_code == 405, name


def test_pictures_of_two_stops_never_have_the_same_name() -> None:
    named = [(stop.host, stop.page, stop.look) for stop in walk.STOPS]

    assert len(named) == len(set(named))
