"""Acts of members, as rooms keep them anyway: counted for the administrators of a space."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.functional import Promise

from saas.kernel.hooks import Hook


class Acts(NamedTuple):
    """Usage source: rows of a kind of action, with the columns of person and time.

    Only counts of them are read. `room` names the part of the space that they belong to. With
    `column` they form a column of the weekly figures, under this name; without it they only show
    that a member is active.
    """

    room: str | Promise
    rows: Any  # a piece of a query
    person: str
    at: str
    column: str | Promise = ""


# In a space: how many members came in the days before a moment; never which.
active_members: Hook[[dt.datetime], int] = Hook()
# In a space: the acts that rooms keep.
acts: Hook[[], list[Acts]] = Hook(shows=True)
