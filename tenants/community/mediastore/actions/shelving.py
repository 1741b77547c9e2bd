"""Actions of providers: add a medium to the shelf, correct it, withdraw it."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.private_pictures import Upload
from saas.kernel.tasks import after_commit
from saas.kernel.uploads import files
from saas.kernel.web import outgoing
from tenants.community.mediastore import notifications, tasks
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.models import Borrowing, Medium, PassCode, Waiting
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules
from tenants.community.mediastore.rules.files import check_may_be_opened_again, check_upload

ROOM = "mediastore"
_HEAD = 1024


class Words(NamedTuple):
    """The description of a medium, as its provider typed it."""

    title: str
    creator: str
    language: str
    description: str
    transcript: str
    access: str
    copies: int | None
    loan_days: int
    ends_on: dt.date | None


@transaction.atomic
def put(
    *,
    kind: str,
    provider: str,
    words: Words,
    file: Upload | None,
    feed: str,
    codes: list[str],
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Medium:
    """Add a medium to the shelf; a job opens its file. The same key returns the first medium.

    Raises Refused with the field at fault.
    """
    rules.check_provides_any([one for one in queries.providers_of(by) if one == provider])
    already = queries.added_with(key, by=by) if key else None
    if already is not None:
        return already
    _check(words, at=at)
    medium = Medium(kind=kind, provider=provider, added_by=by, added_at=at, idempotency_key=key)
    if kind == Medium.Kind.PASS:
        rules.check_codes(codes)
        words = words._replace(copies=len(codes))
        medium.state = Medium.State.READY
    elif kind == Medium.Kind.PODCAST:
        medium.feed = feed and outgoing.check_url(feed, field="feed")
    else:
        medium.upload = _received(kind, file)
    _write(medium, words)
    PassCode.objects.bulk_create(PassCode(medium=medium, code=code) for code in codes)
    _queue(medium)
    return medium


@transaction.atomic
def edit(*, medium: Medium, words: Words, by: User, at: dt.datetime) -> Medium:
    """Correct the description of a medium; added copies go to waiting members.

    If the licence now ends earlier, loans become due on its last day at the latest.
    """
    rules.check_provides(medium, queries.providers_of(by))
    _check(words, at=at)
    medium = queries.for_change(medium.pk)
    if medium.kind == Medium.Kind.PASS:
        words = words._replace(copies=medium.copies)
    _write(medium, words)
    last = rules.last_moment(medium)
    if last is not None:
        out = Borrowing.objects.filter(medium=medium, returned_at=None, due_at__gt=last)
        out.update(due_at=last)
    actions.hand_out_free_copies(medium=medium, at=at)
    return medium


@transaction.atomic
def withdraw(*, medium: Medium, by: User, at: dt.datetime) -> None:
    """Withdraw a medium: return its copies, empty its waiting list and delete its files.

    Borrowers and waiting members are notified.
    """
    rules.check_provides(medium, queries.providers_of(by))
    medium = queries.for_change(medium.pk)
    if medium.withdrawn_at is not None:
        return
    out = Borrowing.objects.filter(medium=medium, returned_at=None)
    line = Waiting.objects.filter(medium=medium)
    readers = [*out.values_list("borrower", flat=True), *line.values_list("member", flat=True)]
    line.delete()
    out.update(returned_at=at)
    medium.withdrawn_at, medium.borrowed_count = at, 0
    medium.save(update_fields=["withdrawn_at", "borrowed_count"])
    notifications.notify_gone(medium, readers, at=at)
    after_commit(tasks.delete_files_of, medium.pk)


@transaction.atomic
def try_again(*, medium: Medium, by: User, at: dt.datetime) -> Medium:  # noqa: ARG001 - every action says when
    """Queue another attempt to open a medium's file or to fetch its feed."""
    rules.check_provides(medium, queries.providers_of(by))
    medium = queries.for_change(medium.pk)
    if medium.state == Medium.State.FAILED:
        check_may_be_opened_again(medium.failure)
        medium.state, medium.failure, medium.attempts = Medium.State.WAITING, "", 0
        medium.save(update_fields=["state", "failure", "attempts"])
        _queue(medium)
    return medium


def _queue(medium: Medium) -> None:
    if medium.feed:
        after_commit(tasks.fetch_feed, medium.pk)
    elif medium.upload:
        after_commit(tasks.prepare, medium.pk)


def _check(words: Words, *, at: dt.datetime) -> None:
    rules.check_title(words.title)
    rules.check_end(words.ends_on, today=timezone.localdate(at))


def _received(kind: str, file: Upload | None) -> str:
    sent = rules.chosen(file)
    sent.seek(0)
    check_upload(kind, sent.read(_HEAD), sent.size or 0)
    sent.seek(0)
    return default_storage.save(files.private_name(ROOM, "upload"), sent)


def _write(medium: Medium, words: Words) -> None:
    for name, value in words._asdict().items():
        setattr(medium, name, value)
    medium.full_clean()
    medium.save()
