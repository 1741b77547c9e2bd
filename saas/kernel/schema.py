"""Where we are: the one way into a space's schema and out of it again."""

import contextlib
from collections.abc import Iterator
from typing import Protocol, cast

from django.db import connections

PUBLIC = "public"


class SpaceConnection(Protocol):
    """What our database backend adds to a connection."""

    schema_name: str
    switches: int

    def set_schema(self, schema_name: str) -> None:
        """Say where the next statement runs; nothing is sent before it."""


def connection(alias: str = "default") -> SpaceConnection:
    """Return the connection of this thread, seen as a door to spaces."""
    return cast("SpaceConnection", connections[alias])


def current(alias: str = "default") -> str:
    """Return the name of the schema that this thread works in."""
    return connection(alias).schema_name


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Work in the space `name`; afterwards, whatever happened, be back where we were."""
    door = connection()
    before = door.schema_name
    door.set_schema(name)
    try:
        yield
    finally:
        door.set_schema(before)


def in_public() -> contextlib.AbstractContextManager[None]:
    """Work on what all spaces share, with the public role."""
    return inside(PUBLIC)


def enter(name: str) -> None:
    """Stay in `name` until the request ends; for the doors of a process only."""
    connection().set_schema(name)
