"""The repository of the database: full and incremental backups, and the log that leads on."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from saas.commands.backups.programs import BackupFailedError, run

FULL, INCREMENTAL = "full", "incr"
MOST_DAYS_OF_A_FULL = 7


class Taken(NamedTuple):
    """A backup as the repository lists it."""

    label: str
    is_full: bool
    taken_at: dt.datetime
    duration_ms: int
    size_bytes: int
    stored_bytes: int


class Rhythm(NamedTuple):
    """Days between full backups, and days until a newer full backup replaces the old."""

    days_of_a_full: int
    retention: int


def rhythm(backup_days: int) -> Rhythm:
    """Return the rhythm that keeps no data longer than this number of days.

    A full backup is deleted once another full backup is `retention` days old: its data may be as
    old as the interval of full backups, and the nightly run a day late.
    """
    days = max(1, min(MOST_DAYS_OF_A_FULL, (backup_days - 1) // 2))
    return Rhythm(days, max(1, backup_days - days - 1))


def data_folder() -> Path:
    """Return the folder of PostgreSQL that pgBackRest copies."""
    folder = os.environ.get("PGBACKREST_PG1_PATH", "")
    if not folder or not os.environ.get("PGBACKREST_STANZA"):
        raise BackupFailedError("PGBACKREST_STANZA and PGBACKREST_PG1_PATH are not set")
    return Path(folder)


def newest() -> Taken | None:
    """Return the newest backup of the repository; None before the first."""
    found = _listed()
    return found[-1] if found else None


def newest_full() -> Taken | None:
    """Return the newest full backup of the repository; None before the first."""
    return next((one for one in reversed(_listed()) if one.is_full), None)


def _listed() -> list[Taken]:
    [stanza] = json.loads(_pgbackrest("info", "--output=json")) or [{}]
    return [_taken(row) for row in stanza.get("backup", []) if not row.get("error")]


def _taken(row: dict[str, Any]) -> Taken:
    began, ended = row["timestamp"]["start"], row["timestamp"]["stop"]
    return Taken(
        label=row["label"],
        is_full=row["type"] == FULL,
        taken_at=dt.datetime.fromtimestamp(ended, dt.UTC),
        duration_ms=(ended - began) * 1000,
        size_bytes=row["info"]["size"],
        stored_bytes=row["info"]["repository"]["delta"],
    )


def prepare() -> None:
    """Create the repository for this cluster, or do nothing if it is there."""
    _pgbackrest("stanza-create")


def backup(kind: str, *, retention: int) -> Taken:
    """Create a backup, let older backups expire, and return it."""
    _pgbackrest(
        *("backup", f"--type={kind}", "--start-fast"),
        *("--repo1-retention-full-type=time", f"--repo1-retention-full={retention}"),
    )
    taken = newest()
    if taken is None:
        raise BackupFailedError("pgbackrest took a backup and lists none")
    return taken


def restore(folder: Path, *, label: str, until: list[str]) -> None:
    """Restore a backup into an empty folder, to be led on by the log up to a point."""
    _pgbackrest(
        *("restore", f"--pg1-path={folder}", f"--set={label}", "--archive-mode=off"),
        *(*until, "--target-action=promote", "--no-delta"),
    )


def _pgbackrest(command: str, *words: str) -> bytes:
    return run(["pgbackrest", command, *words], of=data_folder())
