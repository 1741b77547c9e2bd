"""Join requests and roles that end by themselves. Called by the clock."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from tenants.community.members.models import JoinRequest, Role
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules


@transaction.atomic
def forget_requests(*, at: dt.datetime) -> int:
    """Delete join requests a month after they expired; return how many.

    Called by the scheduled task.
    """
    old = JoinRequest.objects.filter(expires_at__lt=at - rules.RETENTION_AFTER_EXPIRY)
    return old.delete()[0]


@transaction.atomic
def end_roles(*, at: dt.datetime) -> int:
    """Delete roles past their last day; return how many. Called by the clock.

    The last administrator of the whole space keeps the role.
    """
    over = Role.objects.filter(ends_on__lt=timezone.localdate(at))
    administrators = {row.pk for row in queries.administrators(lock=True)}
    ending = set(over.values_list("pk", flat=True))
    if administrators and administrators <= ending:
        ending.discard(min(administrators))
    return Role.objects.filter(pk__in=ending).delete()[0]
