"""Actions on notifications: events are recorded, members read, choose, subscribe and leave."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import CharField, F, Func, Q, Value
from django.utils import timezone, translation

from saas.accounts.models import User, normal_email
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind as NoticeKind
from saas.kernel.models import reference
from saas.kernel.notifying import Event, Words
from saas.kernel.people import erasing, ways_in
from saas.kernel.tasks import after_commit
from tenants.community.notifications import rules, tasks
from tenants.community.notifications.models import (
    Channel,
    Device,
    Digest,
    Habits,
    Kind,
    Notification,
    Rhythm,
    Switch,
)
from tenants.community.notifications.queries import lists as list_queries
from tenants.community.notifications.queries import readers as reader_queries


@transaction.atomic
def record(*, event: Event, to: list[int], at: dt.datetime) -> None:
    """Create an event's notifications for readers without it yet, and queue its mails and pushes.

    Called by the room of the event, through `saas.kernel.notifying`.
    """
    readers = reader_queries.readers(to)
    if not readers:
        return
    zone = reader_queries.zone()
    with_devices = reader_queries.devices_by_person(to)
    with timezone.override(zone):
        words = _words_by_language(event, {one.person.language for one in readers})
    rows = []
    for reader in readers:
        row = _row_of(event, words[reader.person.language], reader=reader, at=at)
        leaves = rules.loud_from(at, reader.quiet, zone)
        row.mail_from = leaves if row.mail == Rhythm.NOW else None
        pushed = reader.rhythm(event.kind, Channel.PUSH) == Rhythm.NOW
        row.push_from = leaves if pushed and reader.person.pk in with_devices else None
        rows.append(row)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.mail_from and row.mail_from <= at for row in rows):
        after_commit(tasks.mail_event, event.key)
    if any(row.push_from and row.push_from <= at for row in rows):
        after_commit(tasks.push_event, event.key)


def _words_by_language(event: Event, languages: Iterable[str]) -> dict[str, Words]:
    words = {}
    for language in languages:
        with translation.override(language):
            words[language] = event.words()
    return words


def _row_of(
    event: Event, words: Words, *, reader: reader_queries.Reader, at: dt.datetime
) -> Notification:
    mail = reader.rhythm(event.kind, Channel.MAIL) if reader.takes_mail else Rhythm.OFF
    return Notification(
        person=reader.person,
        key=event.key,
        kind=event.kind,
        about=event.about or event.path[:80],
        title=words.title[:120],
        text=words.text[:2000],
        action=words.action[:60],
        path=event.path,
        mail_path=event.mail_path,
        deadline=event.deadline,
        until_done=event.until_done,
        made_at=at,
        shown=reader.rhythm(event.kind, Channel.APP) == Rhythm.NOW,
        mail=mail,
    )


@transaction.atomic
def settle(*, about: str, to: list[int] | None, at: dt.datetime) -> None:
    """Close the tasks about an item, and cancel mails and pushes still unsent.

    Called by the item's room, through `saas.kernel.notifying`.
    """
    rows = Notification.objects.filter(about=about, done_at=None)
    if to is not None:
        rows = rows.filter(person__in=to)
    due = rows.exclude(deadline=None)
    due.filter(read_at=None).update(read_at=at)
    due.filter(mailed_at=None).update(mail=Rhythm.OFF, mail_from=None)
    due.filter(pushed_at=None).update(push_from=None)
    due.update(done_at=at)


@transaction.atomic
def read(*, notification: Notification, by: User, at: dt.datetime) -> None:
    """Note that a member has seen an entry; a second time changes nothing."""
    Notification.objects.filter(pk=notification.pk, person=by, read_at=None).update(read_at=at)


@transaction.atomic
def read_all(*, by: User, at: dt.datetime) -> int:
    """Mark all of a member's notifications as read; return how many."""
    return Notification.objects.filter(person=by, read_at=None).update(read_at=at)


@transaction.atomic
def record_visit(*, path: str, by: User, at: dt.datetime) -> None:
    """Record a member's visit once a day, and mark notifications about this page as read."""
    came_at = getattr(by, "came_at", None)
    if came_at is None or came_at.date() < at.date():
        _answer_digests(by, at=at)
    if getattr(by, "unread_notifications", 0):
        Notification.objects.filter(person=by, path=path, read_at=None).update(read_at=at)


@transaction.atomic
def follow(*, by: User, at: dt.datetime) -> None:
    """Note that a member followed a link of a digest."""
    _answer_digests(by, at=at)


def _answer_digests(person: User, *, at: dt.datetime) -> None:
    Habits.objects.bulk_create(
        [Habits(person=person, came_at=at)],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["came_at"],
    )


