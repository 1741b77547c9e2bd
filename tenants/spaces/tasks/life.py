"""Works on whole spaces by the worker with the owner's password, once or again: one result."""

import contextlib
import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import cache, hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import PublicTask
from tenants.spaces import (
    archives,
    deletion,
    exporting,
    hosts,
    notifications,
    queries,
    restoring,
    rules,
)
from tenants.spaces.archives import OWNER, Report
from tenants.spaces.database import doors
from tenants.spaces.models import Archive, Tenant, Work

_KEPT_SECONDS = 3600
_HOUR = 3600
logger = logging.getLogger(__name__)
type Done = dict[str, Any]


class _WorkSteps:
    """The steps of one work, told where the page can read them at once."""

    def __init__(self, work_id: int) -> None:
        self._key = queries.work_key(work_id)
        self.said: list[dict[str, str]] = []
        cache.keep(self._key, [], seconds=_KEPT_SECONDS)

    def report(self, step: str) -> None:
        """Tell that a step begins."""
        self.said.append({"step": step, "at": timezone.now().isoformat()})
        cache.keep(self._key, self.said, seconds=_KEPT_SECONDS)


# A large space is copied for longer than other jobs may run.
@shared_task(base=PublicTask, soft_time_limit=_HOUR - 60, time_limit=_HOUR)
def carry_out(work_id: int) -> None:
    """Do a work that is due, or that a dead worker left; nobody else is at it meanwhile."""
    with doors.alone(work_id) as free:
        work = _claim(work_id) if free else None
        if work is None:
            return
        steps = _WorkSteps(work_id)
        with translation.override(work.tenant.language):
            try:
                result = _WAYS[Work.Kind(work.kind)](work, steps.report)
            except Refused as refusal:
                _fail(work_id, refusal.sentence, steps)
            except Exception:
                logger.exception("work %s failed", work.reference)
                _fail(work_id, _("L’opération s’est interrompue. Elle peut être reprise."), steps)
            else:
                _finish(work_id, result, steps)


@shared_task(base=PublicTask)
def remove_old_archives(day: dt.date) -> None:
    """Remove the archives that were to be kept until a day before this one."""
    for archive in queries.old_archives(day, using=OWNER):
        deletion.discard(archive, at=timezone.now())


@transaction.atomic
def _claim(work_id: int) -> Work | None:
    """Take a work; None when it is done, failed, or was tried too often."""
    found = Work.objects.select_for_update(of=("self",)).select_related("tenant")
    work = found.filter(pk=work_id).first()
    if work is None or work.state not in {Work.State.DUE, Work.State.RUNNING}:
        return None
    if work.attempts >= rules.MOST_TRIES:
        work.state = Work.State.FAILED
        work.failure = _("L’opération n’a pas abouti après plusieurs essais.")
        work.save(update_fields=["state", "failure"])
        return None
    work.state, work.begun_at = Work.State.RUNNING, timezone.now()
    work.attempts += 1
    work.save(update_fields=["state", "begun_at", "attempts"])
    return work


@transaction.atomic
def _finish(work_id: int, result: Done, steps: _WorkSteps) -> None:
    steps.report(rules.END_OF_WORK)
    work = Work.objects.select_for_update().get(pk=work_id)
    work.state, work.done_at = Work.State.DONE, timezone.now()
    work.progress, work.result, work.failure = steps.said, {**work.result, **result}, ""
    work.save(update_fields=["state", "done_at", "progress", "result", "failure"])


@transaction.atomic
def _fail(work_id: int, sentence: str, steps: _WorkSteps) -> None:
    work = Work.objects.select_for_update().get(pk=work_id)
    work.state, work.failure, work.progress = Work.State.FAILED, sentence, steps.said
    work.save(update_fields=["state", "failure", "progress"])


def _suspend(work: Work, report: Report) -> Done:
    rules.check_still_closed(work.tenant)
    report("tell")
    _tell_administrators(work)
    report("door")
    return {"sessions": _shut(work.tenant)}


def _reopen(work: Work, report: Report) -> Done:
    report("door")
    name = work.tenant.schema_name
    _check_whole(name)
    with transaction.atomic(using=OWNER):
        doors.open_again(name)
        Tenant.objects.using(OWNER).filter(pk=work.tenant_id).update(
            state=Tenant.State.ACTIVE, closed_at=None, closed_because=""
        )
        hosts.forget()
    with schema.inside(name):
        hooks.offers_changed.ask()
    return {}


def _check_whole(name: str) -> None:
    there = doors.standing(name)
    if not there.whole:
        what = _("le rôle") if there.schema else _("le schéma")
        raise Refused(
            _(
                "La base de données n’a plus %(what)s de cet espace\u00a0:"
                " restaurez une archive, ou supprimez-le."
            )
            % {"what": what}
        )


