"""Marks of views that `saas.serving` reads before a thread takes the request."""

from django.urls import Resolver404, resolve


def is_marked(path: str, urlconf: str, mark: str) -> bool:
    """Return True if an address leads to a view with this mark; False for an unknown address."""
    try:
        match = resolve(path, urlconf)
    except Resolver404:
        return False
    return bool(getattr(match.func, mark, False))
