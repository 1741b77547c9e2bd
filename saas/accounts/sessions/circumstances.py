"""Circumstances of an action: host, browser and network of the current request.

A notice to the person shows them. An action outside a request (a job, a command), or by a request
of another schema, has empty circumstances: an operator's browser is shown to no member.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import NamedTuple

from saas.kernel import schema


class Circumstances(NamedTuple):
    """The host, its name, the browser and the shortened network of a request."""

    schema: str = ""
    origin: str = ""
    place: str = ""
    device: str = ""
    network: str = ""


_NONE = Circumstances()
_current: ContextVar[Circumstances] = ContextVar("circumstances", default=_NONE)


@contextlib.contextmanager
def of_request(found: Circumstances) -> Iterator[None]:
    """Answer a request under its circumstances."""
    token = _current.set(found)
    try:
        yield
    finally:
        _current.reset(token)


def here() -> Circumstances:
    """Return the circumstances of the current request; empty if it belongs to another schema."""
    found = _current.get()
    return found if found.schema == schema.current() else _NONE
