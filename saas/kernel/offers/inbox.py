"""Exchanges of other rooms that the inbox lists beside its conversations."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class InboxLine(NamedTuple):
    """An exchange as the inbox lists it, by its latest message."""

    url: str
    title: str
    name: str
    note: str
    badge: str
    colour: str
    tone: str
    text: str
    mine: bool
    when: dt.datetime
    unread: int


# In a space: a member's exchanges outside of the conversations, the latest first.
inbox_lines: Hook[[Any], list[InboxLine]] = Hook()
