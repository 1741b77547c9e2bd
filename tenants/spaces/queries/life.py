"""Queries of pages and jobs about works on whole spaces, and about their archives."""

import datetime as dt
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404

from saas.kernel import cache, hooks
from tenants.spaces.models import (
    Archive,
    Change,
    Company,
    Domain,
    EmailDomain,
    Founding,
    PlannedDeletion,
    Site,
    SpaceOperation,
    Tenant,
    Treaty,
)
from tenants.spaces.models.life import COOLING_OFF
from tenants.spaces.rules import life as rules
from tenants.spaces.rules.email_domains import person_named
from tenants.spaces.wording import foundings, life

_SHOWN = 20
_ENDS = (
    Change.What.END_ASKED,
    Change.What.END_PLANNED,
    Change.What.END_NEAR,
    Change.What.END_MOVED,
    Change.What.END_OFF,
)


class SpaceFigures(NamedTuple):
    """How large a space is, without anything that its people wrote."""

    head_count: int
    companies: int
    sites: int
    email_domains: list[str]
    domains: list[Domain]
    treaties: int


class Progress(NamedTuple):
    """A work as a page shows it."""

    operation: SpaceOperation
    steps: list[foundings.Step]
    removed: list[life.Receipt]
    under_way: bool


class Export(NamedTuple):
    """An export as administrators see it; its file is gone after a month."""

    progress: Progress
    archive: Archive | None


class Ending(NamedTuple):
    """The deletion of a space for its administrators: the plan, or the consequences of a plan.

    `records` contains for each kind of record retained by law its end date and reason. Their
    numbers are confidential to the council and the merchants.
    """

    tenant: Tenant
    plan: PlannedDeletion | None
    by: str
    day: dt.datetime
    has_begun: bool
    obstacles: list[str]
    records: list[tuple[str, dt.date | None, str]]
    backups_until: dt.datetime

    @property
    def is_asked(self) -> bool:
        """Whether it still waits for a second person."""
        return self.plan is not None and self.plan.confirmed_at is None

    def waits_for(self, name: str) -> bool:
        """Return True if the deletion was asked for by another person than this member."""
        return self.plan is not None and self.is_asked and self.plan.asked_by != name


def space_at(slug: str) -> Tenant:
    """Return the space of a web address, whatever its state."""
    return get_object_or_404(Tenant, slug=slug)


def space_named(words: str) -> Tenant | None:
    """Return the space with this subdomain or schema, if it exists."""
    return Tenant.objects.filter(Q(slug=words) | Q(schema_name=words)).first()


def all_spaces() -> QuerySet[Tenant]:
    """Return every space, including deleted spaces."""
    return Tenant.objects.order_by("slug")


def figures_of(tenant: Tenant) -> SpaceFigures:
    """Return how large a space is."""
    companies = Company.objects.filter(tenant=tenant, left_at=None)
    domains = EmailDomain.objects.filter(tenant=tenant).order_by("domain")
    treaties = Treaty.objects.filter(
        Q(proposer=tenant) | Q(partner=tenant), state=Treaty.State.ACCEPTED
    )
    return SpaceFigures(
        head_count=companies.aggregate(heads=Sum("head_count"))["heads"] or 0,
        companies=companies.count(),
        sites=Site.objects.filter(tenant=tenant).count(),
        email_domains=list(domains.values_list("domain", flat=True)),
        domains=list(Domain.objects.filter(tenant=tenant).order_by("-is_primary", "domain")),
        treaties=treaties.count(),
    )


def operation_at(reference: str) -> SpaceOperation:
    """Return a work and its space."""
    return get_object_or_404(SpaceOperation.objects.select_related("tenant"), reference=reference)


def works_of(tenant: Tenant) -> list[Progress]:
    """Return the operations on a space, newest first."""
    found = SpaceOperation.objects.filter(tenant=tenant).order_by("-asked_at", "-pk")
    return [progress_of(operation) for operation in found[:_SHOWN]]


