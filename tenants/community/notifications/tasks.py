"""Tasks after the commit: send mails, pushes and digests, each at most once.

A committed write claims each before it is sent: if a worker is killed in between, it is not
retried, because the event is shown in the app all the same. If sending fails with an error
response, the claim is undone.
"""

import datetime as dt

from celery import shared_task
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import mail
from saas.kernel.offers import digest_hooks
from saas.kernel.offers.digest_hooks import Carried
from saas.kernel.places import BusyError
from saas.kernel.tasks import OutsideTask, TenantTask, check_time
from tenants.community.notifications import gateway, notifications, rules
from tenants.community.notifications.models import (
    Channel,
    Device,
    Digest,
    Habits,
    Notification,
    Rhythm,
)
from tenants.community.notifications.queries import digests, lists, readers

AT_ONCE = 500


@shared_task(base=TenantTask)
def mail_event(key: str) -> None:
    """Mail an event to members with immediate mails."""
    _mail(lists.waiting_mails(at=timezone.now()).filter(key=key))


@shared_task(base=TenantTask)
def mail_waiting() -> None:
    """Mail events held during quiet hours, or with a lost job."""
    at = timezone.now()
    _mail(lists.waiting_mails(at=at))


def _mail(waiting: QuerySet[Notification]) -> None:
    last, failed = 0, mail.Failures()
    while rows := list(waiting.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        chosen = {one.person.pk: one for one in readers.with_choices({row.person for row in rows})}
        space = notifications.sender()
        with mail.connected() as connection:
            for row in rows:
                check_time()
                with failed.one_by_one(connection):
                    _mail_one(row, chosen[row.person_id], space=space, connection=connection)
    failed.report()


def _mail_one(
    row: Notification,
    reader: readers.Reader,
    *,
    space: notifications.Sender,
    connection: BaseEmailBackend,
) -> None:
    here = Notification.objects.filter(pk=row.pk)
    rhythm = reader.rhythm(row.kind, Channel.MAIL) if reader.takes_mail else Rhythm.OFF
    if rhythm == Rhythm.NOW and row.read_at and rules.may_be_off(row.kind, Channel.MAIL):
        rhythm = Rhythm.OFF  # held during quiet hours; its reader has already seen it
    if rhythm != Rhythm.NOW:
        here.update(mail=rhythm, mail_from=None)
        return
    if not here.filter(mailed_at=None, mail=Rhythm.NOW).update(mailed_at=timezone.now()):
        return
    try:
        notifications.mail_event(row, reader.person, space=space, through=connection)
    except Exception as error:  # noqa: BLE001 - raised again there, or the address is gone
        here.update(mailed_at=None, failures=F("failures") + 1)
        _end_or_raise(error, reader.person)


def _end_or_raise(error: Exception, person: User) -> None:
    """Raise the error again, unless an address was refused for good: its mails then end."""
    if not (isinstance(error, mail.AddressRefusedError) and error.is_permanent):
        raise error
    end_mails(person, why=Habits.Stop.BOUNCED.value, at=timezone.now())


def end_mails(person: User, *, why: str, at: dt.datetime) -> None:
    """Suppress mails to a person's address, and save the reason."""
    stop = Habits(
        person=person,
        mail_stopped_at=at,
        mail_stopped_for=why,
        mail_stopped_address=person.email,
    )
    Habits.objects.bulk_create(
        [stop],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["mail_stopped_at", "mail_stopped_for", "mail_stopped_address"],
    )
    waiting = Notification.objects.filter(person=person, mailed_at=None, digest=None)
    waiting.update(mail=Rhythm.OFF, mail_from=None)


@shared_task(base=OutsideTask)
def push_event(key: str) -> None:
    """Push an event to the devices of members with pushes for its kind."""
    _push(lists.waiting_pushes(at=timezone.now()).filter(key=key))


@shared_task(base=OutsideTask)
def push_waiting() -> None:
    """Push events held during quiet hours, or with a lost job."""
    _push(lists.waiting_pushes(at=timezone.now()))


def _push(waiting: QuerySet[Notification]) -> None:
    while rows := list(waiting.order_by("pk")[:AT_ONCE]):
        chosen = {one.person.pk: one for one in readers.with_choices({row.person for row in rows})}
        devices = readers.devices_by_person(chosen)
        for row in rows:
            check_time()
            reader = chosen[row.person_id]
            claimed = Notification.objects.filter(pk=row.pk, pushed_at=None)
            if not claimed.update(pushed_at=timezone.now()):
                continue
            if reader.rhythm(row.kind, Channel.PUSH) == Rhythm.NOW and row.read_at is None:
                _push_one(row, reader, devices.get(row.person_id, []))


def _push_one(row: Notification, reader: readers.Reader, devices: list[Device]) -> None:
    """Push to each device; if all devices fail temporarily, retry while the event is recent."""
    answers = set()
    try:
        for device in devices:
            answer = gateway.push(device, notifications.push_words(row, reader.person))
            answers.add(answer)
            if answer == gateway.Answer.GONE:
                Device.objects.filter(pk=device.pk).delete()
            elif answer == gateway.Answer.TAKEN:
                Device.objects.filter(pk=device.pk).update(pushed_at=timezone.now())
    except BusyError:
        Notification.objects.filter(pk=row.pk).update(pushed_at=None)
        raise
    again = rules.push_again(row.made_at, at=timezone.now())
    if gateway.Answer.LATER in answers and gateway.Answer.TAKEN not in answers and again:
        Notification.objects.filter(pk=row.pk).update(pushed_at=None, push_from=again)


@shared_task(base=TenantTask)
def send_digests() -> None:
    """Make the digests that are due, then send those that have not left."""
    at = timezone.now()
    after = 0
    while batch := digests.due_for_digest(at=at, after=after, size=AT_ONCE):
        check_time()
        _make(batch)
        after = batch.last
    _send(at)


@transaction.atomic
def _make(batch: digests.DueBatch) -> None:
    Digest.objects.bulk_create(batch.digests, ignore_conflicts=True)
    if batch.entries:
        digest = Digest.objects.filter(person=OuterRef("person"), day=batch.day, sent_at=None)
        rows = Notification.objects.filter(pk__in=batch.entries, digest=None)
        rows.update(digest=Subquery(digest.values("pk")))
    if batch.ended:
        ended = [Habits(person_id=one, digests_stopped_at=batch.at) for one in batch.ended]
        Habits.objects.bulk_create(
            ended,
            update_conflicts=True,
            unique_fields=["person"],
            update_fields=["digests_stopped_at"],
        )


def _send(at: dt.datetime) -> None:
    last, failed = 0, mail.Failures()
    while digest_mails := digests.digests_to_send(at=at, after=last, size=AT_ONCE):
        last = digest_mails[-1].digest.pk
        space = notifications.sender()
        carried: list[Carried] = []
        try:
            with mail.connected() as connection:
                for digest_mail in digest_mails:
                    check_time()
                    with failed.one_by_one(connection):
                        if _send_one(digest_mail, space, connection) and digest_mail.ad:
                            carried.append(
                                Carried(digest_mail.digest.person_id, digest_mail.ad.reference)
                            )
        finally:
            _count_ads(carried, space)
    failed.report()


def _count_ads(carried: list[Carried], space: notifications.Sender) -> None:
    """Let the ads be counted that left with digests, all at once; those of a killed job are not."""
    if carried:
        with timezone.override(space.zone):
            digest_hooks.ads_carried.ask(carried, timezone.now())


def _send_one(
    digest_mail: digests.DigestMail,
    space: notifications.Sender,
    connection: BaseEmailBackend,
) -> bool:
    """Send a digest unless it is empty or already sent; return True if it was sent now."""
    here = Digest.objects.filter(pk=digest_mail.digest.pk, sent_at=None)
    if not digest_mail.says_something:
        here.delete()
        return False
    if not here.update(sent_at=timezone.now()):
        return False
    try:
        notifications.mail_digest(digest_mail, space=space, through=connection)
    except Exception:
        failed = Digest.objects.filter(pk=digest_mail.digest.pk)
        failed.update(sent_at=None, failures=F("failures") + 1)
        raise
    return True
