"""When a clock counts as stopped, a job as late, a night as missed, and a disk as full."""

import datetime as dt
import zoneinfo
from typing import Any

from celery.schedules import crontab
from django.conf import settings
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

CLOCK = "clock"
CLOCK_STOPPED_AFTER = dt.timedelta(minutes=3)
# A worker asked to stop finishes its current job; its successor sends a heartbeat at its start.
PROCESS_STOPPED_AFTER = dt.timedelta(minutes=6)
# A job may last for five minutes, and the jobs behind it wait for only a few jobs.
QUEUE_LATE_AFTER = dt.timedelta(minutes=15)
# A backup each night, plus two hours for the longest.
BACKUP_OLD_AFTER = dt.timedelta(hours=26)
# A night that did not run is made up once it is so late, and again after an hour.
MISSED_AFTER = dt.timedelta(minutes=15)
REQUEUED_AFTER = dt.timedelta(hours=1)
NIGHT_LATE_AFTER = dt.timedelta(hours=3)
_LATE_AFTER = dt.timedelta(minutes=5)
_PERIODS = 2
# A disk that was full counts as such until a fifth more than the limit is free: no mail a minute.
_DISK_ENDS_AT = 1.2
LONGEST_WORK = dt.timedelta(days=7)
MEBIBYTE = 1024 * 1024


def clock_is_stopped(beat_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if the last heartbeat is too old for a scheduler that beats each minute."""
    return at - beat_at > CLOCK_STOPPED_AFTER


def process_is_stopped(beat_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if a process that beats each minute has been silent for too long."""
    return at - beat_at > PROCESS_STOPPED_AFTER


def queue_is_late(oldest_at: dt.datetime | None, *, at: dt.datetime) -> bool:
    """Return True if the oldest waiting job of a queue has been due for too long."""
    return oldest_at is not None and at - oldest_at > QUEUE_LATE_AFTER


def backup_is_old(good_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if the newest backup that was restored for a trial is older than a night."""
    return at - good_at > BACKUP_OLD_AFTER


def is_nightly(schedule: Any) -> bool:
    """Return True if an entry of beat's schedule runs at a fixed hour of each day."""
    return isinstance(schedule, crontab)


def next_night(schedule: Any, after: dt.datetime) -> dt.datetime:
    """Return the next time after a moment that a daily entry is due."""
    local = after.astimezone(zoneinfo.ZoneInfo(settings.CELERY_TIMEZONE))
    due = local.replace(hour=min(schedule.hour), minute=min(schedule.minute), second=0)
    due = due.replace(microsecond=0)
    return (due if due > local else due + dt.timedelta(days=1)).astimezone(dt.UTC)


def late_from(
    schedule: Any, *, succeeded_at: dt.datetime, resumed_at: dt.datetime | None
) -> dt.datetime:
    """Return from when an entry counts as late; while the clock stood still, nothing could run."""
    if is_nightly(schedule):
        due = next_night(schedule, succeeded_at)
        return max(due, resumed_at or due) + NIGHT_LATE_AFTER
    since = max(succeeded_at, resumed_at or succeeded_at)
    return since + _PERIODS * dt.timedelta(seconds=float(schedule)) + _LATE_AFTER


def night_is_missed(
    schedule: Any,
    *,
    succeeded_at: dt.datetime,
    requeued_at: dt.datetime | None,
    at: dt.datetime,
) -> bool:
    """Return True if a nightly job is to be queued again: it did not succeed at its last hour."""
    if not is_nightly(schedule) or (requeued_at and at - requeued_at < REQUEUED_AFTER):
        return False
    return at >= next_night(schedule, succeeded_at) + MISSED_AFTER


def disk_is_short(free_bytes: int, *, least_mib: int, was_short: bool) -> bool:
    """Return True if a disk has too little free space."""
    return free_bytes < least_mib * MEBIBYTE * (_DISK_ENDS_AT if was_short else 1)


def check_period(starts_at: dt.datetime, ends_at: dt.datetime, *, at: dt.datetime) -> None:
    """Raise Refused for maintenance that ends before its start, is past, or exceeds a week."""
    if ends_at <= starts_at:
        raise Refused(_("La fin vient après le début."), field="ends_at")
    if ends_at <= at:
        raise Refused(_("Ce moment est passé\u00a0: annoncez ce qui vient."), field="ends_at")
    if ends_at - starts_at > LONGEST_WORK:
        raise Refused(
            _("Une semaine au plus\u00a0: annoncez-la en plusieurs fois."), field="ends_at"
        )
