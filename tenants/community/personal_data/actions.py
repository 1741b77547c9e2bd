"""Actions on copies of a member's data, and on the log of accesses."""

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel import hooks, retention
from saas.kernel.people import erasing
from saas.kernel.tasks import after_commit, call_after_commit
from tenants.community.personal_data import queries, rules, tasks
from tenants.community.personal_data.models import DataExport, Erasure, LogEntry
from tenants.spaces import audiences

MOST_AT_ONCE = 200


@transaction.atomic
def ask_export(*, by: User, at: dt.datetime) -> DataExport:
    """Request a copy of the member's own data; a job creates it."""
    exports = queries.count_exports_since(by, at - dt.timedelta(days=1))
    rules.check_may_ask(waiting=queries.is_waiting(by), exports_today=exports)
    export = DataExport(person=by, asked_at=at)
    export.full_clean()
    export.save()
    after_commit(tasks.prepare, export.pk)
    return export


@transaction.atomic
def record_data_access(*, access: hooks.DataAccess, by: User, at: dt.datetime) -> None:
    """Log an access to members' data by a person with a role; repeats within an hour are skipped.

    Members' access to their own data is not logged; an access to all of the space is a line for
    each member. An administrator's act about a member is logged here too, each time.
    """
    logged = set() if access.is_act else queries.recently_logged(access, by=by, at=at)
    people = {None} if access.people is None else {*access.people}
    who: dict[str, Any] = {"by": None, "by_name": access.by_name}
    if not access.by_name:
        people -= {by.pk}
        # A moderator is anonymous in a decision, so in this log, too: the role is named instead.
        is_moderator = access.role == rules.MODERATOR
        who = {"by": by, "by_name": "" if is_moderator else by.display_name}
    entry = partial(LogEntry, **who, role=access.role, at=at)
    LogEntry.objects.bulk_create(
        entry(person_id=person, what=access.what, why=access.why) for person in people - logged
    )


@transaction.atomic
def ask_erasure(*, of: User, by: User, at: dt.datetime) -> Erasure:
    """Request the erasure of a person's data a day from now, and notify them. Idempotent.

    Members request it for themselves, administrators of the space or company for leavers.
    """
    hold(of)
    if of.pk != by.pk:
        duties = hooks.duties_of(by)
        rules.check_may_erase(of, employer=audiences.employer_of(of), duties=duties)
    rules.check_nothing_stands_in_the_way([each.text for each in erasing.obstacles_to(of, at)])
    erasure, is_new = Erasure.objects.get_or_create(
        person=of, defaults={"asked_by": by, "asked_at": at, "due_at": at + rules.GRACE}
    )
    if is_new:
        Erasure.objects.filter(pk=erasure.pk).update(mailed_at=None)
        after_commit(tasks.mail_erasure, erasure.pk)
    return erasure


@transaction.atomic
def take_back(*, erasure: Erasure, by: User, at: dt.datetime) -> None:
    """Keep everything after all, while there is still time."""
    if erasure.person_id != by.pk:
        employer = audiences.employer_of(erasure.person)
        rules.check_may_erase(erasure.person, employer=employer, duties=hooks.duties_of(by))
    rules.check_can_be_taken_back(erasure.due_at, by_hand=erasure.asked_by_id is not None, at=at)
    Erasure.objects.filter(pk=erasure.pk, done_at=None).delete()


@transaction.atomic
def erase_leavers(*, at: dt.datetime) -> int:
    """Begin the erasure of long-departed leavers; return how many. Called by the scheduled task.

    They are notified a week before. If there is an obstacle, the next night tries again.
    """
    begun = 0
    for person in queries.leavers_to_erase(at=at)[:MOST_AT_ONCE]:
        if erasing.obstacles_to(person, at):
            continue
        erasure, is_new = Erasure.objects.get_or_create(
            person=person, defaults={"asked_at": at, "due_at": at + rules.LEAVERS_WARNED}
        )
        if is_new:
            Erasure.objects.filter(pk=erasure.pk).update(mailed_at=None)
            after_commit(tasks.mail_erasure, erasure.pk)
            begun += 1
    return begun


@transaction.atomic
def cancel_erasure(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Cancel the erasure of a person after their account was reopened."""
    Erasure.objects.filter(person=by, done_at=None).delete()


@transaction.atomic
def carry_out(*, erasure_id: int, at: dt.datetime) -> bool:
    """Erase a person after the grace period; return True if done. Called by the scheduled task.

    It is postponed while there is an obstacle. Idempotent.
    """
    erasure = queries.erasure_for_change(erasure_id)
    if erasure is None or erasure.due_at > at or erasing.obstacles_to(erasure.person, at):
        return False
    person, names = erasure.person, queries.names_of(erasure.person)
    erasing.shut.ask(person, at)
    gone = frozenset(erasing.erase.collect(person, at))
    erasing.forget.ask(erasing.Trace(gone, names), at)
    accounts.erase(person=person, by=None, at=at)
    hooks.offers_changed.ask()
    Erasure.objects.filter(pk=erasure.pk).update(done_at=at, mailed_at=at)
    return True


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's copies and the accesses to their data; in their own accesses, the name."""
    _remove(list(DataExport.objects.filter(person=by)))
    LogEntry.objects.filter(person=by).delete()
    LogEntry.objects.filter(by=by).update(by_name="")
    return []


@transaction.atomic
def remove_exports_of(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete the copies of a leaving member."""
    _remove(list(DataExport.objects.filter(person=by)))


@transaction.atomic
def sweep(*, at: dt.datetime) -> dict[str, int]:
    """Delete rows past their retention period in all rooms; return the number by table.

    Called by the scheduled task each night, until there are no such rows left.
    """
    return retention.sweep(settings.TENANT_APPS, at=at)


@transaction.atomic
def delete_lost_files(*, at: dt.datetime) -> int:
    """Delete files of copies without a row; return how many. Called by the scheduled task."""
    lost = queries.lost_files(at=at)
    for name in lost:
        default_storage.delete(name)
    return len(lost)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> None:
    """Delete copies past their retention period. Called by the scheduled task."""
    _remove(list(queries.old_exports(at=at)[:MOST_AT_ONCE]))


def _remove(exports: list[DataExport]) -> None:
    for export in exports:
        name = export.name
        export.delete()
        if name:
            call_after_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]
