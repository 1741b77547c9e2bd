"""Actions on copies of what is kept of a member, and on the log of who looked."""

import datetime as dt

from django.core.files.storage import default_storage
from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.tasks import after_commit, call_after_commit
from tenants.community.personal_data import queries, rules, tasks
from tenants.community.personal_data.models import DataExport, LogEntry

MOST_AT_ONCE = 200


@transaction.atomic
def ask_export(*, by: User, at: dt.datetime) -> DataExport:
    """Ask for a copy of what is kept of oneself; a job makes it."""
    asked = queries.asked_since(by, at - dt.timedelta(days=1))
    rules.check_may_ask(waiting=queries.is_waiting(by), asked_today=asked)
    export = DataExport(person=by, asked_at=at)
    export.full_clean()
    export.save()
    after_commit(tasks.prepare, export.pk)
    return export


@transaction.atomic
def record_look(*, look: hooks.Look, by: User, at: dt.datetime) -> None:
    """Note that somebody with a role looked at what is kept of a member; twice in an hour is once.

    Whoever looks at themselves leaves no line.
    """
    if look.person_id == by.pk or queries.was_noted(look, by=by, at=at):
        return
    LogEntry.objects.create(
        person_id=look.person_id,
        by=by,
        by_name=by.display_name,
        role=look.role,
        what=look.what,
        why=look.why,
        at=at,
    )


@transaction.atomic
def remove_exports_of(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Remove the copies of somebody who leaves."""
    _remove(list(DataExport.objects.filter(person=by)))


@transaction.atomic
def forget_old(*, at: dt.datetime) -> None:
    """Remove copies and looks that are kept no longer. Nobody does this: the clock."""
    _remove(list(queries.old_exports(at=at)[:MOST_AT_ONCE]))
    queries.old_looks(at=at).delete()


def _remove(exports: list[DataExport]) -> None:
    for export in exports:
        name = export.name
        export.delete()
        if name:
            call_after_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]
