"""Audit of the remaining rows: each accepted object exists once, and its job was done."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from infra.drills.inside.access.people import HOME
from saas.kernel import schema, tasks
from tenants.community.classifieds import clock as classified_clock
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.conversations import clock as conversation_clock
from tenants.community.conversations.models import Message
from tenants.community.conversations.queries import talks
from tenants.community.gatherings.models import Gathering
from tenants.community.kiosk.models import Play
from tenants.community.notifications import tasks as notification_tasks
from tenants.community.notifications.models import Notification, Rhythm

# After the first everything is overdue that a lost job should have done. A mail about it may fall
# into its reader's quiet hours, ten at most: by the second they are over.
LATER = (dt.timedelta(hours=11), dt.timedelta(hours=22))
# Sweeps that `tests/architecture/jobs.py` names for the jobs which clients of the drill cause.
SWEEPS = (
    classified_clock.sweep_board,
    conversation_clock.requeue_messages,
    conversation_clock.sweep_pictures,
    notification_tasks.mail_waiting,
)


def untold(talk: str = "") -> int:
    """Return the number of messages without a notification, of a conversation or of all."""
    with schema.inside(HOME):
        messages = talks.messages_to_notify()
        return (messages.filter(conversation__reference=talk) if talk else messages).count()


def sweep() -> None:
    """Run the apps' sweeps for lost jobs at some later hours, and the jobs that they queue here."""
    for later in [timezone.now() + hours for hours in LATER]:
        _sweep(later)


def _sweep(later: dt.datetime) -> None:
    queued: list[tuple[Task[Any, Any], tuple[Any, ...]]] = []
    kernel: Any = tasks.TenantTask
    usual = timezone.now, kernel.apply_async
    timezone.now = lambda: later
    kernel.apply_async = lambda self, args=(), **_more: queued.append((self, args))
    try:
        for clock in SWEEPS:
            queued.append((clock, ()))
            while queued:
                task, args = queued.pop(0)
                task.apply(args=args, headers={tasks.SCHEMA_HEADER: HOME}, throw=True)
    finally:
        timezone.now, kernel.apply_async = usual


def differences(accepted: dict[str, list[str]], kills: int) -> Iterator[str]:
    """Yield the accepted objects that are missing, duplicates, and jobs never done.

    The mail about a message leaves at most once: a killed worker may hold it; the notification in
    the app exists all the same.
    """
    with schema.inside(HOME):
        titles = Counter(_all(Classified.objects.values_list("title")))
        yield from _once("classified", accepted.get("classified", []), titles)
        texts = Counter(_all(Message.objects.values_list("text")))
        yield from _once("message", accepted.get("message", []), texts)
        played = Counter(map(str, _all(Play.objects.values_list("key"))))
        yield from _once("play", accepted.get("play", []), played)
        yield from _joined(accepted.get("join", []))
        yield from _undone()
        yield from _mails(kills)


def _all(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterable[Any]:
    return (value for (value,) in rows)


def _once(kind: str, accepted: list[str], found: Counter[str]) -> Iterator[str]:
    for what in accepted:
        if found[what] != 1:
            yield f"{kind} {what} was accepted once and is there {found[what]} times"
    # Objects without a confirmed response may exist, but not twice either.
    yield from (
        f"{kind} {what} is there {many} times"
        for what, many in found.items()
        if many > 1 and what not in accepted
    )


def _joined(accepted: list[str]) -> Iterator[str]:
    for gathering in Gathering.objects.prefetch_related("participations"):
        wanted = accepted.count(gathering.reference)
        coming = gathering.participations.count()
        if coming < wanted or gathering.taken != coming:
            yield f"{wanted} joined {gathering}: {coming} are listed, {gathering.taken} counted"


def _undone() -> Iterator[str]:
    left = {
        "pictures were never prepared": Picture.objects.exclude(state=Picture.State.READY).count(),
        "messages were told to nobody": talks.messages_to_notify().count(),
        "mails never left": Notification.objects.filter(mail=Rhythm.NOW, mailed_at=None).count(),
    }
    yield from (f"{many} {what}" for what, many in left.items() if many)


def _mails(kills: int) -> Iterator[str]:
    folder = Path(settings.DATA_DIR) / "outbox"
    mails = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    left = Counter((mail["headers"].get("Message-ID", ""), *mail["to"]) for mail in mails)
    yield from (f"mail {name} left {many} times" for name, many in left.items() if many > 1)
    mailed = Notification.objects.exclude(mailed_at=None).count()
    lost = mailed - sum(1 for (name, *_to) in left if name)
    if lost > kills:
        yield f"{lost} mails were lost by {kills} kills of workers"
