"""Troubles begin and end, the clock beats, missed nights are noted as made up."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from saas.accounts.models import User
from saas.monitoring import queries, rules
from saas.monitoring.models import Announcement, Backup, ScheduledJob, Trouble

MAILING_LASTS = dt.timedelta(minutes=5)


class Changes(NamedTuple):
    """The troubles that this look found to have begun, and those that it found over."""

    begun: list[Trouble]
    ended: list[Trouble]


@transaction.atomic
def record_beat(*, at: dt.datetime) -> None:
    """Record that the scheduler is running. Called by the scheduler.

    An entry of the schedule counts as having just succeeded when it is first seen.
    """
    names = [rules.CLOCK, *settings.CELERY_BEAT_SCHEDULE]
    ScheduledJob.objects.bulk_create(
        [ScheduledJob(name=name, succeeded_at=at) for name in names], ignore_conflicts=True
    )
    clock = ScheduledJob.objects.select_for_update().get(name=rules.CLOCK)
    if rules.clock_is_stopped(clock.succeeded_at, at=at):
        clock.resumed_at = at
    clock.succeeded_at = max(clock.succeeded_at, at)
    clock.save(update_fields=["succeeded_at", "resumed_at"])


@transaction.atomic
def await_first_beat(*, at: dt.datetime) -> None:
    """Start the wait for a first heartbeat, if there was never any. Called by the web process."""
    ScheduledJob.objects.get_or_create(name=rules.CLOCK, defaults={"succeeded_at": at})


@transaction.atomic
def record_success(*, task: str, at: dt.datetime) -> None:
    """Record that a scheduled job succeeded. Called by its worker."""
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        if entry["task"] == task:
            ScheduledJob.objects.update_or_create(name=name, defaults={"succeeded_at": at})


@transaction.atomic
def take_missed_nights(*, at: dt.datetime) -> list[str]:
    """Claim and return the jobs of missed nights, to be queued. There is no `by`."""
    names = queries.missed_nights(at=at)
    ScheduledJob.objects.filter(name__in=names).update(requeued_at=at)
    return [str(settings.CELERY_BEAT_SCHEDULE[name]["task"]) for name in names]


@transaction.atomic
def update_troubles(*, at: dt.datetime) -> Changes:
    """Create a row for each new incident, and end the incidents that are over. There is no `by`.

    Of two concurrent checks, the database lets a single check open an incident, and a single check
    end it.
    """
    found = queries.findings(at=at)
    known = list(queries.open_troubles().filter(kind__in=found))
    open_now = {(trouble.kind, trouble.subject) for trouble in known}
    here = {(one.kind, one.subject): one for findings in found.values() for one in findings}
    begun = [_begin(one, at) for key, one in here.items() if key not in open_now]
    over = [trouble for trouble in known if (trouble.kind, trouble.subject) not in here]
    return Changes(
        [trouble for trouble in begun if trouble],
        [trouble for trouble in over if _end(trouble, at)],
    )


def _begin(finding: queries.Finding, at: dt.datetime) -> Trouble | None:
    """Open the row of a trouble, unless it is open already."""
    trouble, is_new = Trouble.objects.get_or_create(
        kind=finding.kind,
        subject=finding.subject,
        ended_at=None,
        # A start in the future is replaced by the present moment.
        defaults={"began_at": min(finding.since, at), "details": finding.details[:120]},
    )
    return trouble if is_new else None


def _end(trouble: Trouble, at: dt.datetime) -> bool:
    trouble.ended_at = max(at, trouble.began_at)
    rows = Trouble.objects.filter(pk=trouble.pk, ended_at=None)
    return bool(rows.update(ended_at=trouble.ended_at))


@transaction.atomic
def claim_mails(*, at: dt.datetime) -> list[Trouble]:
    """Claim the incidents to be mailed, for five minutes. There is no `by`."""
    due = list(queries.troubles_to_mail(at=at).select_for_update(skip_locked=True))
    rows = Trouble.objects.filter(pk__in=[trouble.pk for trouble in due])
    rows.update(claimed_until=at + MAILING_LASTS)
    return due


@transaction.atomic
def record_mailed(*, troubles: list[Trouble], at: dt.datetime) -> None:
    """Record the mails sent to operators: the start, and the end of ended incidents."""
    for trouble in troubles:
        trouble.mailed_at = trouble.mailed_at or at
        trouble.end_mailed_at = at if trouble.ended_at else None
        trouble.claimed_until = None
        trouble.save(update_fields=["mailed_at", "end_mailed_at", "claimed_until"])


@transaction.atomic
def announce(
    *,
    text_fr: str,
    text_en: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
) -> Announcement:
    """Create an announcement of planned maintenance, shown to all on the status page."""
    rules.check_period(starts_at, ends_at, at=at)
    new = Announcement(text_fr=text_fr, text_en=text_en, starts_at=starts_at, ends_at=ends_at)
    new.announced_by, new.announced_at = by.display_name, at
    new.full_clean()
    new.save()
    return new


@transaction.atomic
def end_announcement(*, announcement_id: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says who
    """End planned maintenance now, or cancel it. Idempotent."""
    rows = Announcement.objects.filter(pk=announcement_id, ends_at__gt=at)
    rows.filter(starts_at__lt=at).update(ends_at=at)
    rows.filter(starts_at__gte=at).delete()


@transaction.atomic
def record_backup(*, backup: Backup) -> Backup:
    """Create the record of a backup. Called by the nightly command."""
    backup.full_clean()
    backup.save()
    return backup


@transaction.atomic
def record_check(*, backup_id: int, fault: str, seconds: float, at: dt.datetime) -> None:
    """Record the result of a trial restore. Called by the nightly command."""
    Backup.objects.filter(pk=backup_id).update(
        checked_at=at, check_ms=round(seconds * 1000), is_good=not fault, fault=fault[:300]
    )