def works() -> QuerySet[SpaceOperation]:
    """Return every operation, the newest first."""
    return SpaceOperation.objects.select_related("tenant").order_by("-asked_at", "-pk")


def progress_of(operation: SpaceOperation) -> Progress:
    """Return how far a operation is, as its job told it."""
    progress = operation.progress or cache.stored_value(work_key(operation.pk), [])
    removed = life.receipt_of(operation.result.get("removed", {}))
    under_way = operation.state in {SpaceOperation.State.DUE, SpaceOperation.State.RUNNING}
    return Progress(operation, life.steps_of_work(operation, progress), removed, under_way)


def work_key(operation_id: int) -> str:
    """Return where the steps of a work are kept while it runs."""
    return f"operation:{operation_id}:steps"


def queued_key(operation_id: int) -> str:
    """Return where it is kept for a moment that a work was queued."""
    return f"operation:{operation_id}:queued"


def is_queued(operation_id: int) -> bool:
    """Return True if an operation was queued a moment ago; False if the cache is down."""
    return bool(cache.stored_value(queued_key(operation_id), otherwise=False))


def stalled_operations(at: dt.datetime) -> QuerySet[SpaceOperation]:
    """Return the operations that no worker has started, or that a worker left."""
    begun = Q(begun_at=None, asked_at__lt=at - rules.OPERATION_STUCK_AFTER)
    left = Q(begun_at__lt=at - rules.OPERATION_STUCK_AFTER)
    return SpaceOperation.objects.filter(
        begun | left, state__in=[SpaceOperation.State.DUE, SpaceOperation.State.RUNNING]
    )


def is_open(schema_name: str) -> bool:
    """Return True if an open space with this schema exists."""
    found = Tenant.objects.filter(schema_name=schema_name, state=Tenant.State.ACTIVE)
    return found.exists()


def is_half_deleted(tenant: Tenant) -> bool:
    """Return True if a deletion of the space has begun to remove data and is not finished."""
    begun = SpaceOperation.objects.filter(
        tenant=tenant, kind=SpaceOperation.Kind.DELETE, result__has_key="kept"
    )
    return begun.exclude(state=SpaceOperation.State.DONE).exists()


def archives_of(tenant: Tenant) -> list[Archive]:
    """Return the archives of a space with an existing file."""
    return list(Archive.objects.filter(tenant=tenant, removed_at=None).order_by("-made_at", "-pk"))


def exports_of(tenant: Tenant) -> list[SpaceOperation]:
    """Return the exports that administrators of a space asked for, the newest first."""
    exports = SpaceOperation.objects.filter(
        tenant=tenant, kind=SpaceOperation.Kind.ARCHIVE, options__whole=False
    )
    return list(exports.order_by("-asked_at", "-pk")[:_SHOWN])


def shown_exports(schema_name: str) -> list[Export]:
    """Return the exports of a space with their existing files.

    Older exports contained confidential data and could be restored: they are never offered for
    download.
    """
    tenant = Tenant.objects.get(schema_name=schema_name)
    files = {archive.reference: archive for archive in archives_of(tenant) if archive.is_export}
    return [
        Export(progress_of(operation), files.get(operation.result.get("archive", "")))
        for operation in exports_of(tenant)
    ]


def may_take_out(archive: Archive, *, operator_id: int, at: dt.datetime) -> bool:
    """Return True if the operator gave a reason recently and the administrators were notified."""
    granted = SpaceOperation.objects.filter(
        tenant=archive.tenant_id,
        kind=SpaceOperation.Kind.TAKEOUT,
        state=SpaceOperation.State.DONE,
        options__archive=archive.reference,
        options__operator=operator_id,
        done_at__gt=at - rules.TAKEOUT_LASTS,
    )
    return granted.exists()