def _archive(work: Work, report: Report) -> Done:
    tenant, closes = work.tenant, work.wishes["closes"]
    if closes:
        rules.check_still_closed(tenant)
        report("tell")
        _tell_administrators(work)
        _shut(tenant)
    make = archives.make if work.wishes["whole"] else exporting.make
    made = make(tenant=tenant, name=work.wishes["name"], report=report, at=timezone.now())
    kept, _new = Archive.objects.using(OWNER).update_or_create(
        name=made.name,
        defaults={
            **made._asdict(),
            "tenant_id": tenant.pk,
            "made_at": timezone.now(),
            "keep_until": None if closes else (timezone.now() + rules.EXPORT_KEPT).date(),
        },
    )
    rows = sum(made.rows.values())
    return {"archive": kept.reference, "rows": rows, "files": made.files, "bytes": made.size_bytes}


def _take_out(work: Work, report: Report) -> Done:
    report("tell")
    _tell_administrators(work)
    return {**work.result, "archive": work.wishes["archive"]}


def _restore(work: Work, report: Report) -> Done:
    if "space_id" not in work.result:
        work.result = _rebuilt(work, report)
    hooks.space_restored.ask(work.result["space_id"], timezone.now())
    return dict(work.result)


def _rebuilt(work: Work, report: Report) -> Done:
    def note(done: restoring.Restored) -> None:
        """Keep the result with the space: a second run finds that it stands."""
        Work.objects.using(OWNER).filter(pk=work.pk).update(result=done.as_json())

    archive = queries.archive_at(work.wishes["archive"])
    with tempfile.TemporaryDirectory(prefix="troovon-fetch-") as place:
        path = restoring.fetched(archive.name, Path(place))
        if archives.sha256_of(path) != archive.sha256:
            raise Refused(_("Le fichier de cette archive n’est plus celui qui a été fait."))
        done = restoring.restore(
            path=path,
            slug=work.wishes["slug"],
            report=report,
            note=note,
            at=timezone.now(),
        )
    return done.as_json()


def _delete(work: Work, report: Report) -> Done:
    tenant, at = work.tenant, timezone.now()
    if tenant.state == Tenant.State.DELETED:
        return dict(work.result)
    rules.check_still_closed(tenant)
    rules.check_nothing_stands_against(queries.obstacles_of(tenant, at))
    report("tell")
    _tell_administrators(work)
    keep_until = work.wishes["keep_until"]
    if keep_until:
        Archive.objects.using(OWNER).filter(tenant_id=tenant.pk, removed_at=None).update(
            keep_until=dt.date.fromisoformat(keep_until)
        )
    last_backup = (at + dt.timedelta(days=settings.BACKUP_DAYS)).date()
    work.result = {
        **work.result,
        "kept": [
            {**one._asdict(), "until": one.until.isoformat() if one.until else None}
            for one in queries.kept_of(tenant)
        ],
        "address": tenant.slug,
        "backups_until": last_backup.isoformat(),
        "archives_until": keep_until,
    }
    # From here on it is half gone: only this work may go on with it.
    Work.objects.filter(pk=work.pk).update(result=work.result)
    return deletion.delete(tenant=tenant, work=work, report=report, at=at)


_WAYS: dict[Work.Kind, Callable[[Work, Report], Done]] = {
    Work.Kind.SUSPEND: _suspend,
    Work.Kind.REOPEN: _reopen,
    Work.Kind.ARCHIVE: _archive,
    Work.Kind.RESTORE: _restore,
    Work.Kind.TAKEOUT: _take_out,
    Work.Kind.DELETE: _delete,
}


def _shut(tenant: Tenant) -> int:
    """Shut a space's door in the database, and end what was open in it; return how many."""
    name = tenant.schema_name
    if doors.standing(name).whole:
        with _let_in(tenant):
            hooks.closing.ask(timezone.now())
    doors.close(name)
    deletion.forget_moments(name)
    return doors.end_sessions(name)


def _tell_administrators(work: Work) -> None:
    """Write to the administrators of a space, once, also when its door is already shut."""
    if work.result.get("told"):
        return
    for person in _administrators(work.tenant):
        notifications.tell_closed(work, person)
    work.result = {**work.result, "told": True}
    Work.objects.filter(pk=work.pk).update(result=work.result)


def _administrators(tenant: Tenant) -> list[User]:
    """Read who administers a space; the door of a closed one is shut again, whoever opened it."""
    if not doors.standing(tenant.schema_name).whole:
        return []
    with _let_in(tenant):
        known = {number for answer in hooks.administrators.ask() for number in answer}
        return list(User.objects.filter(pk__in=known, is_active=True).order_by("pk"))


@contextlib.contextmanager
def _let_in(tenant: Tenant) -> Iterator[None]:
    """Work inside a space whose door may be shut, and leave a closed one's shut."""
    name, closed = tenant.schema_name, tenant.state != Tenant.State.ACTIVE
    if closed:
        doors.open_again(name)
    try:
        with schema.inside(name):
            yield
    finally:
        if closed:
            doors.close(name)
