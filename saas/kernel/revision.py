"""Revision of a space's screen content: polling clients compare only this.

An app declares the tables of displayed rows (`watch`); each committed write to such a table, by any
action, changes the space's revision. It is stored in the cache: if the cache is down there is no
revision, and all clients reload.
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
