"""The revision of what a space shows on its screens: who asks again by itself compares it alone.

A room names the tables whose rows are shown (`watch`); whatever writes one of them, in whichever
action, gives the space another revision once it is committed. It stands in the store: where that
is dead there is none, and everybody reads anew.
"""

import functools
import secrets
from collections.abc import Iterable
from typing import Any

from saas.kernel import cache
from saas.kernel.tasks import call_after_commit

NAME = "revision"
_SECONDS = 7 * 86_400
_watched: set[type[Any]] = set()


def watch(*models: type[Any]) -> None:
    """Give a space another revision with each change of these tables."""
    _watched.update(models)


def renew_if_watched(model: type[Any]) -> None:
    """Note that rows of a table were written here."""
    if model in _watched:
        call_after_commit(renew)


def renew() -> None:
    """Give this space another revision now."""
    cache.store_value(NAME, secrets.token_hex(8), seconds=_SECONDS)


def renew_in(spaces: Iterable[str]) -> None:
    """Give other spaces another revision once this is committed: something of public changed."""
    for name in spaces:
        call_after_commit(functools.partial(_renew_of, name))


def _renew_of(space: str) -> None:
    with cache.of(space):
        renew()


def current() -> str:
    """Return this space's revision; nothing where the store does not answer."""
    return str(cache.stored_value(NAME, "")) or _begun()


def _begun() -> str:
    renew()
    return str(cache.stored_value(NAME, ""))
