"""Notices to a council's people, each a row that waits for its mail."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from billing.councils import tasks
from billing.councils.settlement.accounts import record_notice
from billing.models import Council, CouncilNotice
from saas.accounts.models import User
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor


@transaction.atomic
def give_notice(
    *,
    council: Council,
    kind: CouncilNotice.Kind,
    facts: Mapping[str, Any],
    by: User | SpaceActor,  # noqa: ARG001 - each action says who; a notice names them where its facts do
    at: dt.datetime,
) -> CouncilNotice:
    """Have a council's people told by mail, once this is committed."""
    notice = record_notice(council, kind, at=at, **facts)
    after_commit(tasks.mail_council_notice, notice.pk)
    return notice
