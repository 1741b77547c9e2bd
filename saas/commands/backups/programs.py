"""Programs that copy and restore: pgBackRest for PostgreSQL, restic for files.

The location of their copies, and the key, are in their own variables (`PGBACKREST_…`, `RESTIC_…`),
which are passed on unchanged.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 12 * 3600
_CHUNK = 1 << 20
_VERSIONS = "/usr/lib/postgresql"


class BackupFailedError(Exception):
    """A program failed, or is missing; the message is a sentence with its last line."""


def run(words: Sequence[str | Path], *, of: Path | None = None) -> bytes:
    """Run a program and return its output. Raises BackupFailedError with its last line.

    As root, it runs as the owner of the folder `of`: PostgreSQL refuses root.
    """
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603 - our own words
            [str(word) for word in words],
            capture_output=True,
            check=True,
            cwd="/",
            timeout=LONGEST_SECONDS,
            **identity(of),
        )
    except FileNotFoundError:
        raise BackupFailedError(f"{words[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise BackupFailedError(f"{words[0]} did not end in {LONGEST_SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        raise BackupFailedError(f"{Path(words[0]).name}: {_reason(error)}") from None
    return done.stdout


def _reason(error: subprocess.CalledProcessError) -> str:
    """Return the line that names the fault: pgBackRest prints a stack and hints below it."""
    text: str = (error.stderr + error.stdout).decode(errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    named = [line for line in lines if "ERROR" in line or "Fatal" in line]
    candidates = [*named, *[line for line in lines if line], f"exit code {error.returncode}"]
    return candidates[0].rpartition("ERROR: ")[2][:250]


def digest(words: Sequence[str | Path]) -> str:
    """Run a program and return the SHA-256 of its output, of any length.

    Raises BackupFailedError.
    """
    found = hashlib.sha256()
    with subprocess.Popen(  # noqa: S603 - our own words
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout is not None  # noqa: S101 - asked for above
        while piece := running.stdout.read(_CHUNK):
            found.update(piece)
    if running.returncode:
        raise BackupFailedError(f"{Path(words[0]).name} {words[1]} failed")
    return found.hexdigest()


def identity(folder: Path | None) -> dict[str, Any]:
    """Return the account as which to run a program on a folder; empty: as ourselves."""
    if folder is None or os.geteuid() != 0:
        return {}
    owner = folder.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def server_program(name: str, major: int) -> str:
    """Find a program of PostgreSQL's own version: on the path, else where Debian keeps it."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), f"{_VERSIONS}/{major}/bin"])
    found = shutil.which(name, path=path)
    if found is None:
        raise BackupFailedError(f"{name} of PostgreSQL {major} is not installed")
    return found
