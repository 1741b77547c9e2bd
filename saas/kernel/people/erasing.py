"""Erasure of a person: apps report the obstacles, and delete their data."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class Obstacle(NamedTuple):
    """Obstacle to settle before a person can be erased, and the page to settle it."""

    text: str
    url: str
    action: str


class Trace(NamedTuple):
    """Marks of an erased person that others may still keep: things by reference, and names."""

    references: frozenset[str]
    names: tuple[str, ...]


# In a space: the obstacles to a person's erasure.
obstacles: Hook[[Any, dt.datetime], list[Obstacle]] = Hook()
# In a space: the ids of people that left before a moment for good, the first to leave first.
leavers: Hook[[dt.datetime], list[int]] = Hook()
# In a space: the account of a former member is open again.
returned: Hook[[Any, dt.datetime], None] = Hook()
# In a space: close the account of a person that leaves for good, as when they leave.
shut: Hook[[Any, dt.datetime], None] = Hook()
# In a space: delete a person's own rows and remove their words from shared rows; return the
# references of deleted rows. Remaining rows appear under "former member". Idempotent.
erase: Hook[[Any, dt.datetime], list[str]] = Hook()
# In a space: delete the data about deleted objects and people.
forget: Hook[[Trace, dt.datetime], None] = Hook()


def leavers_before(moment: dt.datetime) -> list[int]:
    """Return the ids of people that left before a moment and have not come back."""
    return leavers.collect(moment)


def obstacles_to(person: Any, at: dt.datetime) -> list[Obstacle]:
    """Return the obstacles to a person's erasure."""
    return obstacles.collect(person, at)
