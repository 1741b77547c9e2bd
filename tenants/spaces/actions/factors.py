"""The second factor that a space requires of all members, or leaves to each of them."""

import datetime as dt

from django.db import transaction

from saas.accounts.factors.requirement import NOTICE
from tenants.spaces import hosts
from tenants.spaces.actions.addresses import hold_space, log_change
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Tenant


@transaction.atomic
def require_factor(*, schema_name: str, on: bool, by: SpaceActor, at: dt.datetime) -> Tenant:
    """Require a second factor of each member in a week, or require it no longer, at once.

    If the state is already as requested, nothing changes: the week does not begin again.
    """
    tenant = hold_space(schema_name, by)
    if on == (tenant.factor_from is not None):
        return tenant
    tenant.factor_from = at + NOTICE if on else None
    tenant.save(update_fields=["factor_from"])  # type: ignore[no-untyped-call]
    what = Change.What.FACTOR_ON if on else Change.What.FACTOR_OFF
    log_change(tenant, what, by=by, at=at)
    hosts.forget()
    return tenant
