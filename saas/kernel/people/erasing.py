"""How a person is erased: rooms say what stands in the way, and let go of what they keep."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class Obstacle(NamedTuple):
    """Something to be settled before a person can be erased, and the page where that is done."""

    text: str
    url: str
    action: str


class Trace(NamedTuple):
    """Marks of an erased person that others may still keep: things by reference, and names."""

    references: frozenset[str]
    names: tuple[str, ...]


# In a space: what stands in the way of a person's erasure.
obstacles: Hook[[Any, dt.datetime], list[Obstacle]] = Hook()
# In a space: who left before a moment and has not come back, as ids, the first to leave first.
leavers: Hook[[dt.datetime], list[int]] = Hook()
# In a space: the account of somebody who had left is open again.
returned: Hook[[Any, dt.datetime], None] = Hook()
# In a space: shut the account of somebody who goes for good, as when they leave.
shut: Hook[[Any, dt.datetime], None] = Hook()
# In a space: delete what is a person's alone and take their words out of what is others' too;
# say the references of what went. What stays stands under "former member". Twice is once.
erase: Hook[[Any, dt.datetime], list[str]] = Hook()
# In a space: forget what is kept about things and people that are gone.
forget: Hook[[Trace, dt.datetime], None] = Hook()


def leavers_before(moment: dt.datetime) -> list[int]:
    """List who left before a moment and has not come back."""
    return [each for answer in leavers.ask(moment) for each in answer]


def obstacles_to(person: Any, at: dt.datetime) -> list[Obstacle]:
    """List what stands in the way of a person's erasure."""
    return [each for answer in obstacles.ask(person, at) for each in answer]
