"""Queries of this room: copies, their contents, and the log of accesses."""

import datetime as dt
import io
import json
import zipfile
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, retention, schema
from saas.kernel.people import erasing
from saas.kernel.people.personal import PersonalTable, table, written
from saas.kernel.values import cells
from tenants.community.personal_data import rules, wording
from tenants.community.personal_data.models import DataExport, Erasure, LogEntry
from tenants.spaces import audiences
from tenants.spaces.models import SpaceOperation
from tenants.spaces.queries.life import taken_out_of
from tenants.spaces.queries.own import own_space

MOST_LISTED = 20
MOST_ACCESSES = 100


class Shown(NamedTuple):
    """The page of a member's data: copies, accesses, and data taken out by operators."""

    exports: list[DataExport]
    waiting: bool
    looks: list[LogEntry]
    taken_out: list[SpaceOperation]
    erasure: Erasure | None


class Sheet(NamedTuple):
    """A table of a copy, as its page shows it to people."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    pictures: list[str]
    is_cut: bool


def shown(person: User) -> Shown:
    """Return the contents of a member's data page."""
    exports = list(DataExport.objects.filter(person=person).order_by("-asked_at")[:MOST_LISTED])
    looks = data_accesses_of(person).order_by("-at")[:MOST_ACCESSES]
    return Shown(
        exports,
        any(one.ready_at is None for one in exports),
        list(looks),
        _taken_out(person),
        erasure_of(person),
    )


def data_accesses_of(person: User) -> QuerySet[LogEntry]:
    """Return the accesses to a person's data, and those to all members' data since they joined."""
    at_all = Q(person=None, at__gte=person.created_at) & ~Q(by=person)
    return LogEntry.objects.filter(Q(person=person) | at_all)


def _taken_out(person: User) -> list[SpaceOperation]:
    """Return operators' exports of the space since a person joined, from the log in public."""
    here = schema.current()
    with schema.in_public():
        return [one for one in taken_out_of(here) if one.asked_at >= person.created_at]


def count_exports_since(person: User, since: dt.datetime) -> int:
    """Return the number of copies requested by a person since a moment."""
    return DataExport.objects.filter(person=person, asked_at__gt=since).count()


def is_waiting(person: User) -> bool:
    """Return True if a copy is in preparation for the person."""
    return DataExport.objects.filter(person=person, ready_at=None).exists()


def ready_export(reference: str, *, person: User) -> DataExport | None:
    """Return a person's copy, if it is ready."""
    return DataExport.objects.filter(
        reference=reference, person=person, ready_at__isnull=False
    ).first()


def exports_to_requeue(*, at: dt.datetime) -> QuerySet[DataExport]:
    """Return copies with a lost job."""
    return DataExport.objects.filter(
        ready_at=None, asked_at__lt=at - rules.PREPARED_WITHIN
    ).order_by("asked_at")


def old_exports(*, at: dt.datetime) -> QuerySet[DataExport]:
    """List copies that are kept no longer."""
    return DataExport.objects.filter(ready_at__lt=at - rules.RETENTION)


def lost_files(*, at: dt.datetime) -> list[str]:
    """Return the files of copies without a row, except those in preparation."""
    folder = f"{schema.current()}/{rules.FOLDER}"
    try:
        _folders, found = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    named = set(DataExport.objects.exclude(name="").values_list("name", flat=True))
    lost = {f"{folder}/{name}" for name in found} - named
    old = at - rules.LOST_AFTER
    return [name for name in sorted(lost) if default_storage.get_modified_time(name) < old]


def retention_lines() -> list[tuple[str, str]]:
    """Return the kinds of personal data with their retention periods, from the models."""
    return retention.listed(settings.TENANT_APPS)


def recently_logged(access: hooks.DataAccess, *, by: User, at: dt.datetime) -> set[int | None]:
    """Return the people with the same access logged a moment ago."""
    entries = LogEntry.objects.filter(by=by, what=access.what, at__gt=at - rules.ONE_ACCESS)
    return set(entries.values_list("person_id", flat=True))


