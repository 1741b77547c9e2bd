"""Troubles as they are now, the rows that keep them, and how each part of the house is."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from celery import current_app
from celery.exceptions import OperationalError
from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.db.models import Q, QuerySet
from redis.exceptions import RedisError

from billing.ledger.queries.shortage import balance_short_since
from billing.models import Case, StripeCall, StripeEvent
from billing.stripe.queries.troubles import halt_now
from saas.kernel import schema
from saas.kernel.watching import job_deaths
from saas.monitoring import cells, heartbeats, rules
from saas.monitoring.models import Backup, ScheduledJob, Trouble
from tenants.spaces.database import locks
from tenants.spaces.models import Blueprint

OK, DEGRADED, DOWN = "ok", "degraded", "down"
MOST_SHOWN = 100
DATA, DATABASE = "data", "database"


class Finding(NamedTuple):
    """A current incident: its kind, its distinguishing subject, its start, and a figure."""

    kind: str
    subject: str
    since: dt.datetime
    details: str = ""


class Disk(NamedTuple):
    """A monitored disk: its name and its free bytes."""

    name: str
    free_bytes: int


type Check = Callable[[dt.datetime], list[Finding]]


def findings(*, at: dt.datetime) -> dict[str, list[Finding]]:
    """Return the incidents of each kind; late jobs are left out while the clock is stopped."""
    found = {kind: check(at) for kind, check in _CHECKS.items()}
    if found[Trouble.Kind.CLOCK]:
        del found[Trouble.Kind.JOB]
    return {str(kind): troubles for kind, troubles in found.items()}


def findings_of(kinds: Iterable[Trouble.Kind], *, at: dt.datetime) -> list[Finding]:
    """Return the incidents of some kinds; late jobs are left out while the clock is stopped."""
    found = [one for kind in kinds for one in _CHECKS[kind](at)]
    is_stopped = any(one.kind == Trouble.Kind.CLOCK for one in found)
    return [one for one in found if not (is_stopped and one.kind == Trouble.Kind.JOB)]


def _halts(_at: dt.datetime) -> list[Finding]:
    halt = halt_now()
    return [Finding(Trouble.Kind.STRIPE_HALT, "", halt.since)] if halt else []


def _parked_calls(_at: dt.datetime) -> list[Finding]:
    parked = StripeCall.objects.filter(state=StripeCall.State.PARKED)
    return [
        Finding(Trouble.Kind.PARKED_CALL, str(uuid), sent_at or created_at, kind)
        for uuid, sent_at, created_at, kind in parked.values_list(
            "uuid", "sent_at", "created_at", "kind"
        )
    ]


def _parked_events(_at: dt.datetime) -> list[Finding]:
    parked = StripeEvent.objects.filter(state=StripeEvent.State.PARKED)
    return [
        Finding(Trouble.Kind.PARKED_EVENT, event_id, received_at, kind)
        for event_id, received_at, kind in parked.values_list("event_id", "received_at", "kind")
    ]


def _open_cases(_at: dt.datetime) -> list[Finding]:
    cases = Case.objects.filter(state=Case.State.OPEN)
    return [
        Finding(Trouble.Kind.OPEN_CASE, reference, opened_at, kind)
        for reference, opened_at, kind in cases.values_list("reference", "opened_at", "kind")
    ]


def _short_balance(at: dt.datetime) -> list[Finding]:
    since = balance_short_since(at=at)
    return [Finding(Trouble.Kind.SHORT_BALANCE, "", since)] if since else []


def _clock(at: dt.datetime) -> list[Finding]:
    beat_at = last_beat_at()
    if beat_at is None or not rules.clock_is_stopped(beat_at, at=at):
        return []
    return [Finding(Trouble.Kind.CLOCK, "", beat_at)]


def _late_jobs(at: dt.datetime) -> list[Finding]:
    jobs = jobs_by_name()
    clock = jobs.get(rules.CLOCK)
    resumed_at = clock.resumed_at if clock else None
    return [
        Finding(Trouble.Kind.JOB, name, job.succeeded_at)
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if (job := jobs.get(name))
        and at
        > rules.late_from(entry["schedule"], succeeded_at=job.succeeded_at, resumed_at=resumed_at)
    ]


def _short_disks(at: dt.datetime) -> list[Finding]:
    short = open_troubles().filter(kind=Trouble.Kind.DISK).values_list("subject", flat=True)
    known = set(short)
    return [
        Finding(Trouble.Kind.DISK, disk.name, at, str(disk.free_bytes // rules.MEBIBYTE))
        for disk in disks()
        if rules.disk_is_short(
            disk.free_bytes, least_mib=settings.DISK_FREE_MB, was_short=disk.name in known
        )
    ]


def _stopped_processes(at: dt.datetime) -> list[Finding]:
    """Return the processes without a recent heartbeat; without a broker, an empty list."""
    try:
        beats = heartbeats.last_heartbeats()
    except heartbeats.UNREACHABLE:
        return []
    return [
        Finding(Trouble.Kind.PROCESS, process, beat_at)
        for process, beat_at in beats.items()
        if rules.process_is_stopped(beat_at, at=at)
    ]


def _late_queues(at: dt.datetime) -> list[Finding]:
    """Return the queues with a late oldest job, each with its number of jobs."""
    try:
        queues = heartbeats.waiting_jobs()
    except heartbeats.UNREACHABLE:
        return []
    return [
        Finding(Trouble.Kind.QUEUE, one.queue, one.oldest_at, str(one.jobs))
        for one in queues
        if one.oldest_at and rules.queue_is_late(one.oldest_at, at=at)
    ]


def _old_backups(at: dt.datetime) -> list[Finding]:
    """Return the clusters with too old a good backup; only where an installation makes any."""
    found = []
    for cell in ["", *settings.CELLS] if settings.BACKUPS_ARE_MADE else []:
        since = good_backup_at(cell)
        if since is not None and rules.backup_is_old(since, at=at):
            newest = last_backup(cell)
            found.append(Finding(Trouble.Kind.BACKUP, cell, since, newest.fault if newest else ""))
    return found


def _set_aside(_at: dt.datetime) -> list[Finding]:
    """Return the jobs that killed their worker twice; without a broker, an empty list."""
    try:
        jobs = job_deaths.set_aside_jobs()
    except heartbeats.UNREACHABLE:
        return []
    return [Finding(Trouble.Kind.SET_ASIDE, job.key, job.at, job.task) for job in jobs]


def _cell_faults(at: dt.datetime) -> list[Finding]:
    """Return the faults of cells, each with its kind and its figure."""
    return [
        Finding(Trouble.Kind.CELL, f"{fault.cell} {fault.kind}", at, fault.figure[:120])
        for fault in cells.faults()
    ]


_CHECKS: dict[Trouble.Kind, Check] = {
    Trouble.Kind.STRIPE_HALT: _halts,
    Trouble.Kind.PARKED_CALL: _parked_calls,
    Trouble.Kind.PARKED_EVENT: _parked_events,
    Trouble.Kind.OPEN_CASE: _open_cases,
    Trouble.Kind.SHORT_BALANCE: _short_balance,
    Trouble.Kind.CLOCK: _clock,
    Trouble.Kind.JOB: _late_jobs,
    Trouble.Kind.DISK: _short_disks,
    Trouble.Kind.PROCESS: _stopped_processes,
    Trouble.Kind.QUEUE: _late_queues,
    Trouble.Kind.BACKUP: _old_backups,
    Trouble.Kind.SET_ASIDE: _set_aside,
    Trouble.Kind.CELL: _cell_faults,
}


def disks() -> list[Disk]:
    """Measure the disk of the data directory and, where it is within reach, PostgreSQL's."""
    folders = [(DATA, str(settings.DATA_DIR)), (DATABASE, settings.DATABASE_DISK)]
    return [Disk(name, shutil.disk_usage(folder).free) for name, folder in folders if folder]


