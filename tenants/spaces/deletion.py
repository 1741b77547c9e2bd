"""Permanent deletion of a space: its schema, role, files, cache entries, jobs and shared rows.

Each step is idempotent. Rows that payments refer to stay, anonymised.
"""

import datetime as dt
import json
from collections import Counter
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from saas.kernel import hooks, schema, valkey
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.spaces import archives, hosts
from tenants.spaces.archives import OWNER, Report
from tenants.spaces.database import birth, role_access
from tenants.spaces.models import (
    Archive,
    Change,
    Company,
    Domain,
    DomainClaim,
    EmailDomain,
    EmailDomainClaim,
    Enquiry,
    Founding,
    Gate,
    PlannedDeletion,
    SharedItem,
    Site,
    SpaceOperation,
    Tenant,
    Treaty,
)

UNACKED, UNACKED_INDEX = "unacked", "unacked_index"
_AT_A_TIME = 500


def delete(
    *, tenant: Tenant, operation: SpaceOperation, report: Report, at: dt.datetime
) -> dict[str, Any]:
    """Delete a space for good; return the receipt: `operation.result` with the removed counts.

    Each step adds to the receipt, so that removals by an earlier attempt are counted too.
    """
    name = tenant.schema_name
    counted = Counter[str](operation.result.get("removed", {}))
    report("door")
    role_access.close(name)
    _count(operation, counted, jobs=forget_jobs(name))
    report("files")
    _count(operation, counted, files=_files(tenant), archives=_archives(tenant, at))
    report("store")
    _count(operation, counted, moments=forget_moments(name))
    report("shared")
    with schema.in_public():
        for answer in hooks.space_deleted.ask(tenant.pk, at):
            _count(operation, counted, **answer)
    birth.release(name)
    with transaction.atomic(using=OWNER):
        counted.update(_shared_rows(tenant, operation))
        report("schema")
        counted.update(_schema(name))
        _bury(tenant)
        receipt = {**operation.result, "removed": dict(counted)}
        SpaceOperation.objects.using(OWNER).filter(pk=operation.pk).update(result=receipt)
        hosts.forget()
    return receipt


def _count(operation: SpaceOperation, counted: Counter[str], **removed: int) -> None:
    """Save the counts of a step at once, because the worker may end during the next step."""
    counted.update(removed)
    receipt = {**operation.result, "removed": dict(counted)}
    SpaceOperation.objects.using(OWNER).filter(pk=operation.pk).update(result=receipt)


def forget_jobs(name: str) -> int:
    """Remove every job of a space from the broker: queued and unacknowledged jobs."""
    removed = 0
    with current_app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        store = channel.client
        for queue in _queues(store):
            for message in store.lrange(queue, 0, -1):
                if _is_of(message, name):
                    removed += store.lrem(queue, 0, message)
        for tag, stored in list(store.hscan_iter(UNACKED)):
            message = json.loads(stored)[0]
            if message.get("headers", {}).get(SCHEMA_HEADER) == name:
                removed += store.hdel(UNACKED, tag)
                store.zrem(UNACKED_INDEX, tag)
    return removed


def _queues(store: Any) -> list[bytes]:
    names = {settings.CELERY_TASK_DEFAULT_QUEUE, *_routed()}
    found = []
    for name in sorted(names):
        # Jobs of another priority are in a separate list, named after the queue.
        found += [key for key in store.scan_iter(f"{name}*") if store.type(key) == b"list"]
    return found


def _routed() -> set[str]:
    routes: Any = settings.CELERY_TASK_ROUTES
    return {route["queue"] for route in routes.values()}


def _is_of(message: bytes, name: str) -> bool:
    headers = json.loads(message).get("headers") or {}
    return bool(headers.get(SCHEMA_HEADER) == name)


def forget_moments(name: str) -> int:
    """Remove everything that the store keeps for moments under a space's name."""
    with valkey.client(settings.CACHE_URL) as store:
        keys = list(store.scan_iter(f"{name}:*", count=_AT_A_TIME))
        return int(store.delete(*keys)) if keys else 0


def _files(tenant: Tenant) -> int:
    removed = archives.remove_under(tenant.schema_name)
    shared = SharedItem.objects.using(OWNER).filter(tenant_id=tenant.pk).exclude(picture="")
    pictures = list(shared.values_list("picture", flat=True))
    return removed + sum(_remove_picture(name) for name in pictures) + _remove_papers(tenant)