def taken_out_of(schema_name: str) -> list[SpaceOperation]:
    """Return which archives of a space operators have fetched, and why, the newest first."""
    own = SpaceOperation.objects.filter(
        tenant__schema_name=schema_name, kind=SpaceOperation.Kind.TAKEOUT
    )
    return list(own.order_by("-asked_at", "-pk")[:_SHOWN])


def exported(schema_name: str, reference: str) -> Archive:
    """Return the file of an export that an administrator of the space asked for."""
    for export in shown_exports(schema_name):
        if export.archive is not None and export.archive.reference == reference:
            return export.archive
    raise Http404


def download_name(archive: Archive, slug: str) -> str:
    """Return the name of an archive's file for the download."""
    suffix = PurePosixPath(archive.name).suffix
    return f"troovon-{slug}-{archive.made_at.date().isoformat()}-{archive.reference}{suffix}"


def archive_at(reference: str) -> Archive:
    """Return an archive and its space."""
    found = Archive.objects.select_related("tenant").filter(removed_at=None)
    return get_object_or_404(found, reference=reference)


def old_archives(day: dt.date, *, using: str) -> list[Archive]:
    """Return the archives with a last day before the given day."""
    found = Archive.objects.using(using).filter(removed_at=None, keep_until__lt=day)
    return list(found.select_related("tenant"))


def obstacles_of(tenant: Tenant, at: dt.datetime) -> list[str]:
    """Return the obstacles to the deletion of a space, from all rooms."""
    return hooks.obstacles.collect(tenant.pk, at)


def legal_records_of(tenant: Tenant) -> list[hooks.LegalRecord]:
    """Return the records retained by law after the deletion of a space."""
    return hooks.legal_records.collect(tenant.pk)


def planned_deletion_of(schema_name: str) -> PlannedDeletion | None:
    """Return the deletion that a space's administration has planned."""
    found = PlannedDeletion.objects.select_related("tenant")
    return found.filter(tenant__schema_name=schema_name).first()


def planned_deletions(*, before: dt.datetime | None = None) -> QuerySet[PlannedDeletion]:
    """Return the planned deletions, or those before a moment, the next first."""
    planned = PlannedDeletion.objects.filter(confirmed_at__isnull=False)
    found = planned.select_related("tenant").order_by("due_at", "pk")
    return found.filter(due_at__lte=before) if before else found


def open_spaces_to_end(before: dt.datetime) -> QuerySet[Tenant]:
    """Lock and return the open spaces with a deletion planned before a moment."""
    planned = Q(planned_deletion__due_at__lte=before, planned_deletion__confirmed_at__isnull=False)
    found = Tenant.objects.filter(planned, state=Tenant.State.ACTIVE)
    return found.order_by("pk").select_for_update(of=("self",), skip_locked=True)


def end_for_all(change_id: int) -> Change | None:
    """Return a change if all members are notified of it: a deletion is planned, or cancelled.

    A deletion without a confirmation concerns only the people that may confirm or cancel it.
    """
    for_all = [Change.What.END_PLANNED, Change.What.END_OFF]
    change = Change.objects.filter(pk=change_id, what__in=for_all).first()
    if change is None or change.what == Change.What.END_PLANNED:
        return change
    before = Change.objects.filter(tenant=change.tenant_id, what__in=_ENDS, pk__lt=change.pk)
    last = before.order_by("-pk").values_list("what", flat=True).first()
    return None if last == Change.What.END_ASKED else change


def unconfirmed_deletions(*, due: dt.datetime) -> QuerySet[PlannedDeletion]:
    """Return the deletions that were asked for a month ago and that no second person confirmed."""
    plans = PlannedDeletion.objects.filter(confirmed_at=None, due_at__lte=due)
    return plans.select_related("tenant").select_for_update(of=("self",), skip_locked=True)


