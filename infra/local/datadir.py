"""The data folder of a demo: a single demo at a time, a single version, complete or empty."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import IO, Any

from infra.local.processes import ROOT
from infra.local.servers import ports, postgres_account
from infra.local.servers.postgres import MAJOR, wait_for_predecessor
from infra.local.words import DISK_FULL, Trouble

DESCRIPTION = "stack.json"
# The number rises with each change that rewrites a migration: until the first release, the tables
# of an older folder are not brought up.
FORMAT = f"35 postgresql-{MAJOR}\n"
ENOUGH = 500 * 1000 * 1000
# All that a demo writes. The folder may also hold the private uv and the tests' cluster.
STATE = ("format", DESCRIPTION, "secrets.json", "ports.json", "product", "valkey", "stripe", "logs")
STATE_BESIDE_THE_DATABASE = (
    *("pgdata", "pgdata.word", "pgdata-east", "pgdata-east.word"),
    *("prepared", "seeded.json"),
)
# Schemas, icons, words and static files are made from all of this, in some corner or other.
PREPARED_FROM = (
    "saas/**/*",
    "tenants/**/*",
    "billing/**/*",
    "api/**/*",
    "frontend_templates/**/*",
    "infra/settings.py",
    "infra/demo/**/*",
    "infra/assets/**/*",
    "infra/database/*.sql",
    "requirements.lock",
)
MADE_FROM_THEM = {".pyc", ".mo", ".part"}
LOGINS = ("superuser", "owner", "app", "valkey")
SECRETS = (
    *LOGINS,
    "signing",
    "stripe",
    "snapshot",
    "connected",
    "thin",
    "health",
    "metrics",
    "vapid",
    "inbound",
)


class DataDir:
    """A demo's folder, locked by this process until it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._check_room()
            self._lock = self._take()
        except (FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError) as error:
            raise Trouble(
                f"{self.path} ne peut pas servir de dossier des données : "
                "donnez-en un autre avec --data-dir.",
                f"{self.path} cannot be used as a data folder: give another one with --data-dir.",
            ) from error
        self.ground = postgres_account.of(self.path)

    def open(self, *, reset: bool) -> None:
        """Keep the state of an earlier run, or start empty."""
        for data in (self.cluster, self.cell):
            wait_for_predecessor(data)
        if not reset:
            self._check_version()
        if reset or not self.seeded.exists():
            self.clear()
        self.description.unlink(missing_ok=True)  # of an earlier run, at other ports
        (self.path / "format").write_text(FORMAT)
        shutil.rmtree(self.logs, ignore_errors=True)
        for folder in (self.logs, self.path / "stripe", self.product):
            folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def description(self) -> Path:
        """Return the file that describes a running stack; an earlier run's until `open`."""
        return self.path / DESCRIPTION

    @property
    def logs(self) -> Path:
        """The folder of each process's log."""
        return self.path / "logs"

    @property
    def product(self) -> Path:
        """The product's data directory: files, e-mails, static files."""
        return self.path / "product"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.ground / "pgdata"

    @property
    def cell(self) -> Path:
        """The data directory of a second PostgreSQL, in a demo over two."""
        return self.ground / "pgdata-east"

    @property
    def seeded(self) -> Path:
        """The spaces and people of the demo; beside the database, so that both go together."""
        return self.ground / "seeded.json"

    def _check_room(self) -> None:
        if shutil.disk_usage(self.path).free < ENOUGH:
            raise Trouble(*DISK_FULL)

    def _take(self) -> IO[str]:
        lock = (self.path / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise Trouble(
                f"Une démo tourne déjà dans {self.path} : arrêtez-la d’abord, "
                "ou donnez un autre dossier avec --data-dir.",
                f"A demo is already running in {self.path}: stop it first, "
                "or give another folder with --data-dir.",
            ) from None
        return lock

    def _check_version(self) -> None:
        written = self.path / "format"
        found = written.read_text() if written.exists() else FORMAT
        version = self.cluster / "PG_VERSION"
        major = version.read_text().strip() if version.exists() else MAJOR
        if _number(found) < _number(FORMAT):
            raise Trouble(
                f"Les données de {self.path} ont été faites par un Troovon plus ancien, dont les "
                "tables ont été refaites depuis : celui-ci ne sait pas les lire. Relancez avec "
                "--reset pour les effacer et repartir de zéro, ou donnez un autre dossier avec "
                "--data-dir pour les garder.",
                f"The data in {self.path} was made by an older Troovon, whose tables have been "
                "redone since: this one cannot read it. Run again with --reset to erase it and "
                "start anew, or give another folder with --data-dir to keep it.",
            )
        if found != FORMAT or major != MAJOR:
            raise Trouble(
                f"Les données de {self.path} viennent d’une autre version : "
                "relancez avec --reset pour les effacer et repartir de zéro.",
                f"The data in {self.path} comes from another version: "
                "run again with --reset to erase it and start anew.",
            )

    def clear(self) -> None:
        """Remove all that a demo has written."""
        for name in STATE:
            _remove(self.path / name)
        for name in STATE_BESIDE_THE_DATABASE:
            _remove(self.ground / name)

    def close(self) -> None:
        """Give the folder up."""
        self._lock.close()

    def remove(self) -> None:
        """Release the folder, and remove it with its files elsewhere."""
        self.close()
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.ground, ignore_errors=True)

    def secrets(self) -> dict[str, str]:
        """Read the passwords and keys of this folder; draw those that it has not yet."""
        path = self.path / "secrets.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in SECRETS if name not in found]
        if missing:
            found |= {name: secrets.token_hex(32) for name in missing}
            write_privately(path, found)
        return found

    def port_of(self, name: str) -> int:
        """Return the port of a program that keeps its own from run to run, while it is free."""
        path = self.path / "ports.json"
        found: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        if name not in found or not ports.is_free(found[name]):
            found[name] = ports.any_free()
            write_privately(path, found)
        return found[name]

    def is_prepared(self) -> bool:
        """Whether database and static files were made from the code as it is."""
        path = self.ground / "prepared"
        manifest = self.product / "static" / "staticfiles.json"
        return path.exists() and manifest.exists() and path.read_text() == _fingerprint()

    def mark_prepared(self) -> None:
        """Store the fingerprint of the code behind the database and static files."""
        (self.ground / "prepared").write_text(_fingerprint())


def remove_if_abandoned(folder: Path) -> None:
    """Remove the folder of a killed run, unless its lock is still held."""
    try:
        with (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # a run still alive, or another person's
        return


def is_held(folder: Path) -> bool:
    """Whether a demo starts, runs or stops in a folder."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no such folder, or another person's
        return False
    return False


def write_privately(path: Path, content: Any) -> None:
    """Write JSON that only we may read."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, ensure_ascii=False))


def _number(written: str) -> int:
    """Return the number of a format; without a number, the highest: it is not older."""
    number = written.partition(" ")[0]
    return int(number) if number.isdecimal() and " " in written else sys.maxsize


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink(missing_ok=True)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted({found for pattern in PREPARED_FROM for found in ROOT.glob(pattern)}):
        if path.suffix in MADE_FROM_THEM or not path.is_file():
            continue
        digest.update(f"{os.fspath(path.relative_to(ROOT))}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