def personal_data(person: User) -> list[PersonalTable]:
    """Return the accesses to a person's data, and their copies."""
    looks = data_accesses_of(person)
    copies = DataExport.objects.filter(person=person)
    return [
        table("looks", _("Qui a regardé"), looks, "at", "by_name", "role", "what", "why"),
        table(
            "erasures",
            _("Effacements demandés"),
            Erasure.objects.filter(person=person),
            *("reference", "asked_at", "due_at"),
        ),
        table("copies", _("Copies demandées"), copies, "reference", "asked_at", "ready_at"),
    ]


def erasure_of(person: User) -> Erasure | None:
    """Return a person's erasure, if it was requested."""
    return Erasure.objects.filter(person=person).select_related("person").first()


def erasure_for_change(erasure_id: int) -> Erasure | None:
    """Take an erasure that was not carried out, unless another job does so now."""
    rows = Erasure.objects.filter(pk=erasure_id, done_at=None).select_related("person")
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def due_erasures(*, at: dt.datetime) -> QuerySet[Erasure]:
    """Return erasures past their grace period."""
    return Erasure.objects.filter(done_at=None, due_at__lte=at).order_by("due_at")


def erasures_to_mail() -> QuerySet[Erasure]:
    """Return erasures that may still be cancelled, for the mail about them."""
    return Erasure.objects.filter(done_at=None).select_related("person")


def unmailed_erasures(*, at: dt.datetime) -> QuerySet[Erasure]:
    """Return erasures with a mail that may have been lost."""
    late = at - rules.PREPARED_WITHIN
    return erasures_to_mail().filter(mailed_at=None, asked_at__lt=late).order_by("asked_at")


def leavers_to_erase(*, at: dt.datetime) -> QuerySet[User]:
    """Return, locked, leavers past their retention period without a pending erasure.

    The lock waits for a leaver returning at this moment.
    """
    ids = erasing.leavers_before(at - retention.LEAVER_RETENTION + rules.LEAVERS_WARNED)
    under_way = Erasure.objects.filter(person__in=ids).values("person")
    gone = User.objects.filter(pk__in=ids, is_active=False).exclude(pk__in=under_way)
    return gone.order_by("pk").select_for_update(of=("self",))


def person_within(reference: str, *, duties: frozenset[hooks.Duty]) -> User | None:
    """Return a present or former member by reference, if these duties cover them."""
    person = User.objects.filter(reference=reference).first()
    if person is None or not rules.administers(audiences.employer_of(person), duties):
        return None
    return person


def names_of(person: User) -> tuple[str, ...]:
    """Return the names of a person in notifications to other members."""
    return tuple({person.display_name, person.short_name} if person.last_name else ())


def archive_of(person: User, *, at: dt.datetime) -> bytes:
    """Return a person's data from all rooms as a ZIP: HTML and CSV to read, JSON for programs."""
    with translation.override(person.language):
        tables = hooks.personal_data.collect(person)
        shown = [
            Sheet(
                each.title,
                wording.headings(each),
                wording.lines(each),
                [_file_in_copy(name) for name in each.files],
                is_cut=each.is_cut,
            )
            for each in tables
        ]
        context = {"tables": shown, "person": person, "at": at, "space": own_space()}
        page = render_to_string("personal_data/archive.html", context)
        sheets = {each.name: _sheet_of(each) for each in tables}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZ-MOI.html" if person.language == "fr" else "README.html", page)
        archive.writestr("data.json", _json_of(person, tables, at=at))
        for each in tables:
            archive.writestr(f"csv/{each.name}.csv", sheets[each.name])
            for name in each.files:
                _add_file(archive, name)
    return packed.getvalue()


def _json_of(person: User, tables: list[PersonalTable], *, at: dt.datetime) -> str:
    document: dict[str, Any] = {
        "person": person.reference,
        "made_at": at.isoformat(),
        "tables": {
            each.name: [
                dict(zip(each.columns, map(written, row), strict=True)) for row in each.rows
            ]
            for each in tables
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _sheet_of(shown_table: PersonalTable) -> str:
    rows = [[cells.text(value) for value in row] for row in wording.lines(shown_table)]
    return cells.sheet([wording.headings(shown_table), *rows])


def _add_file(archive: zipfile.ZipFile, name: str) -> None:
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            archive.writestr(_file_in_copy(name), file.read())


def _file_in_copy(name: str) -> str:
    return f"files/{name.rpartition('/')[2]}"
