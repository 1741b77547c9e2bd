"""The account and folder of PostgreSQL, which refuses root; `nobody` can't enter root's folders."""

import os
import pwd
import secrets
import shutil
import stat
import subprocess
import time
from pathlib import Path

from infra.local.words import Trouble

PREFIX = "troovon-root-"
AN_HOUR = 3600


def account() -> tuple[int, int] | None:
    """Return the ids of user and group for PostgreSQL: `nobody` if we are root, else None."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def of(folder: Path) -> Path:
    """Return the place for a data folder: the folder itself, or for root a folder open to all.

    The name comes from a random word kept in the folder, not from its path: a folder deleted and
    created again must never find the cluster of its predecessor.
    """
    if os.geteuid() != 0:
        return folder
    word = folder / "id"
    if not word.exists():
        word.write_text(secrets.token_hex(8))
    base = _common() / f"{PREFIX}{word.read_text().strip()}"
    sweep()
    _claim(base)
    _note_owner(base, word)
    return base


def _note_owner(base: Path, word: Path) -> None:
    """Record the place's owner atomically: half a record would have no owner, and be swept."""
    note = base / "checkout"
    if not note.exists() or note.read_text() != str(word):
        whole = base / f"checkout.{os.getpid()}"
        whole.write_text(str(word))
        whole.replace(note)


def _common() -> Path:
    """Return a folder of the system from where programs may be started."""
    place = Path("/var/tmp")  # noqa: S108 - the name below is random and its owner is checked
    return Path("/var/lib") if os.statvfs(place).f_flag & os.ST_NOEXEC else place


def _claim(base: Path) -> None:
    base.mkdir(mode=0o755, exist_ok=True)
    found = base.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022
    if not ours:
        raise Trouble(
            f"{base} existe et n’appartient pas à root : supprimez-le.",
            f"{base} exists and does not belong to root: remove it.",
        )
    base.chmod(0o755)


def copy(source: Path, target: Path) -> None:
    """Copy a cluster's folder; it keeps owner and mode, several times faster than in Python."""
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)  # noqa: S607


def sweep() -> None:
    """Remove the places with a deleted or recreated data folder."""
    for base in _common().glob(f"{PREFIX}*"):
        if _is_orphan(base):
            shutil.rmtree(base, ignore_errors=True)


def _is_orphan(base: Path) -> bool:
    try:
        found = base.lstat()
    except FileNotFoundError:  # another run swept it a moment ago
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        return False
    try:
        word = Path((base / "checkout").read_text())
        return word.read_text().strip() != base.name.removeprefix(PREFIX)
    except OSError:  # being made just now, or half removed, or its folder is gone
        return time.time() - found.st_mtime > AN_HOUR or (base / "checkout").exists()
