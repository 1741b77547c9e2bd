"""Texts that a member accepts: at joining, and again before the first write after a new version."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class JoiningText(NamedTuple):
    """A text of the space that a newcomer reads and accepts by joining."""

    title: str
    text: str
    version: int


# In a space: its own texts to be accepted by newcomers; the record of a person's acceptance, by
# version. Only the newest version is recorded.
texts: Hook[[], JoiningText | None] = Hook()
accept: Hook[[Any, int, dt.datetime], None] = Hook()
# In a space: the address at which a person accepts a new version before they write anything.
before_writing: Hook[[Any], str | None] = Hook()
