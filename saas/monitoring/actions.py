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
    """Note that the clock goes. Nobody does this: the clock does.

    The first time that an entry of the schedule is seen, it counts as having just succeeded.
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
    """Count from now where no clock was ever heard. Nobody does this: the web process does."""
    ScheduledJob.objects.get_or_create(name=rules.CLOCK, defaults={"succeeded_at": at})


@transaction.atomic
def record_success(*, task: str, at: dt.datetime) -> None:
    """Note that a job of the schedule succeeded. Nobody does this: its worker does."""
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        if entry["task"] == task:
            ScheduledJob.objects.update_or_create(name=name, defaults={"succeeded_at": at})


@transaction.atomic
def take_missed_nights(*, at: dt.datetime) -> list[str]:
    """Return the jobs of missed nights, which are then ours to queue. Nobody does this."""
    names = queries.missed_nights(at=at)
    ScheduledJob.objects.filter(name__in=names).update(requeued_at=at)
    return [str(settings.CELERY_BEAT_SCHEDULE[name]["task"]) for name in names]


@transaction.atomic
def update_troubles(*, at: dt.datetime) -> Changes:
    """Open a row for each new trouble and end those that are over. Nobody does this.

    Of two who look at once, the database lets one open a trouble, and one end it.
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
        # What an hour of the future is said to have begun, began now at the latest.
        defaults={"began_at": min(finding.since, at), "details": finding.details[:120]},
    )
    return trouble if is_new else None


def _end(trouble: Trouble, at: dt.datetime) -> bool:
    trouble.ended_at = max(at, trouble.began_at)
    rows = Trouble.objects.filter(pk=trouble.pk, ended_at=None)
    return bool(rows.update(ended_at=trouble.ended_at))


@transaction.atomic
def claim_mails(*, at: dt.datetime) -> list[Trouble]:
    """Take the troubles that are to be mailed, for five minutes. Nobody does this."""
    due = list(queries.troubles_to_mail(at=at).select_for_update(skip_locked=True))
    rows = Trouble.objects.filter(pk__in=[trouble.pk for trouble in due])
    rows.update(claimed_until=at + MAILING_LASTS)
    return due


@transaction.atomic
def record_mailed(*, troubles: list[Trouble], at: dt.datetime) -> None:
    """Note what operators were told: the beginning, and the end of what was over. Nobody does."""
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
    """Announce planned work to everybody, on the page of services."""
    rules.check_period(starts_at, ends_at, at=at)
    new = Announcement(text_fr=text_fr, text_en=text_en, starts_at=starts_at, ends_at=ends_at)
    new.announced_by, new.announced_at = by.display_name, at
    new.full_clean()
    new.save()
    return new


@transaction.atomic
def end_announcement(*, announcement_id: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says who
    """Say that planned work is over now, or will not be; twice is once."""
    rows = Announcement.objects.filter(pk=announcement_id, ends_at__gt=at)
    rows.filter(starts_at__lt=at).update(ends_at=at)
    rows.filter(starts_at__gte=at).delete()


@transaction.atomic
def record_backup(*, backup: Backup) -> Backup:
    """Keep what is known of a backup that was taken. Nobody does this: the nightly command does."""
    backup.full_clean()
    backup.save()
    return backup


@transaction.atomic
def record_check(*, label: str, fault: str, seconds: float, at: dt.datetime) -> None:
    """Note what came of restoring a backup. Nobody does this: the nightly command does."""
    Backup.objects.filter(label=label).update(
        checked_at=at, check_ms=round(seconds * 1000), is_good=not fault, fault=fault[:300]
    )
