"""Reminders to councils of what Stripe asks, a week and a day before it blocks their account."""

import datetime as dt
from typing import Any

from django.db import transaction

from billing.councils import tasks
from billing.councils.queries.due import councils_with_deadlines
from billing.councils.rules.accounts import REMINDED_DAYS, reminder_of
from billing.councils.settlement.accounts import record_notice
from billing.models import Council, CouncilNotice
from saas.kernel.tasks import after_commit

REMINDED = CouncilNotice.Kind.REMINDED


@transaction.atomic
def remind(*, at: dt.datetime) -> int:
    """Mail councils whose answer to Stripe is due soon, each once a week and once a day before.

    Called by a clock.
    """
    within = at + dt.timedelta(days=max(REMINDED_DAYS))
    due = councils_with_deadlines(since=at, until=within)
    return sum(_remind(council_id, at=at) for council_id in due)


def _remind(council_id: int, *, at: dt.datetime) -> bool:
    """Remind a council unless it was reminded of this deadline so many days before."""
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    deadline_at = council.account_deadline_at
    days = reminder_of(deadline_at, at=at) if deadline_at else None
    if deadline_at is None or days is None:
        return False
    facts: dict[str, Any] = {"until": deadline_at.isoformat(), "days": days}
    known = CouncilNotice.objects.filter(council=council, kind=REMINDED, facts__contains=facts)
    if known.exists() or (days > 1 and _was_asked_now(council, at=at)):
        return False
    facts |= {"asked": council.account_requirements or []}
    notice = record_notice(council, REMINDED, at=at, **facts)
    after_commit(tasks.mail_council_notice, notice.pk)
    return True


def _was_asked_now(council: Council, *, at: dt.datetime) -> bool:
    """Return True if the council was mailed of the same question within two days."""
    needs = CouncilNotice.objects.filter(council=council, kind=CouncilNotice.Kind.NEEDS)
    return needs.filter(happened_at__gt=at - dt.timedelta(days=2)).exists()
