"""Participants to remind on the day before."""

import datetime as dt

from django.db.models import F, QuerySet

from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Participation


def to_remind(*, at: dt.datetime) -> QuerySet[Participation]:
    """Lock participants to remind: the gathering is within a day, and they joined earlier.

    After the gathering was moved, they are reminded of its new start too. Rows locked by another
    clock are skipped.
    """
    return (
        Participation.objects.filter(
            state=Participation.State.COMING,
            person__is_active=True,
            gathering__cancelled_at=None,
            gathering__hidden_at=None,
            gathering__starts_at__gt=at,
            gathering__starts_at__lte=at + rules.RECALLED,
            joined_at__lte=F("gathering__starts_at") - rules.RECALLED,
        )
        .exclude(reminded_of=F("gathering__starts_at"))
        .select_related("gathering")
        .order_by("gathering__starts_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
