"""How a room tells somebody what they reported of it where others than moderation answer."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class OwnReport(NamedTuple):
    """Something that a person reported: its page, and in their words how far its answer is."""

    title: str
    url: str
    reported_at: dt.datetime
    state: str
    answered: bool


# In a space: what somebody reported, the latest first, a bounded number.
own_reports: Hook[[Any], list[OwnReport]] = Hook()
