"""The month's figures, sent to administrators. Called by the clock."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from tenants.community.members import notifications
from tenants.community.members.queries import administrators as reads
from tenants.community.members.queries import adoption
from tenants.community.members.rules import adoption_months as rules


@transaction.atomic
def report_month(*, at: dt.datetime) -> int:
    """Notify administrators of the last month's usage, once; return how many groups.

    Those of a company read the figures of its people. Called by the clock.
    """
    today = timezone.localdate(at)
    if not rules.is_reported(today):
        return 0
    groups = reads.ids_by_company()
    for company_id, people in groups.items():
        scope = None if company_id is None else frozenset({company_id})
        usage = adoption.usage(scope, at=at)
        last = usage.course.last
        if last is not None:
            ideas = adoption.advice(usage.found, usage.course)
            notifications.notify_month(last, company_id, to=people, ideas=ideas[:1], at=at)
    return len(groups)
