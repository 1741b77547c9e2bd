"""Every address is closed unless its view is named here."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver
from rest_framework.permissions import AllowAny

from tests.architecture.open_doors import OPEN

HOSTS = {
    "public": settings.PUBLIC_SCHEMA_URLCONF,
    "space": settings.ROOT_URLCONF,
    "ops": settings.OPERATOR_URLCONF,
}


def patterns(conf: str) -> Iterator[URLPattern]:
    waiting: list[Any] = list(importlib.import_module(conf).urlpatterns)
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, URLResolver):
            waiting += pattern.url_patterns
        else:
            yield pattern


def dotted(view: Any) -> str:
    target = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    return f"{target.__module__}.{target.__qualname__}"


def is_open(view: Any) -> bool:
    resource = getattr(view, "cls", None)
    if resource is not None:
        classes = resource.permission_classes
        return not classes or AllowAny in classes
    return not getattr(view, "login_required", True)


@pytest.mark.parametrize("host", HOSTS)
def test_a_view_is_closed_unless_it_stands_in_the_list(host: str) -> None:
    views = {dotted(pattern.callback): pattern.callback for pattern in patterns(HOSTS[host])}
    assert views
    opened = {name for name, view in views.items() if is_open(view)}
    assert opened <= OPEN


def test_the_list_names_no_view_that_is_gone_or_closed() -> None:
    opened = {
        dotted(pattern.callback)
        for conf in HOSTS.values()
        for pattern in patterns(conf)
        if is_open(pattern.callback)
    }
    assert opened == OPEN
