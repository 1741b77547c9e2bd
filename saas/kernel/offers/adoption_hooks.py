"""Acts of members, as rooms keep them anyway: counted for the administrators of a space."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.functional import Promise

from saas.kernel.hooks import Hook


class Acts(NamedTuple):
    """Rows of one kind of act: the columns of who did it and when; only counts of them are read.

    `room` names the part of the space that they belong to. With `column` they are a column of the
    weeks, by this name; without they only tell that somebody is active.
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
