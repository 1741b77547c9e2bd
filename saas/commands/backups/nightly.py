"""A night's work: a backup, the figures of its end, and a trial that restores it."""

import datetime as dt
import time
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone

from saas.commands.backups import figures, files, repository, side
from saas.commands.backups.programs import BackupFailedError
from saas.kernel import schema
from saas.monitoring import actions, queries
from saas.monitoring.models import Backup
from tenants.spaces.database import server
from tenants.spaces.database.cells import directory

ARCHIVED_SECONDS = 300


def take(*, full: bool = False, cell: str = "") -> Backup:
    """Back up database and files and record the figures. Raises BackupFailedError.

    The repository is that of the cluster at hand; files belong to home's backup.

    The backup is full if there is no backup yet, or the newest full backup has reached its age.
    """
    repository.prepare()
    beat = repository.rhythm(settings.BACKUP_DAYS)
    kind = repository.FULL if full or _is_due(beat.days_of_a_full) else repository.INCREMENTAL
    if not cell:
        files.backup()
    taken = repository.backup(kind, retention=beat.retention)
    measured, lsn = _measure(cell)
    backup = Backup(**taken._asdict(), cell=cell, end_lsn=lsn, figures=measured)
    return actions.record_backup(backup=backup)


def _is_due(days: int) -> bool:
    newest = repository.newest_full()
    return newest is None or timezone.now() - newest.taken_at > dt.timedelta(days=days, hours=-2)


def _measure(cell: str) -> tuple[figures.Bounds, str]:
    """Measure on both sides of a point of the log, and wait until the log is kept so far."""
    with psycopg.connect(**_login(cell), autocommit=True) as connection:
        spaces = figures.sample(connection, cell)
        before = figures.measure(connection, spaces)
        lsn = _ask(connection, "SELECT pg_current_wal_flush_lsn()::text")
        after = figures.measure(connection, spaces)
        _wait_until_kept(connection, lsn)
    return figures.bounds(before, after), lsn


def _ask(connection: psycopg.Connection[Any], question: str, *values: str) -> str:
    row = connection.execute(question.encode(), values).fetchone()
    return str(row[0]) if row else ""


def _wait_until_kept(connection: psycopg.Connection[Any], lsn: str) -> None:
    """Wait for the archiver: `archive_timeout` ends a piece of the log each minute."""
    name = _ask(connection, "SELECT pg_walfile_name(%s::pg_lsn)", lsn)
    deadline = time.monotonic() + ARCHIVED_SECONDS
    archived = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
    while _ask(connection, archived) < name:
        if time.monotonic() > deadline:
            failed = _ask(connection, "SELECT coalesce(last_failed_wal, '') FROM pg_stat_archiver")
            raise BackupFailedError(
                f"the log {name} was not archived in {ARCHIVED_SECONDS} s (last failure:"
                f" {failed or 'none'}): look for archive_command in PostgreSQL's log"
            )
        # A quiet database does not end a WAL segment by itself: an empty transaction advances the
        # log.
        connection.execute("SELECT pg_current_xact_id()")
        time.sleep(1)


def mark(cell: str = "") -> Backup:
    """Keep the figures of this moment, of a database with another keeper of backups.

    That keeper's log is kept so far once this returns. Raises BackupFailedError.
    """
    at = timezone.now()
    measured, lsn = _measure(cell)
    label = f"mark {at:%Y%m%d-%H%M%S}"
    sizes = dict.fromkeys(("duration_ms", "size_bytes", "stored_bytes"), 0)
    return actions.record_backup(
        backup=Backup(
            cell=cell,
            label=label,
            is_full=False,
            taken_at=at,
            end_lsn=lsn,
            figures=measured,
            **sizes,
        )
    )


def compare(cell: str = "") -> Backup:
    """Compare a cluster that the keeper restored to the newest mark, at DATABASE_SIDE_URL.

    Raises BackupFailedError if there is no mark, or no such cluster.
    """
    if "side" not in settings.DATABASES:
        raise BackupFailedError("DATABASE_SIDE_URL names the restored cluster, and is not set")
    backup = _newest(cell)
    began = time.monotonic()
    try:
        login = server.address(settings.DATABASES["side"])
        with psycopg.connect(**login, autocommit=True) as connection:
            found = figures.measure(connection, figures.spaces_of(backup.figures))
        fault = "; ".join(figures.differences(backup.figures, found)[: figures.MOST_NAMED])
    except psycopg.Error as error:
        fault = str(error).strip().partition("\n")[0]
    return _record(backup, fault, began)


def check(cell: str = "") -> Backup:
    """Restore the newest backup into a temporary cluster, compare it, and record the result.

    Raises BackupFailedError if there is no backup at all.
    """
    backup = _newest(cell)
    began = time.monotonic()
    try:
        fault = "; ".join(_faults(backup)[: figures.MOST_NAMED])
    except (BackupFailedError, psycopg.Error) as error:
        fault = str(error).strip().partition("\n")[0]
    return _record(backup, fault, began)


def _newest(cell: str) -> Backup:
    with schema.in_public():
        backup = queries.last_backup(cell)
    if backup is None:
        raise BackupFailedError("no backup was recorded: run `manage.py backup nightly`")
    return Backup.objects.get(pk=backup.pk)


def _record(backup: Backup, fault: str, began: float) -> Backup:
    """Record the outcome of a trial that began at a time of the monotonic clock."""
    actions.record_check(
        backup_id=backup.pk, fault=fault, seconds=time.monotonic() - began, at=timezone.now()
    )
    return Backup.objects.get(pk=backup.pk)


def _faults(backup: Backup) -> list[str]:
    side.room_for(backup.size_bytes)
    with side.restored(
        _login(backup.cell), label=backup.label, lsn=backup.end_lsn, major=server.check()
    ) as connection:
        found = figures.measure(connection, figures.spaces_of(backup.figures))
    wrong = figures.differences(backup.figures, found)
    return wrong if backup.cell else wrong + _faults_of_files(found)


def _faults_of_files(found: figures.Figures) -> list[str]:
    """Return the archives with a copy that differs from the digest in the restored database."""
    if not files.is_wanted():
        return []
    files.check()
    archives = {name: value for name, value in found.items() if name.startswith(figures.ARCHIVE)}
    return [
        f"the file of {name} is another one in the copy"
        for name, digest in archives.items()
        if files.digest_of(name.removeprefix(figures.ARCHIVE)) != digest
    ]


def _login(cell: str) -> dict[str, Any]:
    """Return the owner's login in a cluster, as which this command runs."""
    return server.address(connections[directory.alias_in(cell, "default")].settings_dict)
