"""Actions of readers: borrow or return a copy, join the waiting list, set a bookmark."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.mediastore import notifications
from tenants.community.mediastore.actions import sponsors
from tenants.community.mediastore.models import Borrowing, Medium, Progress, Waiting
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules


@transaction.atomic
def borrow(*, medium: Medium, by: User, at: dt.datetime) -> Borrowing | None:
    """Lend a copy to a member, or put the member on the waiting list. Idempotent.

    Returns the loan, or nothing if no copy is free.
    """
    medium = queries.for_change(medium.pk)
    already = queries.own_borrowing(medium, by)
    if already is not None:
        return already
    rules.check_may_borrow(medium, today=timezone.localdate(at), out_count=queries.out_count_of(by))
    if rules.has_a_free_copy(medium):
        Waiting.objects.filter(medium=medium, member=by).delete()
        return _hand_out(medium, by, at=at)
    Waiting.objects.get_or_create(medium=medium, member=by, defaults={"since": at})
    return None


@transaction.atomic
def give_back(*, medium: Medium, by: User, at: dt.datetime) -> None:
    """Return a copy early; the first member on the waiting list gets it at the same moment."""
    medium = queries.for_change(medium.pk)
    borrowing = queries.own_borrowing(medium, by)
    if borrowing is not None:
        _take_back(medium, borrowing, at=at)


@transaction.atomic
def stop_waiting(*, medium: Medium, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - every action says when
    """Leave the line."""
    Waiting.objects.filter(medium=medium, member=by).delete()


@transaction.atomic
def mark(*, medium: Medium, number: int, seconds: int, by: User, at: dt.datetime) -> None:
    """Save a reader's position in a medium. Only the reader sees it."""
    Progress.objects.update_or_create(
        medium=medium,
        reader=by,
        defaults={"number": number, "seconds": seconds, "read_at": at},
    )


@transaction.atomic
def take_back_one(*, borrowing_id: int, at: dt.datetime) -> None:
    """Return an overdue copy. Called by the scheduled task."""
    row = Borrowing.objects.filter(pk=borrowing_id).first()
    if row is None:
        return
    medium = queries.for_change(row.medium_id)
    due = queries.overdue(at=at).filter(pk=borrowing_id).first()
    if due is not None:
        _take_back(medium, due, at=at)


@transaction.atomic
def leave(*, by: User, at: dt.datetime) -> None:
    """Return a leaving member's copies and delete their bookmarks and waiting-list entries."""
    Waiting.objects.filter(member=by).delete()
    Progress.objects.filter(reader=by).delete()
    borrowings = Borrowing.objects.filter(borrower=by, returned_at=None).order_by("medium_id")
    for borrowing in list(borrowings):
        _take_back(queries.for_change(borrowing.medium_id), borrowing, at=at)


def _take_back(medium: Medium, borrowing: Borrowing, *, at: dt.datetime) -> None:
    """Mark a copy as returned. The caller locks the medium: a single member gets the copy."""
    borrowing.returned_at = at
    borrowing.save(update_fields=["returned_at"])
    medium.borrowed_count -= 1
    medium.save(update_fields=["borrowed_count"])
    hand_out_free_copies(medium=medium, at=at)


@transaction.atomic
def hand_out_free_copies(*, medium: Medium, at: dt.datetime) -> None:
    """Lend free copies to waiting members in their order. The caller holds the medium's lock.

    If the medium has become open to all, the list is emptied and its members are notified. Called
    by the system, after a copy is returned or added.
    """
    if medium.copies is None:
        line = Waiting.objects.filter(medium=medium)
        readers = list(line.values_list("member", flat=True))
        line.delete()
        notifications.notify_open_to_all(medium, readers, at=at)
        return
    while rules.is_on_shelf(medium, today=timezone.localdate(at)) and rules.has_a_free_copy(medium):
        first = queries.first_in_line(medium)
        if first is None:
            return
        first.delete()
        if queries.own_borrowing(medium, first.member) is None:
            _hand_out(medium, first.member, at=at, was_waiting=True)


def _hand_out(
    medium: Medium, person: User, *, at: dt.datetime, was_waiting: bool = False
) -> Borrowing:
    code = queries.free_code(medium) if medium.kind == Medium.Kind.PASS else None
    borrowing = Borrowing.objects.create(
        medium=medium,
        borrower=person,
        code=code,
        borrowed_at=at,
        due_at=rules.due_at(medium, at=at),
    )
    medium.borrowed_count += 1
    medium.save(update_fields=["borrowed_count"])
    sponsors.count(medium=medium, kind=sponsors.BORROWED, by=person, at=at)
    if was_waiting:
        notifications.notify_copy_ready(borrowing, at=at)
    return borrowing


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a medium from all but its providers, or show it again; copies stay on loan.

    Called by moderation. A copy that was returned meanwhile goes to the first waiting member.
    """
    medium = Medium.objects.select_for_update().filter(reference=reference).first()
    if medium is None:
        return
    medium.hidden_at = at if hidden else None
    medium.save(update_fields=["hidden_at"])
    hand_out_free_copies(medium=medium, at=at)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a member's readings, loans and waiting-list entries; media they added stay."""
    for rows in (
        Progress.objects.filter(reader=by),
        Waiting.objects.filter(member=by),
        Borrowing.objects.filter(borrower=by),
    ):
        rows.delete()
    return []
