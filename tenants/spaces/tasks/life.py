"""Operations on whole spaces by the worker with the owner's login; idempotent."""

import contextlib
import datetime as dt
import logging
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from anymail.exceptions import AnymailRecipientsRefused  # type: ignore[import-untyped]
from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import cache, hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import PublicTask
from tenants.spaces import archives, deletion, exporting, hosts, notifications, restoring
from tenants.spaces.actions import email_domains
from tenants.spaces.archives import OWNER, Report
from tenants.spaces.database import role_access
from tenants.spaces.models import Archive, PlannedDeletion, SpaceOperation, Tenant
from tenants.spaces.queries import life as queries
from tenants.spaces.rules import life as rules
from tenants.spaces.tasks import corrections
from tenants.spaces.tasks.steps import OperationSteps

_HOUR, _DAY = 3600, 86_400
_REFUSED = (smtplib.SMTPRecipientsRefused, AnymailRecipientsRefused)
logger = logging.getLogger(__name__)
type Done = dict[str, Any]


# A large space is copied for longer than other jobs may run.
@shared_task(base=PublicTask, soft_time_limit=_HOUR - 60, time_limit=_HOUR)
def carry_out(operation_id: int) -> None:
    """Run a due or abandoned operation, under an exclusive lock."""
    with role_access.alone(operation_id) as free:
        operation = _claim(operation_id) if free else None
        if operation is None:
            return
        steps = OperationSteps(operation_id)
        with translation.override(operation.tenant.language):
            try:
                result = _WAYS[SpaceOperation.Kind(operation.kind)](operation, steps.report)
            except Refused as refusal:
                _fail(operation_id, refusal.sentence, steps)
            except Exception:
                logger.exception("work %s failed", operation.reference)
                _fail(
                    operation_id, _("L’opération s’est interrompue. Elle peut être reprise."), steps
                )
            else:
                _finish(operation_id, result, steps)


@shared_task(base=PublicTask)
def remove_old_archives(day: dt.date) -> None:
    """Delete the archives with a retention that ended before this day."""
    for archive in queries.old_archives(day, using=OWNER):
        deletion.discard(archive, at=timezone.now())


@transaction.atomic
def _claim(operation_id: int) -> SpaceOperation | None:
    """Claim an operation; None if it is done, failed, or was tried too often."""
    found = SpaceOperation.objects.select_for_update(of=("self",)).select_related("tenant")
    operation = found.filter(pk=operation_id).first()
    if operation is None or operation.state not in {
        SpaceOperation.State.DUE,
        SpaceOperation.State.RUNNING,
    }:
        return None
    if operation.attempts >= rules.MOST_TRIES:
        operation.state = SpaceOperation.State.FAILED
        operation.failure = _("L’opération n’a pas abouti après plusieurs essais.")
        operation.save(update_fields=["state", "failure"])
        return None
    operation.state, operation.begun_at = SpaceOperation.State.RUNNING, timezone.now()
    operation.attempts += 1
    operation.save(update_fields=["state", "begun_at", "attempts"])
    return operation


@transaction.atomic
def _finish(operation_id: int, result: Done, steps: OperationSteps) -> None:
    steps.report(rules.END_OF_WORK)
    operation = SpaceOperation.objects.select_for_update().get(pk=operation_id)
    operation.state, operation.done_at = SpaceOperation.State.DONE, timezone.now()
    operation.progress, operation.result, operation.failure = (
        steps.reports,
        {**operation.result, **result},
        "",
    )
    operation.save(update_fields=["state", "done_at", "progress", "result", "failure"])


@transaction.atomic
def _fail(operation_id: int, sentence: str, steps: OperationSteps) -> None:
    operation = SpaceOperation.objects.select_for_update().get(pk=operation_id)
    operation.state, operation.failure, operation.progress = (
        SpaceOperation.State.FAILED,
        sentence,
        steps.reports,
    )
    operation.save(update_fields=["state", "failure", "progress"])


def _suspend(operation: SpaceOperation, report: Report) -> Done:
    rules.check_still_closed(operation.tenant)
    report("tell")
    _mail_administrators(operation)
    report("door")
    return {"sessions": _shut(operation.tenant)}


def _reopen(operation: SpaceOperation, report: Report) -> Done:
    report("door")
    name, closed_at = operation.tenant.schema_name, _closed_at(operation)
    rules.check_is_not_half_gone(half_gone=queries.is_half_deleted(operation.tenant))
    _check_whole(name)
    left_out = email_domains.leave_to_newer(
        tenant=operation.tenant, by=operation.asked_by, at=timezone.now()
    )
    with transaction.atomic(using=OWNER):
        role_access.open_again(name)
        Tenant.objects.using(OWNER).filter(pk=operation.tenant_id).update(
            state=Tenant.State.ACTIVE, closed_at=None, closed_because=""
        )
        _note_closing(operation, closed_at, using=OWNER)
        hosts.forget()
    if closed_at is not None:
        with transaction.atomic():
            hooks.space_reopened.ask(operation.tenant_id, closed_at, timezone.now())
            _note_closing(operation, None, using="default")
    with schema.inside(name):
        hooks.offers_changed.ask()
    left_out += operation.result.get("domains_left_out", [])
    operation.result = {**operation.result, "domains_left_out": left_out}
    operation.tenant.refresh_from_db()
    report("tell")
    _mail_administrators(operation)
    return dict(operation.result)


