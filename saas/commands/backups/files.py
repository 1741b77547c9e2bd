"""Stored files: a local folder is copied by restic; a bucket keeps its own versions."""

import os
from pathlib import Path

from django.conf import settings

from saas.commands.backups.programs import BackupFailedError, digest, run


def folder() -> Path | None:
    """Return the folder of stored files; None for a bucket, which keeps versions itself."""
    location = settings.STORAGES["default"]["OPTIONS"].get("location", "")
    is_here = settings.STORAGES["default"]["OPTIONS"]["keeper"].endswith("FileSystemStorage")
    return Path(location) if is_here else None


def is_wanted() -> bool:
    """Return True if files lie in a folder and a repository for them is named."""
    place = folder()
    return place is not None and place.is_dir() and bool(os.environ.get("RESTIC_REPOSITORY"))


def backup() -> None:
    """Copy the folder of files, create the repository the first time, let older copies go."""
    place = folder()
    if place is None:
        return
    if not os.environ.get("RESTIC_REPOSITORY"):
        raise BackupFailedError("files lie in DATA_DIR, and RESTIC_REPOSITORY is not set")
    if not place.is_dir():
        return  # nothing was stored yet
    try:
        run(["restic", "cat", "config"])
    except BackupFailedError:
        run(["restic", "init"])
    run(["restic", "backup", "--quiet", "--host", "troovon", place])
    period = f"{max(1, settings.BACKUP_DAYS - 1)}d"
    run(["restic", "forget", "--quiet", "--host", "troovon", "--keep-within", period, "--prune"])


def digest_of(name: str) -> str:
    """Return the SHA-256 of a file in the newest copy."""
    place = folder()
    if place is None:
        raise BackupFailedError("files lie in a bucket")
    return digest(["restic", "dump", "latest", place / name])


def check() -> None:
    """Read the repository's structure and a part of its data."""
    run(["restic", "check", "--quiet", "--read-data-subset=5%"])
