"""The modules that a space uses: switched off and on again by its administrators."""

import datetime as dt

from django.db import transaction

from saas.kernel import hooks, revision
from saas.kernel.modules import Module
from tenants.spaces import hosts
from tenants.spaces.actions.addresses import Keeper, hold_space, log_change
from tenants.spaces.models import Change, Tenant


@transaction.atomic
def switch(*, schema_name: str, module: Module, on: bool, by: Keeper, at: dt.datetime) -> Tenant:
    """Switch a module of a space on or off; its rows stay, and reappear with it.

    Processes already begun can be finished. If the state is already as requested, nothing changes.
    """
    tenant = hold_space(schema_name, by)
    off = set(tenant.modules_off.split())
    if on == (module.label not in off):
        return tenant
    if not on:
        hooks.module_closing.ask(tenant.pk, module.label, at)
    tenant.modules_off = " ".join(sorted(off ^ {module.label}))
    tenant.full_clean(validate_unique=False)
    tenant.save(update_fields=["modules_off"])  # type: ignore[no-untyped-call]
    what = Change.What.MODULE_ON if on else Change.What.MODULE_OFF
    log_change(tenant, what, after=module.label, by=by, at=at)
    revision.renew_in([schema_name])
    hosts.forget()
    return tenant
