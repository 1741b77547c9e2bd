"""Actions of readers: to borrow a copy, to give it back, to wait for one, to mark a page."""

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
    """Take a copy; where none is in, stand in line for one. Twice changes nothing.

    Returns the copy, or nothing where the person waits now.
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
    """Give a copy back before it is due; who waits longest has it in the same moment."""
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
    """Remember how far somebody came; nobody else is shown it."""
    Progress.objects.update_or_create(
        medium=medium,
        reader=by,
        defaults={"number": number, "seconds": seconds, "read_at": at},
    )


@transaction.atomic
def take_back_one(*, borrowing_id: int, at: dt.datetime) -> None:
    """Let an overdue copy come back. Nobody does this: the clock begins it."""
    row = Borrowing.objects.filter(pk=borrowing_id).first()
    if row is None:
        return
    medium = queries.for_change(row.medium_id)
    due = queries.overdue(at=at).filter(pk=borrowing_id).first()
    if due is not None:
        _take_back(medium, due, at=at)


@transaction.atomic
def leave(*, by: User, at: dt.datetime) -> None:
    """Settle somebody who leaves the space: copies come back, nobody waits, no mark is kept."""
    Waiting.objects.filter(member=by).delete()
    Progress.objects.filter(reader=by).delete()
    borrowings = Borrowing.objects.filter(borrower=by, returned_at=None).order_by("medium_id")
    for borrowing in list(borrowings):
        _take_back(queries.for_change(borrowing.medium_id), borrowing, at=at)


def _take_back(medium: Medium, borrowing: Borrowing, *, at: dt.datetime) -> None:
    """Count a copy as in; the medium's row is held, so that it is given to one person."""
    borrowing.returned_at = at
    borrowing.save(update_fields=["returned_at"])
    medium.borrowed_count -= 1
    medium.save(update_fields=["borrowed_count"])
    hand_out_free_copies(medium=medium, at=at)


@transaction.atomic
def hand_out_free_copies(*, medium: Medium, at: dt.datetime) -> None:
    """Give copies that are in to those who wait, in their order; the caller holds the medium.

    Where everybody may open it now, they learn that there is nothing to wait for.
    Nobody does this: a copy that comes back or is added begins it.
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
    """Take a medium off the shelf for all but who keeps it, or set it back; copies stay out.

    Nobody does this: moderation does. A copy that came back meanwhile goes to who waits.
    """
    medium = Medium.objects.select_for_update().filter(reference=reference).first()
    if medium is None:
        return
    medium.hidden_at = at if hidden else None
    medium.save(update_fields=["hidden_at"])
    hand_out_free_copies(medium=medium, at=at)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete what somebody read, borrowed and waited for; what they put on the shelf stays."""
    for rows in (
        Progress.objects.filter(reader=by),
        Waiting.objects.filter(member=by),
        Borrowing.objects.filter(borrower=by),
    ):
        rows.delete()
    return []