@transaction.atomic
def choose(
    *,
    switches: Mapping[tuple[str, str], str],
    quiet: rules.Quiet,
    digest_hour: int,
    by: User,
    at: dt.datetime,  # noqa: ARG001 - an action says when
) -> None:
    """Keep how a member wishes to hear of each kind, when they want quiet, and their digest."""
    rules.check_switches(switches)
    rules.check_habits(quiet, digest_hour)
    _switch(by, switches)
    habits, _made = Habits.objects.select_for_update().get_or_create(person=by)
    habits.quiet_from, habits.quiet_until, habits.quiet_weekends = quiet
    habits.digest_hour = digest_hour
    habits.full_clean()
    habits.save()


def _switch(person: User, switches: Mapping[tuple[str, str], str]) -> None:
    rows = [
        Switch(person=person, kind=kind, channel=channel, rhythm=rhythm)
        for (kind, channel), rhythm in switches.items()
        if len(rules.choices_of(kind, channel)) > 1
    ]
    Switch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "kind", "channel"],
        update_fields=["rhythm"],
    )


@transaction.atomic
def unsubscribe(*, what: str, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Opt a member out of mails of a kind, or of digests. Idempotent."""
    if what == rules.DIGEST:
        chosen = reader_queries.reader(by)
        kinds = [kind for kind in Kind.values if chosen.rhythm(kind, Channel.MAIL) == Rhythm.DAILY]
    else:
        kinds = [what]
    _switch(by, {(kind, Channel.MAIL): Rhythm.OFF for kind in kinds})


@transaction.atomic
def resume_digests(*, by: User, at: dt.datetime) -> None:
    """Resume digests for a member after a stop because of eight unanswered digests."""
    Habits.objects.filter(person=by).update(digests_stopped_at=None, came_at=at)


@transaction.atomic
def resume_mails(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Try a member's address again, which had refused or reported a mail."""
    Habits.objects.filter(person=by).update(
        mail_stopped_at=None, mail_stopped_for="", mail_stopped_address=""
    )


@transaction.atomic
def stop_mails(*, address: str, why: str, at: dt.datetime) -> None:
    """Suppress mails to an address after a bounce or a complaint; its owner sees the reason here.

    Called by the mail provider's webhook.
    """
    person = reader_queries.person_at(normal_email(address))
    if person is None:
        return
    tasks.end_mails(person, why=why, at=at)


@transaction.atomic
def add_device(
    *, endpoint: str, public_key: str, secret: str, name: str, by: User, at: dt.datetime
) -> Device:
    """Register a browser for a member's pushes, replacing its registration by any other member."""
    rules.check_endpoint(endpoint)
    rules.check_keys(public_key, secret)
    User.objects.select_for_update().get(pk=by.pk)
    Device.objects.filter(endpoint=endpoint).delete()
    rules.check_may_add_device(len(reader_queries.devices_of(by)))
    device = Device(
        person=by,
        reference=reference("AP"),
        endpoint=endpoint,
        public_key=public_key,
        secret=secret,
        name=name,
        added_at=at,
    )
    device.full_clean()
    device.save()
    queue_notice(person=by, kind=NoticeKind.PUSH, at=at)
    return device


@transaction.atomic
def remove_device(*, device: Device, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Remove a browser from a member's pushes."""
    Device.objects.filter(pk=device.pk, person=by).delete()


@transaction.atomic
def end_devices(*, by: User, end: ways_in.End, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Remove all devices of a member when all of their sign-ins end."""
    if end is ways_in.End.ALL:
        Device.objects.filter(person=by).delete()


@transaction.atomic
def settle_leaver(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Stop all pushes and pending mails of a leaving member."""
    Device.objects.filter(person=by).delete()
    waiting = Notification.objects.filter(person=by)
    waiting.filter(mailed_at=None, digest=None).update(mail=Rhythm.OFF, mail_from=None)
    waiting.filter(pushed_at=None).update(push_from=None)


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Delete notifications older than three months, except open tasks.

    Called by the scheduled task each night.
    """
    old = Notification.objects.filter(made_at__lt=at - rules.RETENTION).exclude(
        list_queries.is_to_do(at)
    )
    many, _by_table = old.delete()
    Digest.objects.filter(day__lt=(at - rules.RETENTION).date()).delete()
    return many


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's notifications, and their settings."""
    for table in (Notification, Digest, Switch, Habits, Device):
        table.objects.filter(person=by).delete()
    return []


@transaction.atomic
def forget_things(*, trace: erasing.Trace, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete other members' notifications about erased items or by an erased name.

    Called by an erasure. Notifications with a name are found by their text, as their reader sees
    it.
    """
    named = Q()
    for name in trace.names:
        named |= Q(title__contains=name) | Q(text__contains=name)
    about = Q(about_reference__in=trace.references)
    rows = Notification.objects.annotate(
        about_reference=Func(
            F("about"), Value(":"), Value(-1), function="split_part", output_field=CharField()
        )
    )
    rows.filter(about | named if trace.names else about).delete()
