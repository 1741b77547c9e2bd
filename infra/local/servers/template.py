"""The cluster that test runs copy: two spaces, kept until the code that builds them changes."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.local import environment, processes
from infra.local.processes import ROOT
from infra.local.servers import databases, postgres_account
from infra.local.servers.postgres import SUPERUSER, Cluster

NAME = "troovon_template"
STORED = ROOT / ".troovon" / "test-cluster"
WORDS = "saas/locale/*/LC_MESSAGES/*.po"
# Files that determine a new space's schema. Too many are only slower.
DECIDES = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/*/*/migrations/*.py",
    "*/sql/*.sql",
    "*/*/sql/*.sql",
    "*/*/*/sql/*.sql",
    "saas/settings.py",
    "saas/commands/preparation.py",
    "infra/settings*.py",
    "infra/demo/*.py",
    "infra/demo/management/**/*.py",
    "saas/kernel/models.py",
    "saas/kernel/schema.py",
    "saas/kernel/database/sql_files.py",
    "saas/kernel/pending_mail.py",
    "saas/kernel/private_pictures.py",
    "tenants/spaces/**/*.py",
    "infra/database/*.sql",
    "infra/local/servers/template.py",
    "infra/local/servers/databases.py",
    "requirements.lock",
)
# A crash loses a throw-away cluster anyway, so nothing is written twice or waited for.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "64MB",
    "min_wal_size": "8MB",
    "dynamic_shared_memory_type": "mmap",  # a kill then leaves nothing in /dev/shm
    # Its passwords are drawn at random: to make each connection derive a key slowly guards nothing.
    "scram_iterations": "1",
}
MOST_SECONDS = 1800  # limit for a hanging process: a busy machine takes minutes
SMALL_LOG = ("--wal-segsize=1",)


def key() -> str:
    """Name the state of the code that makes the two spaces."""
    digest = hashlib.sha256()
    for path in sorted({found for pattern in DECIDES for found in ROOT.glob(pattern)}):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def new_passwords() -> dict[str, str]:
    """Draw the passwords of a cluster's three logins."""
    return {name: secrets.token_hex(16) for name in ("superuser", "owner", "app")}


@contextlib.contextmanager
def _locked(kind: int) -> Iterator[None]:
    STORED.mkdir(parents=True, exist_ok=True)
    with (STORED / "lock").open("w") as lock:
        fcntl.flock(lock, kind)
        yield


def is_stored() -> bool:
    """Whether there is a cluster of this very code; making it compiles the translations, too."""
    compiled = all(po.with_suffix(".mo").exists() for po in ROOT.glob(WORDS))
    return compiled and (STORED / key()).exists()


def take(target: Path) -> dict[str, str] | None:
    """Copy the kept cluster, if the code has not changed since; give its passwords."""
    with _locked(fcntl.LOCK_SH):
        stored = STORED / key()
        if not is_stored():
            return None
        postgres_account.copy(stored / "pgdata", target)
        passwords: dict[str, str] = json.loads((stored / "passwords.json").read_text())
        return passwords


def logins(port: int, passwords: Mapping[str, str], database: str) -> dict[str, str]:
    """Return the database URLs of the product's two logins."""
    at = f"127.0.0.1:{port}/{database}"
    return {
        "DATABASE_URL": f"postgresql://troovon_app:{passwords['app']}@{at}",
        "DATABASE_OWNER_URL": f"postgresql://troovon_owner:{passwords['owner']}@{at}",
    }


def fill(cluster: Cluster) -> dict[str, str]:
    """Fill a stopped cluster with the two spaces, from the stored copy or newly created."""
    return take(cluster.data) or make(cluster)


def make(cluster: Cluster) -> dict[str, str]:
    """Make a cluster that holds the two spaces, keep a copy, leave it stopped."""
    passwords = new_passwords()
    cluster.finish_making(cluster.begin_making(passwords["superuser"], SMALL_LOG))
    cluster.begin()
    server = cluster.wait()
    admin = cluster.url(SUPERUSER, passwords["superuser"], "postgres")
    databases.set_password(admin, SUPERUSER, passwords["superuser"])  # as in the settings
    databases.make_roles(admin, owner_password=passwords["owner"], app_password=passwords["app"])
    databases.make_database(admin, NAME)
    _make_spaces(cluster, passwords)
    # An orderly end, so that the copies need no recovery.
    server.process.send_signal(signal.SIGINT)
    server.process.wait(timeout=30)
    _store(cluster.data, passwords)
    return passwords


def _make_spaces(cluster: Cluster, passwords: Mapping[str, str]) -> None:
    settings = {
        **logins(cluster.port, passwords, NAME),
        "SECRET_KEY": secrets.token_hex(32),
        "TROOVON_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "infra.settings_test",
    }
    child = processes.start(
        "prepare_tests",
        [sys.executable, ROOT / "manage.py", "prepare_tests"],
        log=cluster.log.with_name("prepare_tests.log"),
        env=environment.of_process("manage", settings),
    )
    processes.finish(child, seconds=MOST_SECONDS)


def _store(source: Path, passwords: Mapping[str, str]) -> None:
    """Keep a stopped cluster for later runs and forget those of older code."""
    making = STORED / f"{key()}.{os.getpid()}"
    making.mkdir(mode=0o700, parents=True)
    postgres_account.copy(source, making / "pgdata")
    word = making / "passwords.json"
    word.touch(mode=0o600)
    word.write_text(json.dumps(dict(passwords)))
    with _locked(fcntl.LOCK_EX):
        for older in STORED.glob("*/"):
            if older.name.partition(".")[0] != key():
                shutil.rmtree(older, ignore_errors=True)
        with contextlib.suppress(OSError):  # another run was faster
            making.rename(STORED / key())
    shutil.rmtree(making, ignore_errors=True)
