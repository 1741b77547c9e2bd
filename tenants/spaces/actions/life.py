"""Actions on a whole space, for an operator or an administrator.

`by` is a display name, as in the log: an operator of the machine has a name too. Steps that need
the owner's password run after the commit, in the worker that has it.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from saas.kernel import cache
from saas.kernel.display.writing import shortdate
from saas.kernel.tasks import after_commit
from tenants.spaces import archives, exporting, hosts, sealing
from tenants.spaces.database import role_access
from tenants.spaces.models import Archive, PlannedDeletion, SpaceOperation, Tenant
from tenants.spaces.queries import life as queries
from tenants.spaces.rules import life as life_rules
from tenants.spaces.rules import slugs as slug_rules
from tenants.spaces.tasks import life as tasks

QUEUED_SECONDS = 120
_Kind, _State = SpaceOperation.Kind, Tenant.State


@transaction.atomic
def suspend(*, tenant_id: int, reason: str, by: str, at: dt.datetime) -> SpaceOperation:
    """Close a space to its people at once; nothing in it is lost."""
    tenant = _locked(tenant_id)
    life_rules.check_may_suspend(tenant)
    operation = save_and_queue(
        SpaceOperation(tenant=tenant, kind=_Kind.SUSPEND, asked_by=by, reason=reason), at
    )
    _close(tenant, _State.SUSPENDED, reason=reason, at=at)
    return operation


@transaction.atomic
def reopen(*, tenant_id: int, reason: str, by: str, at: dt.datetime) -> SpaceOperation:
    """Open a space again, once the database has opened its role."""
    tenant = _locked(tenant_id)
    life_rules.check_may_reopen(tenant, half_gone=queries.is_half_deleted(tenant))
    return save_and_queue(
        SpaceOperation(tenant=tenant, kind=_Kind.REOPEN, asked_by=by, reason=reason), at
    )


@transaction.atomic
def archive(
    *, tenant_id: int, closes: bool, reason: str, by: str, at: dt.datetime
) -> SpaceOperation:
    """Archive a space in a single file; `closes` closes it to its people first."""
    tenant = _locked(tenant_id)
    life_rules.check_may_archive(tenant, half_gone=queries.is_half_deleted(tenant))
    options = {"closes": closes, "whole": True, "name": archives.new_name()}
    operation = SpaceOperation(
        tenant=tenant, kind=_Kind.ARCHIVE, options=options, asked_by=by, reason=reason
    )
    save_and_queue(operation, at)
    if closes:
        _close(tenant, _State.ARCHIVED, reason=reason, at=at)
    return operation


@transaction.atomic
def export(*, schema_name: str, by: str, at: dt.datetime) -> SpaceOperation:
    """Create a file with the data that a space shows its administrators, for use elsewhere."""
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    life_rules.check_may_export(tenant, made=queries.exports_of(tenant), at=at)
    options = {"closes": False, "whole": False, "name": exporting.new_name()}
    return save_and_queue(
        SpaceOperation(tenant=tenant, kind=_Kind.ARCHIVE, options=options, asked_by=by), at
    )


@transaction.atomic
def take_out(
    *, archive: Archive, operator_id: int, reason: str, by: str, at: dt.datetime
) -> SpaceOperation:
    """Hand an archive to an operator for an hour, once its administrators were told why."""
    life_rules.check_may_take_out(archive, reason=reason)
    tenant = _locked(archive.tenant_id)
    options = {"archive": archive.reference, "operator": operator_id}
    operation = SpaceOperation(
        tenant=tenant, kind=_Kind.TAKEOUT, options=options, asked_by=by, reason=reason
    )
    return save_and_queue(operation, at)


@transaction.atomic
def take_copy(*, tenant_id: int, key: str, reason: str, by: str, at: dt.datetime) -> SpaceOperation:
    """Tell administrators that the operator takes a full copy, and list it for them.

    Called by `troovon space export`, which then writes the file.
    """
    tenant = _locked(tenant_id)
    life_rules.check_may_archive(tenant, half_gone=queries.is_half_deleted(tenant))
    if key:
        sealing.recipient_of(key)
    operation = SpaceOperation(
        tenant=tenant,
        kind=_Kind.TAKEOUT,
        options={"archive": _("Copie complète"), "is_copy": True},
        asked_by=by,
        reason=reason or _("Déménagement vers une autre installation"),
    )
    return save_and_queue(operation, at)


@transaction.atomic
def restore(
    *, archive: Archive, slug: str, reason: str, by: str, at: dt.datetime
) -> SpaceOperation:
    """Restore a space from an archive, on a free subdomain."""
    life_rules.check_may_restore(archive)
    tenant = _locked(archive.tenant_id)
    wanted = slug_rules.normal_slug(slug)
    taken = queries.slugs_in_use(but_of=tenant.schema_name)
    slug_rules.check_slug(wanted, taken=taken, paths=hosts.path_words())
    options = {"archive": archive.reference, "slug": wanted}
    operation = SpaceOperation(
        tenant=tenant, kind=_Kind.RESTORE, options=options, asked_by=by, reason=reason
    )
    return save_and_queue(operation, at)


@transaction.atomic
def delete(
    *,
    tenant_id: int,
    confirmation: str,
    keep_until: dt.date | None,
    reason: str,
    by: str,
    at: dt.datetime,
) -> SpaceOperation:
    """Have a closed space deleted for good; `keep_until` keeps its archives until a day."""
    tenant = _locked(tenant_id)
    obstacles = queries.obstacles_of(tenant, at)
    life_rules.check_may_delete(tenant, confirmation=confirmation, obstacles=obstacles)
    life_rules.check_retention(keep_until, at=at)
    options = {"keep_until": keep_until.isoformat() if keep_until else ""}
    operation = SpaceOperation(
        tenant=tenant, kind=_Kind.DELETE, options=options, asked_by=by, reason=reason
    )
    return save_and_queue(operation, at)


@transaction.atomic
def delete_as_planned(*, plan: PlannedDeletion, at: dt.datetime) -> SpaceOperation:
    """Queue the planned deletion of an open space on its date. Only the clock calls this."""
    operation = SpaceOperation(
        tenant=plan.tenant,
        kind=_Kind.DELETE,
        options={"keep_until": "", "closes": True},
        asked_by=_("L’administration de l’espace"),
        reason=_("Suppression programmée le %(day)s.") % {"day": shortdate(plan.asked_at)},
    )
    return save_and_queue(operation, at)


@transaction.atomic
def try_again(*, operation_id: int, by: str, at: dt.datetime) -> SpaceOperation:
    """Retry a failed operation; its completed steps are not repeated."""
    operation = SpaceOperation.objects.select_for_update().get(pk=operation_id)
    life_rules.check_may_try_again(operation)
    operation.attempts, operation.asked_by = 0, by
    return _queued(operation, at)


@transaction.atomic
def requeue_stalled_operations(*, at: dt.datetime) -> int:
    """Requeue operations left by a dead worker or broker; return their number.

    Only the clock calls this.
    """
    left = [
        operation
        for operation in queries.stalled_operations(at).select_for_update(skip_locked=True)
        if not queries.is_queued(operation.pk) and not role_access.is_somebody_at(operation.pk)
    ]
    for operation in left:
        _send(operation)
    return len(left)


@transaction.atomic
def remove_old_archives(*, at: dt.datetime) -> None:
    """Queue the removal of archives past their last day. Only the clock calls this."""
    after_commit(tasks.remove_old_archives, at.date())


def _send(operation: SpaceOperation) -> None:
    cache.store_value(queries.queued_key(operation.pk), 1, seconds=QUEUED_SECONDS)
    after_commit(tasks.carry_out, operation.pk)


def _locked(tenant_id: int) -> Tenant:
    return Tenant.objects.select_for_update().get(pk=tenant_id)


def save_and_queue(operation: SpaceOperation, at: dt.datetime) -> SpaceOperation:
    """Keep an operation that was asked for, and have it done after the commit."""
    operation.asked_at = at
    operation.full_clean()
    return _queued(operation, at)


def _queued(operation: SpaceOperation, at: dt.datetime) -> SpaceOperation:
    operation.state, operation.asked_at, operation.begun_at = SpaceOperation.State.DUE, at, None
    operation.failure, operation.progress = "", []
    operation.save()
    _send(operation)
    return operation


def _close(tenant: Tenant, state: str, *, reason: str, at: dt.datetime) -> None:
    # A space archived after a suspension keeps the date of the suspension: it was closed since
    # then.
    tenant.state, tenant.closed_at = state, tenant.closed_at or at
    tenant.closed_because = reason
    tenant.save(  # type: ignore[no-untyped-call]
        update_fields=["state", "closed_at", "closed_because"]
    )
    hosts.forget()