def _remove_papers(tenant: Tenant) -> int:
    """Remove the papers by which operators changed who administers the space."""
    shown = SpaceOperation.objects.using(OWNER).filter(
        tenant_id=tenant.pk, kind=SpaceOperation.Kind.ADMINS
    )
    names = [row.options.get("paper", "") for row in shown]
    papers = [name for name in names if name and default_storage.exists(name)]
    for name in papers:
        default_storage.delete(name)
    return len(papers)


def _remove_picture(name: str) -> int:
    """Remove every width of a picture that neighbours saw."""
    folder, _slash, stem = name.rpartition("/")
    stem = stem.rpartition(".")[0] or stem
    try:
        beside = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return 0
    widths = [file for file in beside if file.startswith(stem)]
    for file in widths:
        default_storage.delete(f"{folder}/{file}")
    return len(widths)


def _archives(tenant: Tenant, at: dt.datetime) -> int:
    """Remove the archives without a date to keep them until."""
    stored = Archive.objects.using(OWNER).filter(tenant_id=tenant.pk, removed_at=None)
    unwanted = [archive for archive in stored if archive.keep_until is None]
    for archive in unwanted:
        discard(archive, at=at)
    return len(unwanted)


def discard(archive: Archive, *, at: dt.datetime) -> None:
    """Delete the file of an archive and record the time in its row."""
    default_storage.delete(archive.name)
    archive.removed_at = at
    archive.save(using=OWNER, update_fields=["removed_at"])


def _shared_rows(tenant: Tenant, operation: SpaceOperation) -> dict[str, int]:
    own = {"tenant_id": tenant.pk}
    sites = Site.objects.using(OWNER).filter(**own)
    rows: dict[str, models.QuerySet[Any]] = {
        "shared_items": SharedItem.objects.using(OWNER).filter(**own),
        "enquiries": Enquiry.objects.using(OWNER).filter(
            Q(tenant_id=tenant.pk) | Q(asker_tenant_id=tenant.pk)
        ),
        "treaties": Treaty.objects.using(OWNER).filter(
            Q(proposer_id=tenant.pk) | Q(partner_id=tenant.pk)
        ),
        "domain_claims": DomainClaim.objects.using(OWNER).filter(**own),
        "domains": Domain.objects.using(OWNER).filter(**own, kind=Domain.Kind.CUSTOM),
        "changes": Change.objects.using(OWNER).filter(**own),
        "email_domain_claims": EmailDomainClaim.objects.using(OWNER).filter(**own),
        "email_domains": EmailDomain.objects.using(OWNER).filter(**own),
        "gates": Gate.objects.using(OWNER).filter(site__in=sites),
        "sites": sites,
        "planned_deletions": PlannedDeletion.objects.using(OWNER).filter(**own),
        "foundings": Founding.objects.using(OWNER).filter(**own),
        "works": SpaceOperation.objects.using(OWNER).filter(**own).exclude(pk=operation.pk),
    }
    counted = {}
    for kind, found in rows.items():
        counted[kind] = found.count()
        found.delete()
    counted["companies"] = _companies(tenant)
    return counted


def _companies(tenant: Tenant) -> int:
    """Remove the companies that no council's books name; of those, keep name and number only."""
    removed = 0
    for company in Company.objects.using(OWNER).filter(tenant_id=tenant.pk):
        try:
            with transaction.atomic(using=OWNER):
                company.delete()
                removed += 1
        except models.ProtectedError:
            company.badge = company.colour = ""
            company.save(using=OWNER, update_fields=["badge", "colour"])
    return removed


def _schema(name: str) -> dict[str, int]:
    there = role_access.standing(name)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
            " (SELECT oid FROM pg_namespace WHERE nspname = %s)",
            [name],
        )
        tables = int(cursor.fetchone()[0])
    birth.drop(name)
    return {"tables": tables, "schemas": int(there.schema), "roles": int(there.role)}


def _bury(tenant: Tenant) -> None:
    """Leave a nameless row: money refers to it, and its web address leads to no stranger."""
    Domain.objects.using(OWNER).filter(tenant_id=tenant.pk).update(is_primary=False)
    Tenant.objects.using(OWNER).filter(pk=tenant.pk).update(
        state=Tenant.State.DELETED,
        name=_("Espace supprimé"),
        accent=Tenant._meta.get_field("accent").default,
        closed_because="",
        schema_hash="",
    )
