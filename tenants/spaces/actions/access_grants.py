"""Operators' accesses to a reported item: asked for with a reason, used, and ended."""

import datetime as dt

from django.db import transaction

from tenants.spaces.actions.life import save_and_queue
from tenants.spaces.models import SpaceOperation, Tenant
from tenants.spaces.queries import access_grants as queries
from tenants.spaces.rules import access_grants as rules


@transaction.atomic
def ask(
    *,
    schema_name: str,
    case: str,
    hours: int,
    operator_id: int,
    reason: str,
    by: str,
    at: dt.datetime,
) -> SpaceOperation:
    """Ask to read a reported item; the access opens once the administrators have been mailed."""
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    rules.check_may_ask(tenant, hours=hours)
    grant = SpaceOperation(
        tenant=tenant,
        kind=SpaceOperation.Kind.GRANT,
        options={"case": case, "hours": hours, "operator": operator_id},
        asked_by=by,
        reason=reason,
    )
    return save_and_queue(grant, at)


@transaction.atomic
def use(*, reference: str, by: int, at: dt.datetime) -> SpaceOperation | None:
    """Count a reading under an operator's own open access; return null if it is not open.

    Locked: a reading and the access's end never overlap.
    """
    grant = queries.open_grant(reference, operator_id=by, at=at)
    if grant is not None:
        grant.result = {**grant.result, "reads": grant.result.get("reads", 0) + 1}
        grant.save(update_fields=["result"])
    return grant


@transaction.atomic
def end(*, schema_name: str, reference: str, by: str, at: dt.datetime) -> SpaceOperation:
    """End an access at once, also before it opened; the space keeps the name of the person."""
    found = queries.grant_for_change(reference)
    own = found if found is not None and found.tenant.schema_name == schema_name else None
    grant = rules.check_may_end(own, at=at)
    # Not in `result`, which the job writes while administrators are being mailed.
    grant.options = {**grant.options, "ended_at": at.isoformat(), "ended_by": by}
    grant.save(update_fields=["options"])
    return grant
