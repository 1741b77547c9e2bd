"""Questions of the home page that rooms answer: today, this break, and what lies around."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models.expressions import Combinable

from saas.kernel.hooks import Hook


class Agenda(NamedTuple):
    """One thing that waits for somebody today: when, what, with whom or where, and its page.

    What is `due` is to be done by then, or is late.
    """

    at: dt.datetime
    what: str
    title: str
    url: str
    symbol: str
    due: bool = False


class Chance(NamedTuple):
    """Something that one can do in this break: in a few words, with a note, and its page."""

    symbol: str
    text: str
    note: str
    url: str


class Around(NamedTuple):
    """The map of what lies around, and how much of it is open now."""

    map: Any
    open: int


# Of today, until when: columns of one statement; of their values, what waits and what one can do.
today_columns: Hook[[Any, Any, Any], dict[str, Combinable]] = Hook()
agenda: Hook[[dict[str, Any], dt.datetime], list[Agenda]] = Hook()
chances: Hook[[dict[str, Any], dt.datetime], list[Chance]] = Hook(shows=True)
# Of a new space: columns of one statement which say, by a word, what it has of each room.
begun_columns: Hook[[], dict[str, Combinable]] = Hook()
around: Hook[[Any, dt.datetime], Around] = Hook()
