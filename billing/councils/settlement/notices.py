"""Letters to a council's people; they leave after the commit."""

import datetime as dt
from typing import Any

from billing.models import Council, CouncilNotice


def record_notice(
    council: Council, kind: CouncilNotice.Kind, *, at: dt.datetime, **facts: Any
) -> CouncilNotice:
    """Write down that a council's people are to be told of something."""
    return CouncilNotice.objects.create(council=council, kind=kind, facts=facts, happened_at=at)
