"""Acts on a whole space, for an operator or an administrator of it.

`by` is a displayed name, as the log keeps it: whoever holds the machine has one, too. What needs
the owner's password is done after the commit by the worker that holds it.
"""

import datetime as dt

from django.db import transaction

from saas.kernel import cache
from saas.kernel.tasks import after_commit
from tenants.spaces import archives, exporting, hosts, queries, rules
from tenants.spaces.database import doors
from tenants.spaces.models import Archive, Tenant, Work
from tenants.spaces.tasks import life as tasks

QUEUED_SECONDS = 120
_Kind, _State = Work.Kind, Tenant.State


@transaction.atomic
def suspend(*, tenant_id: int, reason: str, by: str, at: dt.datetime) -> Work:
    """Close a space to its people at once; nothing in it is lost."""
    tenant = _locked(tenant_id)
    rules.check_may_suspend(tenant)
    work = _asked(Work(tenant=tenant, kind=_Kind.SUSPEND, asked_by=by, reason=reason), at)
    _close(tenant, _State.SUSPENDED, reason=reason, at=at)
    return work


@transaction.atomic
def reopen(*, tenant_id: int, reason: str, by: str, at: dt.datetime) -> Work:
    """Open a space again, once the database has opened its door."""
    tenant = _locked(tenant_id)
    rules.check_may_reopen(tenant, half_gone=queries.is_half_gone(tenant))
    return _asked(Work(tenant=tenant, kind=_Kind.REOPEN, asked_by=by, reason=reason), at)


@transaction.atomic
def archive(*, tenant_id: int, closes: bool, reason: str, by: str, at: dt.datetime) -> Work:
    """Make one file of a space; `closes` closes it to its people first."""
    tenant = _locked(tenant_id)
    rules.check_may_archive(tenant, half_gone=queries.is_half_gone(tenant))
    wishes = {"closes": closes, "whole": True, "name": archives.new_name()}
    work = Work(tenant=tenant, kind=_Kind.ARCHIVE, wishes=wishes, asked_by=by, reason=reason)
    _asked(work, at)
    if closes:
        _close(tenant, _State.ARCHIVED, reason=reason, at=at)
    return work


@transaction.atomic
def export(*, schema_name: str, by: str, at: dt.datetime) -> Work:
    """Make a file of what a space shows its administrators, for them to read elsewhere."""
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    rules.check_may_export(tenant, made=queries.exports_of(tenant), at=at)
    wishes = {"closes": False, "whole": False, "name": exporting.new_name()}
    return _asked(Work(tenant=tenant, kind=_Kind.ARCHIVE, wishes=wishes, asked_by=by), at)


@transaction.atomic
def take_out(*, archive: Archive, operator_id: int, reason: str, by: str, at: dt.datetime) -> Work:
    """Hand an archive to an operator for an hour, once its administrators were told why."""
    rules.check_may_take_out(archive, reason=reason)
    tenant = _locked(archive.tenant_id)
    wishes = {"archive": archive.reference, "operator": operator_id}
    work = Work(tenant=tenant, kind=_Kind.TAKEOUT, wishes=wishes, asked_by=by, reason=reason)
    return _asked(work, at)


@transaction.atomic
def restore(*, archive: Archive, slug: str, reason: str, by: str, at: dt.datetime) -> Work:
    """Build a space again from an archive, on a subdomain that is free."""
    rules.check_may_restore(archive)
    tenant = _locked(archive.tenant_id)
    wanted = rules.plain_slug(slug)
    rules.check_slug(wanted, taken=queries.slugs_in_use(but_of=tenant.schema_name))
    wishes = {"archive": archive.reference, "slug": wanted}
    work = Work(tenant=tenant, kind=_Kind.RESTORE, wishes=wishes, asked_by=by, reason=reason)
    return _asked(work, at)


@transaction.atomic
def delete(
    *,
    tenant_id: int,
    confirmation: str,
    keep_until: dt.date | None,
    reason: str,
    by: str,
    at: dt.datetime,
) -> Work:
    """Have a closed space deleted for good; `keep_until` keeps its archives until a day."""
    tenant = _locked(tenant_id)
    obstacles = queries.obstacles_of(tenant, at)
    rules.check_may_delete(tenant, confirmation=confirmation, obstacles=obstacles)
    rules.check_kept_until(keep_until, at=at)
    wishes = {"keep_until": keep_until.isoformat() if keep_until else ""}
    work = Work(tenant=tenant, kind=_Kind.DELETE, wishes=wishes, asked_by=by, reason=reason)
    return _asked(work, at)


@transaction.atomic
def try_again(*, work_id: int, by: str, at: dt.datetime) -> Work:
    """Try a failed work once more; what it did is not done twice."""
    work = Work.objects.select_for_update().get(pk=work_id)
    rules.check_may_try_again(work)
    work.attempts, work.asked_by = 0, by
    return _queued(work, at)


@transaction.atomic
def queue_left_works(*, at: dt.datetime) -> int:
    """Nobody does this: queue again what a dead worker or broker left; return how many."""
    left = [
        work
        for work in queries.left_works(at).select_for_update(skip_locked=True)
        if not queries.is_queued(work.pk) and not doors.is_somebody_at(work.pk)
    ]
    for work in left:
        _send(work)
    return len(left)


@transaction.atomic
def remove_old_archives(*, at: dt.datetime) -> None:
    """Nobody does this: have the archives removed whose last day is over."""
    after_commit(tasks.remove_old_archives, at.date())


def _send(work: Work) -> None:
    cache.keep(queries.queued_key(work.pk), 1, seconds=QUEUED_SECONDS)
    after_commit(tasks.carry_out, work.pk)


def _locked(tenant_id: int) -> Tenant:
    return Tenant.objects.select_for_update().get(pk=tenant_id)


def _asked(work: Work, at: dt.datetime) -> Work:
    work.asked_at = at
    work.full_clean()
    return _queued(work, at)


def _queued(work: Work, at: dt.datetime) -> Work:
    work.state, work.asked_at, work.begun_at = Work.State.DUE, at, None
    work.failure, work.progress = "", []
    work.save()
    _send(work)
    return work


def _close(tenant: Tenant, state: str, *, reason: str, at: dt.datetime) -> None:
    tenant.state, tenant.closed_at, tenant.closed_because = state, at, reason
    tenant.save(  # type: ignore[no-untyped-call]
        update_fields=["state", "closed_at", "closed_because"]
    )
    hosts.forget()
