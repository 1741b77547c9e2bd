"""Notices to a council's people, each a row that waits for its letter."""

import datetime as dt
from typing import Any

from billing import tasks
from billing.models import Council, CouncilNotice
from billing.settlement import notices
from saas.kernel.tasks import after_commit


def give_notice(
    council: Council, kind: CouncilNotice.Kind, *, at: dt.datetime, **facts: Any
) -> None:
    """Have a council's people told by letter, once this is committed."""
    after_commit(tasks.tell_council, notices.note(council, kind, at=at, **facts).pk)