def last_backup(cell: str = "") -> Backup | None:
    """Return the newest backup of home or a cell, its figures deferred; None before the first."""
    return last_backups().get(cell)


def last_backups() -> dict[str, Backup]:
    """Return the newest backup of each cluster by its name in a single query; home's is empty."""
    newest = Backup.objects.defer("figures").order_by("cell", "-taken_at", "-pk").distinct("cell")
    return {backup.cell: backup for backup in newest}


def good_backup_at(cell: str = "") -> dt.datetime | None:
    """Return when the newest backup of a cluster was taken that a trial restored without a fault.

    Before the first, the moment at which this installation began.
    """
    good = Backup.objects.filter(cell=cell, is_good=True).order_by("-taken_at")
    taken_at = good.values_list("taken_at", flat=True).first()
    if taken_at is not None:
        return taken_at
    return Blueprint.objects.order_by("made_at").values_list("made_at", flat=True).first()


def jobs_by_name() -> dict[str, ScheduledJob]:
    """Return when each entry of the schedule last succeeded."""
    return {job.name: job for job in ScheduledJob.objects.all()}


def last_beat_at() -> dt.datetime | None:
    """Return the time of the clock's last heartbeat; None before the first."""
    jobs = ScheduledJob.objects.filter(name=rules.CLOCK)
    return jobs.values_list("succeeded_at", flat=True).first()