def ending_of(schema_name: str, *, at: dt.datetime) -> Ending:
    """Return all that an administrator reads before and while a deletion is planned."""
    tenant = Tenant.objects.get(schema_name=schema_name)
    plan = planned_deletion_of(schema_name)
    day = plan.due_at if plan else at + COOLING_OFF
    return Ending(
        tenant=tenant,
        plan=plan,
        by=person_named(plan.asked_by) if plan else "",
        day=day,
        has_begun=bool(plan and plan.due_at <= at and works_under_way(tenant).exists()),
        obstacles=admin_obstacles(tenant, at),
        records=[(one.what, one.until, one.why) for one in legal_records_of(tenant)],
        backups_until=(day + dt.timedelta(days=settings.BACKUP_DAYS)),
    )


def works_under_way(tenant: Tenant) -> QuerySet[SpaceOperation]:
    """Return the pending and running operations of a space."""
    under_way = Q(state=SpaceOperation.State.DUE) | Q(state=SpaceOperation.State.RUNNING)
    return SpaceOperation.objects.filter(under_way, tenant=tenant)


def has_just_failed(plan: PlannedDeletion, at: dt.datetime) -> bool:
    """Return True if the deletion failed on its day, or the space was recently reopened.

    While it was closed, its people could neither cancel the deletion nor take a copy.
    """
    works = SpaceOperation.objects.filter(tenant=plan.tenant_id)
    kinds, states = SpaceOperation.Kind, SpaceOperation.State
    failed = Q(kind=kinds.DELETE, state=states.FAILED, asked_at__gte=plan.due_at)
    reopened = Q(kind=kinds.REOPEN, state=states.DONE, done_at__gt=at - rules.MOVED_BY)
    return works.filter(failed | reopened).exists()


def failed_deletions() -> QuerySet[SpaceOperation]:
    """Return the deletions that failed and left their space shut."""
    shut = Q(tenant__state__in=rules.CLOSED)
    failed = Q(kind=SpaceOperation.Kind.DELETE, state=SpaceOperation.State.FAILED)
    return SpaceOperation.objects.filter(shut, failed)


def changes_of_end(schema_name: str) -> QuerySet[Change]:
    """Return the changes of a space's planned deletion, for mails to its administrators."""
    found = Change.objects.filter(tenant__schema_name=schema_name, what__in=_ENDS)
    return found.select_related("tenant")


def unmailed_ends() -> list[tuple[int, str]]:
    """Return changes of planned deletions in open spaces, with the schema, without a sent mail."""
    found = Change.objects.filter(what__in=_ENDS, mailed_at=None, tenant__state=Tenant.State.ACTIVE)
    return list(found.order_by("pk").values_list("pk", "tenant__schema_name")[:_SHOWN])


def admin_obstacles(tenant: Tenant, at: dt.datetime) -> list[str]:
    """Return the obstacles to a deletion for administrators, without a council's amounts."""
    return hooks.admin_obstacles.collect(tenant.pk, at)


def slugs_in_use(*, but_of: str = "") -> set[str]:
    """Return every subdomain present, former or reserved by a founding.

    `but_of` is the schema of a deleted space: only this space may return to its address.
    """
    gone = Q(state=Tenant.State.DELETED, schema_name=but_of)
    spaces = Tenant.objects.exclude(gone).values_list("slug", flat=True)
    found = Founding.objects.exclude(slug="").values_list("slug", flat=True)
    others = Domain.objects.exclude(
        tenant__state=Tenant.State.DELETED, tenant__schema_name=but_of
    ).exclude(kind=Domain.Kind.CUSTOM)
    former = (name.partition(".")[0] for name in others.values_list("domain", flat=True))
    return {*spaces, *found, *former}


def receipt_as_json(operation: SpaceOperation) -> dict[str, Any]:
    """Return an operation as JSON values for the API."""
    return {
        "reference": operation.reference,
        "space": operation.tenant.slug,
        "kind": operation.kind,
        "state": operation.state,
        "asked_by": operation.asked_by,
        "asked_at": operation.asked_at.isoformat(),
        "reason": operation.reason,
        "attempts": operation.attempts,
        "failure": operation.failure,
        "result": operation.result,
    }
