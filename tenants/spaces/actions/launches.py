"""The launch day of a space, from which its invitations are mailed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.kernel.display.writing import shortdate
from tenants.spaces import hosts
from tenants.spaces.actions.addresses import hold_space, log_change
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Tenant
from tenants.spaces.rules import launches as rules


@transaction.atomic
def set_launch_day(
    *, schema_name: str, day: dt.date | None, by: SpaceActor, at: dt.datetime
) -> dt.date | None:
    """Set the launch day of a space, or remove it; return the day before the change.

    The caller moves the invitations that wait in the space.
    """
    tenant: Tenant = hold_space(schema_name, by)
    before = tenant.launches_on
    if day == before:
        return before
    rules.check_launch_day(day, today=timezone.localdate(at))
    tenant.launches_on = day
    tenant.save(update_fields=["launches_on"])  # type: ignore[no-untyped-call]
    old, new = (shortdate(one) if one else "" for one in (before, day))
    log_change(tenant, Change.What.LAUNCH, before=old, after=new, by=by, at=at)
    hosts.forget()
    return before
