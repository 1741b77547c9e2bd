"""Hook to show members their own reports that are answered outside moderation."""

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


# In a space: a member's own reports, the latest first, a bounded number.
own_reports: Hook[[Any], list[OwnReport]] = Hook()
