"""From where an act comes: host, browser and network of the request that is answered here.

A notice to the person tells them. An act outside a request (a job, a command), or one that a
request of another schema does here, has none: an operator's browser is told to no member.
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
    """Return the circumstances of the request that is answered in this schema."""
    found = _current.get()
    return found if found.schema == schema.current() else _NONE