def _closed_at(operation: SpaceOperation) -> dt.datetime | None:
    """Return when a space was closed, also if an earlier run of the operation opened it."""
    noted = operation.result.get("closed_at")
    return operation.tenant.closed_at or (dt.datetime.fromisoformat(noted) if noted else None)


def _note_closing(operation: SpaceOperation, closed_at: dt.datetime | None, *, using: str) -> None:
    """Store when a space was closed until its hooks were called, once."""
    noted = closed_at.isoformat() if closed_at else None
    operation.result = {**operation.result, "closed_at": noted}
    SpaceOperation.objects.using(using).filter(pk=operation.pk).update(result=operation.result)


def _check_whole(name: str) -> None:
    there = role_access.standing(name)
    if not there.whole:
        what = _("le rôle") if there.schema else _("le schéma")
        raise Refused(
            _(
                "La base de données n’a plus %(what)s de cet espace\u00a0:"
                " restaurez une archive, ou supprimez-le."
            )
            % {"what": what}
        )


def _archive(operation: SpaceOperation, report: Report) -> Done:
    tenant, closes = operation.tenant, operation.options["closes"]
    if closes:
        rules.check_still_closed(tenant)
        report("tell")
        _mail_administrators(operation)
        _shut(tenant)
    make = archives.make if operation.options["whole"] else exporting.make
    made = make(tenant=tenant, name=operation.options["name"], report=report, at=timezone.now())
    archive, _new = Archive.objects.using(OWNER).update_or_create(
        name=made.name,
        defaults={
            **made._asdict(),
            "tenant_id": tenant.pk,
            "made_at": timezone.now(),
            "keep_until": None if closes else (timezone.now() + rules.EXPORT_RETENTION).date(),
        },
    )
    rows = sum(made.rows.values())
    return {
        "archive": archive.reference,
        "rows": rows,
        "files": made.files,
        "bytes": made.size_bytes,
    }


def _take_out(operation: SpaceOperation, report: Report) -> Done:
    report("tell")
    _mail_administrators(operation)
    return {**operation.result, "archive": operation.options["archive"]}


def _correct(operation: SpaceOperation, report: Report) -> Done:
    report("rows")
    if "company" not in operation.result:
        operation.result = corrections.write_company(operation)
        hosts.forget()
    report("tell")
    _mail_administrators(operation)
    return dict(operation.result)


def _announce(operation: SpaceOperation, report: Report) -> Done:
    report("tell")
    _mail_administrators(operation, also=operation.options.get("ended_reference", ""))
    return dict(operation.result)


def _restore(operation: SpaceOperation, report: Report) -> Done:
    if "space_id" not in operation.result:
        operation.result = _rebuilt(operation, report)
    hooks.space_restored.ask(operation.result["space_id"], timezone.now())
    return dict(operation.result)


def _rebuilt(operation: SpaceOperation, report: Report) -> Done:
    def save_result(done: restoring.Restored) -> None:
        """Store the result with the space: a second run finds the restored space."""
        SpaceOperation.objects.using(OWNER).filter(pk=operation.pk).update(result=done.as_json())

    archive = queries.archive_at(operation.options["archive"])
    with tempfile.TemporaryDirectory(prefix="troovon-fetch-") as place:
        path = restoring.fetched(archive.name, Path(place))
        if archives.sha256_of(path) != archive.sha256:
            raise Refused(_("Le fichier de cette archive n’est plus celui qui a été fait."))
        done = restoring.restore(
            path=path,
            slug=operation.options["slug"],
            report=report,
            note=save_result,
            at=timezone.now(),
        )
    return done.as_json()


def _delete(operation: SpaceOperation, report: Report) -> Done:
    tenant, at = operation.tenant, timezone.now()
    if tenant.state == Tenant.State.DELETED:
        _mail_receipt(operation)
        return dict(operation.result)
    if operation.options.get("closes") and tenant.state == Tenant.State.ACTIVE:
        _close_as_planned(operation, at)
    tenant = operation.tenant
    rules.check_still_closed(tenant)
    rules.check_nothing_stands_against(queries.obstacles_of(tenant, at))
    report("tell")
    _store_recipients(operation)
    _mail_administrators(operation)
    if operation.options.get("closes"):
        _shut(tenant)
    keep_until = operation.options["keep_until"]
    if keep_until:
        Archive.objects.using(OWNER).filter(tenant_id=tenant.pk, removed_at=None).update(
            keep_until=dt.date.fromisoformat(keep_until)
        )
    last_backup = (at + dt.timedelta(days=settings.BACKUP_DAYS)).date()
    operation.result = {
        **operation.result,
        "kept": [
            {**one._asdict(), "until": one.until.isoformat() if one.until else None}
            for one in queries.legal_records_of(tenant)
        ],
        "address": tenant.slug,
        "backups_until": last_backup.isoformat(),
        "archives_until": keep_until,
    }
    # From here on it is half gone: only this work may go on with it.
    SpaceOperation.objects.filter(pk=operation.pk).update(result=operation.result)
    operation.result = deletion.delete(tenant=tenant, operation=operation, report=report, at=at)
    _mail_receipt(operation)
    return dict(operation.result)


