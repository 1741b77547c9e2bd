"""Hook for the open dealings between two members, such as a loan, which their thread shows."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class Step(NamedTuple):
    """A next step of a dealing: a button that sends `verb` to `url`, or a link if it `leads`."""

    words: str
    url: str
    symbol: str = ""
    verb: str = ""
    main: bool = False
    leads: bool = False


class Dealing(NamedTuple):
    """A loan or a seat between two members as their thread shows it, with its next steps."""

    about: str  # kind and reference of the subject, as in a conversation
    title: str
    note: str
    state: str
    tone: str
    symbol: str
    url: str
    steps: Sequence[Step] = ()
    figures: str = ""  # the code of a hand-over, in digits


# In a space: the open dealings between a member and another (by id), also of rooms that are off.
between: Hook[[Any, int, dt.datetime], list[Dealing]] = Hook()


def all_between(person: Any, other_id: int, *, about: str, at: dt.datetime) -> list[Dealing]:
    """List the open dealings between two members, those about the given subject first."""
    found = between.collect(person, other_id, at)
    return sorted(found, key=lambda one: one.about != about)
