"""Current schema: the only way into a space's schema and out again."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Protocol, cast

from django.db import connections

from saas.kernel.errors import WrongSpaceError

PUBLIC = "public"
_running_loop = asyncio._get_running_loop  # noqa: SLF001 - the one that never raises

# In an event loop a thread has no connection of its own: that of its request is in another thread,
# and the schema entered there comes back with the request's context.
_entered: ContextVar[str] = ContextVar("entered", default=PUBLIC)
# Space of the host that a request was sent to; None outside a request.
_host: ContextVar[str | None] = ContextVar("host", default=None)


class SpaceConnection(Protocol):
    """The additions of our database backend to a connection."""

    schema_name: str
    switches: int
    is_silent: bool

    def set_schema(self, schema_name: str) -> None:
        """Set the schema of the next statement; sends nothing before it."""

    def force_switch(self) -> None:
        """Make the next statement enter the schema again, even if the connection is in it."""


def connection(alias: str = "default") -> SpaceConnection:
    """Return the connection of this thread, which can switch spaces."""
    return cast("SpaceConnection", connections[alias])


def current(alias: str = "default") -> str:
    """Return the name of the schema that this thread, or this coroutine's request, works in."""
    if _running_loop() is not None:
        return _entered.get()
    return connections[alias].schema_name  # type: ignore[attr-defined,no-any-return]


@contextlib.contextmanager
def serving(name: str | None) -> Iterator[None]:
    """Bind a request to the space of its host: it works there or in public, and nowhere else."""
    token = _host.set(name)
    try:
        yield
    finally:
        _host.reset(token)


def served() -> str:
    """Return the space whose host the request was sent to; empty in public and outside."""
    name = _host.get()
    return "" if name in {None, PUBLIC} else str(name)


@contextlib.contextmanager
def crossing(name: str) -> Iterator[None]:
    """Work in `name` though the request was sent elsewhere; only founding's hand-over may."""
    with serving(None), inside(name):  # unbound, since the way back leads to where we were
        yield


@contextlib.contextmanager
def silent(alias: str = "default") -> Iterator[None]:
    """Forbid statements in this thread: the response's data was read before it is sent."""
    here = connection(alias)
    here.is_silent = True
    try:
        yield
    finally:
        here.is_silent = False


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Work in the space `name`; afterwards, whatever happened, be back where we were.

    Raises WrongSpaceError in a request that was sent to another space.
    """
    before = current()
    enter(name)
    try:
        yield
    finally:
        enter(before)


def in_public() -> contextlib.AbstractContextManager[None]:
    """Work on the shared tables, with the public role."""
    return inside(PUBLIC)


def enter(name: str, *, recheck: bool = False) -> None:
    """Stay in `name` until the request ends; for the entry points of a process only.

    With `recheck` the database checks the right to enter again, even if the connection was already
    in the same space. Raises WrongSpaceError in a request that was sent to another space.
    """
    host = _host.get()
    if host is not None and name not in {host, PUBLIC}:
        raise WrongSpaceError(f"a request to {host} entered {name}")
    _entered.set(name)
    connection().set_schema(name)
    if recheck:
        connection().force_switch()


def connect_now() -> None:
    """Have the database enter now where the next statement would; raises where it refuses."""
    connection().force_switch()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT")
