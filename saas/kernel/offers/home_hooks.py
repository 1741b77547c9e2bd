"""Hooks of the home page, answered by other apps: today, this break, unfinished things."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models.expressions import Combinable

from saas.kernel.hooks import Hook


class Agenda(NamedTuple):
    """To-do item of today: time, kind, title (with person or place), and its page.

    A `due` item is to be done by then, or is late.
    """

    at: dt.datetime
    what: str
    title: str
    url: str
    symbol: str
    due: bool = False


class Act(NamedTuple):
    """A button that finishes something at once: its address, its words and the values it sends."""

    url: str
    words: str
    sent: dict[str, str]


class Running(NamedTuple):
    """One thing of a member that is not finished, such as a loan: by when, what, and its page.

    What is `due` needs them today or is late; `act` finishes it without its page.
    """

    at: dt.datetime
    note: str
    title: str
    url: str
    symbol: str
    due: bool = False
    act: Act | None = None


class Chance(NamedTuple):
    """Quick idea for this break: a short text, a note, and its page."""

    symbol: str
    text: str
    note: str
    url: str


# From now until a time of today: columns of a single statement; from their values, the to-do items
# and the quick ideas.
today_columns: Hook[[Any, Any, Any], dict[str, Combinable]] = Hook()
agenda: Hook[[dict[str, Any], dt.datetime], list[Agenda]] = Hook()
# All of a member that is not finished, also of rooms that are off; each room answers in a fixed
# number of statements.
running: Hook[[Any, dt.datetime], list[Running]] = Hook()
chances: Hook[[dict[str, Any], dt.datetime], list[Chance]] = Hook(shows=True)
# Of a new space: columns of a single statement that list its content by app.
begun_columns: Hook[[], dict[str, Combinable]] = Hook()
