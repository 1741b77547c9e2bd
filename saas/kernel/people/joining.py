"""Texts that a member accepts: at joining, and again before the first write after a new version."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class JoiningText(NamedTuple):
    """A text of the space that a newcomer reads and accepts by joining."""

    title: str
    text: str
    version: int


# In a space: the texts of its own that newcomers accept; the record of such an acceptance, for a
# person, by its version. A version that is no longer the newest is not recorded.
texts: Hook[[], JoiningText | None] = Hook()
accept: Hook[[Any, int, dt.datetime], None] = Hook()
# In a space: the address at which a person accepts a new version before they write anything.
before_writing: Hook[[Any], str | None] = Hook()