@transaction.atomic
def _close_as_planned(operation: SpaceOperation, at: dt.datetime) -> None:
    """Close an open space on its planned day; afterwards the deletion cannot be cancelled."""
    tenant = Tenant.objects.select_for_update().get(pk=operation.tenant_id)
    plan = queries.planned_deletion_of(tenant.schema_name)
    rules.check_is_due(plan, at=max(at, operation.asked_at))
    rules.check_nothing_stands_against(queries.obstacles_of(tenant, at))
    tenant.state, tenant.closed_at = Tenant.State.SUSPENDED, at
    tenant.closed_because = operation.reason
    tenant.save(  # type: ignore[no-untyped-call]
        update_fields=["state", "closed_at", "closed_because"]
    )
    PlannedDeletion.objects.filter(tenant=tenant).delete()
    hosts.forget()
    operation.tenant = tenant


def _recipients_key(operation: SpaceOperation) -> str:
    return f"operation:{operation.pk}:recipients"


def _store_recipients(operation: SpaceOperation) -> None:
    """Cache the receipt's recipients for a day: they are never stored in the database."""
    people = [
        (one.email, one.first_name, one.language) for one in _administrators(operation.tenant)
    ]
    if people:
        cache.store_value(_recipients_key(operation), people, seconds=_DAY)


def _mail_receipt(operation: SpaceOperation) -> None:
    """Mail the receipt to the space's former administrators, and delete their cached addresses."""
    for email, first_name, language in cache.stored_value(_recipients_key(operation), []):
        try:
            notifications.mail_receipt(
                operation, email=email, first_name=first_name, language=language
            )
        except _REFUSED as error:
            logger.warning("a receipt could not be mailed: %s", type(error).__name__)
    cache.forget(_recipients_key(operation))


_WAYS: dict[SpaceOperation.Kind, Callable[[SpaceOperation, Report], Done]] = {
    SpaceOperation.Kind.SUSPEND: _suspend,
    SpaceOperation.Kind.REOPEN: _reopen,
    SpaceOperation.Kind.ARCHIVE: _archive,
    SpaceOperation.Kind.RESTORE: _restore,
    SpaceOperation.Kind.TAKEOUT: _take_out,
    SpaceOperation.Kind.CORRECT: _correct,
    SpaceOperation.Kind.ADMINS: _announce,
    SpaceOperation.Kind.GRANT: _announce,
    SpaceOperation.Kind.DELETE: _delete,
}


def _shut(tenant: Tenant) -> int:
    """Close a space's database role, and end its sessions; return their number."""
    name = tenant.schema_name
    if role_access.standing(name).whole:
        with _let_in(tenant):
            hooks.closing.ask(timezone.now())
    role_access.close(name)
    deletion.forget_moments(name)
    return role_access.end_sessions(name)


def _mail_administrators(operation: SpaceOperation, *, also: str = "") -> None:
    """Mail the administrators of a space, once, also while it is closed; `also` names a member.

    A deleted mailbox blocks nothing; an unreachable mail server is tried again.
    """
    if operation.result.get("told"):
        return
    for person in _administrators(operation.tenant, also=also):
        try:
            notifications.mail_operation(operation, person)
        except _REFUSED as error:
            logger.warning("an administrator could not be mailed: %s", type(error).__name__)
    operation.result = {**operation.result, "told": True}
    SpaceOperation.objects.filter(pk=operation.pk).update(result=operation.result)


def _administrators(tenant: Tenant, *, also: str = "") -> list[User]:
    """Return the administrators of a space; a closed space is closed again afterwards."""
    if not role_access.standing(tenant.schema_name).whole:
        return []
    with _let_in(tenant):
        known = set(hooks.administrators.collect())
        readers = Q(pk__in=known) | Q(reference=also) if also else Q(pk__in=known)
        return list(User.objects.filter(readers, is_active=True).order_by("pk"))


@contextlib.contextmanager
def _let_in(tenant: Tenant) -> Iterator[None]:
    """Open a possibly closed space for the block, and close it again afterwards."""
    name, closed = tenant.schema_name, tenant.state != Tenant.State.ACTIVE
    if closed:
        role_access.open_again(name)
    try:
        with schema.inside(name):
            yield
    finally:
        if closed:
            role_access.close(name)