def missed_nights(*, at: dt.datetime) -> list[str]:
    """Return the nightly entries of the schedule that did not succeed at their last hour."""
    jobs = jobs_by_name()
    return [
        name
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if (job := jobs.get(name))
        and rules.night_is_missed(
            entry["schedule"], succeeded_at=job.succeeded_at, requeued_at=job.requeued_at, at=at
        )
    ]


def open_troubles() -> QuerySet[Trouble]:
    """Return the troubles that have not ended, the oldest first."""
    return Trouble.objects.filter(ended_at=None).order_by("began_at", "pk")


def ended_troubles() -> QuerySet[Trouble]:
    """Return the ended incidents, the last first."""
    return Trouble.objects.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")


def troubles_to_mail(*, at: dt.datetime) -> QuerySet[Trouble]:
    """Return the unclaimed incidents with an unmailed beginning or end."""
    unsaid = Q(mailed_at=None) | Q(ended_at__isnull=False, end_mailed_at=None)
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    return Trouble.objects.filter(unsaid, free).order_by("began_at", "pk")


def readiness(*, at: dt.datetime) -> dict[str, str]:
    """Return how each thing is that the house needs: `ok`, `degraded` or `down`."""
    return {
        "database": _database(),
        "valkey": _valkey(),
        "broker": _broker(),
        "clock": _heartbeat(at),
        "disk": _disk(),
        "processes": DEGRADED if _stopped_processes(at) else OK,
        "queues": DEGRADED if _late_queues(at) else OK,
        "backups": _backups(at),
        **({"cells": DEGRADED if cells.faults() else OK} if settings.CELLS else {}),
    }


def worst_of(states: dict[str, str]) -> str:
    """Return how the whole is: down without a database only.

    Pages and posts go on without Valkey, and a balancer must not take such a process away.
    """
    if states["database"] == DOWN:
        return DOWN
    return OK if set(states.values()) == {OK} else DEGRADED


def particulars() -> dict[str, Any]:
    """Return the details for a probe with the token: locks, the clock, incidents."""
    try:
        with schema.in_public():
            beat_at = last_beat_at()
            troubles = list(open_troubles()[:MOST_SHOWN])
            backup = last_backup()
    except Error:
        return {}
    return {
        **_processes_and_queues(),
        "open_locks": open_locks(),
        "clock_beat_at": beat_at.isoformat() if beat_at else None,
        "backup": {"taken_at": backup.taken_at.isoformat(), "is_good": backup.is_good}
        if backup
        else None,
        "troubles": [
            {"kind": one.kind, "subject": one.subject, "began_at": one.began_at.isoformat()}
            for one in troubles
        ],
    }


def _processes_and_queues() -> dict[str, Any]:
    """Return each process's last heartbeat, and each queue's number of jobs and oldest job."""
    try:
        beats, queues = heartbeats.last_heartbeats(), heartbeats.waiting_jobs()
    except heartbeats.UNREACHABLE:
        return {}
    return {
        "process_beat_at": {process: at.isoformat() for process, at in beats.items()},
        "waiting_jobs": {
            one.queue: {
                "count": one.jobs,
                "oldest_at": one.oldest_at.isoformat() if one.oldest_at else None,
            }
            for one in queues
        },
    }


def open_locks() -> list[str]:
    """Return a sentence for each open lock of the spaces; an empty list if the database fails."""
    try:
        return locks.lately()
    except Error:
        return []


def _database() -> str:
    """Return the state of the database: degraded if it answers but its spaces are not sealed."""
    try:
        return DEGRADED if locks.lately() else OK
    except Error:
        return DOWN


def _valkey() -> str:
    try:
        cache.get("health")
    except (RedisError, OSError):
        return DOWN
    return OK


def _broker() -> str:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return DOWN
    return OK


def _backups(at: dt.datetime) -> str:
    """Return the state of the newest good backup; a database failure is reported elsewhere."""
    try:
        with schema.in_public():
            return DEGRADED if _old_backups(at) else OK
    except Error:
        return OK


def _heartbeat(at: dt.datetime) -> str:
    """Judge the clock: pages are served without it, so it never makes the house unready."""
    try:
        with schema.in_public():
            return DEGRADED if _clock(at) else OK
    except Error:
        return DOWN


def _disk() -> str:
    try:
        found = disks()
    except OSError:
        return DEGRADED
    least = settings.DISK_FREE_MB
    short = (
        rules.disk_is_short(disk.free_bytes, least_mib=least, was_short=False) for disk in found
    )
    return DEGRADED if any(short) else OK
