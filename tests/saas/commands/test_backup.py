"""A cluster is backed up, changed, backed up again and restored; a bad backup is found."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.local import environment, processes
from infra.local.processes import ROOT
from infra.local.servers import postgres, postgres_account, template
from infra.local.servers.postgres import SUPERUSER, Cluster
from tests.fixtures.programs import program

pytestmark = pytest.mark.proof
KEY = "a key of the repository"
SHOP = "INSERT INTO public.monitoring_scheduledjob (name, succeeded_at) VALUES (%s, now())"


class Installation:
    """A cluster with an archived log, a folder of files, and the command that backs both up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "data" / "files"
        self.cluster = Cluster(
            data=folder / "pgdata",
            programs=postgres.programs(postgres_account.of(ROOT / ".troovon")),
            log=folder / "postgresql.log",
            account=postgres_account.account(),
        )
        self.passwords = template.fill(self.cluster)
        self.env: dict[str, str] = {}

    def start(self) -> None:
        """Start PostgreSQL with an archive, and make an empty repository."""
        for name in ("repository", "log", "lock"):
            self.own(self.folder / name)
        (self.folder / "none.conf").touch(mode=0o644)
        self.files.mkdir(parents=True)
        (self.files / "one.txt").write_text("a file")
        self.cluster.settings = {
            "archive_mode": "on",
            "archive_command": self._archive_command(),
            "archive_timeout": "2",
            "track_commit_timestamp": "on",
        }
        self.cluster.begin()
        self.cluster.wait()
        self.env = self._environment()

    def own(self, path: Path) -> None:
        path.mkdir()
        if self.cluster.account:
            os.chown(path, *self.cluster.account)

    def options(self) -> dict[str, str]:
        return {
            "PGBACKREST_CONFIG": str(
                self.folder / "none.conf"
            ),  # Debian's own is the postgres account's
            "PGBACKREST_STANZA": "troovon",
            "PGBACKREST_PG1_PATH": str(self.cluster.data),
            "PGBACKREST_PG1_PORT": str(self.cluster.port),
            "PGBACKREST_PG1_USER": SUPERUSER,
            "PGBACKREST_REPO1_PATH": str(self.folder / "repository"),
            "PGBACKREST_REPO1_CIPHER_TYPE": "aes-256-cbc",
            "PGBACKREST_REPO1_CIPHER_PASS": KEY,
            "PGBACKREST_LOG_PATH": str(self.folder / "log"),
            "PGBACKREST_REPO1_BUNDLE": "y",
            "PGBACKREST_REPO1_BLOCK": "y",
            "PGBACKREST_COMPRESS_TYPE": "zst",
            "PGBACKREST_SPOOL_PATH": str(self.folder / "lock"),
            "PGBACKREST_LOCK_PATH": str(self.folder / "lock"),
            "PGBACKREST_LOG_LEVEL_CONSOLE": "warn",
        }

    def _archive_command(self) -> str:
        """Write the options before the command: this server starts without them around it."""
        words = [f"{name}='{value}'" for name, value in self.options().items()]
        return f"env {' '.join(words)} pgbackrest archive-push %p"

    def _environment(self) -> dict[str, str]:
        settings = {
            **template.logins(self.cluster.port, self.passwords, template.NAME),
            "SECRET_KEY": "0123456789" * 6,
            "MAIL_URL": "outbox:",
            "STRIPE_MODE": "test",
            "BACKUPS": "yes",
            "DATA_DIR": str(self.folder / "data"),
            # Those of tests keep files in memory, and nothing of them would be backed up.
            "DJANGO_SETTINGS_MODULE": "saas.settings",
        }
        found = environment.of_process("manage", settings)
        return {
            **found,
            **self.options(),
            "PATH": f"{self.cluster.programs}:{found['PATH']}:/usr/bin:/usr/sbin",
            "PGHOST": "127.0.0.1",
            "PGPASSWORD": self.passwords["superuser"],
            "RESTIC_REPOSITORY": str(self.folder / "files-repository"),
            "RESTIC_PASSWORD": KEY,
            "RESTIC_CACHE_DIR": str(self.folder / "cache"),
        }

    def backup(self, *words: str) -> dict[str, Any]:
        """Run the command and return its line, with its exit code."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and command
            [sys.executable, str(ROOT / "manage.py"), "backup", *words],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stdout.splitlines()
        assert lines, done.stderr
        found: dict[str, Any] = json.loads(lines[-1])
        return {**found, "code": done.returncode}

    def admin(self, port: int = 0) -> psycopg.Connection[Any]:
        """Connect as the superuser."""
        url = self.cluster.url(SUPERUSER, self.passwords["superuser"], template.NAME)
        return psycopg.connect(
            url.replace(f":{self.cluster.port}/", f":{port or self.cluster.port}/"), autocommit=True
        )

    def names(self, port: int = 0) -> set[str]:
        """Return the names that this test wrote and that a cluster holds."""
        with self.admin(port) as admin:
            rows = admin.execute(
                "SELECT name FROM public.monitoring_scheduledjob WHERE name LIKE 'trial %'"
            ).fetchall()
        return {name for (name,) in rows}


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    for name in ("pgbackrest", "restic"):
        program(name)
    folder = Path(tempfile.mkdtemp(prefix="troovon-backup-"))
    folder.chmod(0o711)
    found = Installation(folder)
    found.start()
    yield found
    processes.stop([found.cluster.wait()])
    shutil.rmtree(folder)


def test_full_then_incremental_backup_are_restored_and_compared(installation: Installation) -> None:
    first = installation.backup("nightly", "--full")
    assert (first["code"], first["kind"], first["is_good"]) == (0, "full", True), json.dumps(first)
    with installation.admin() as admin:
        admin.execute(SHOP, ["trial after the full one"])
    second = installation.backup("nightly")
    assert (second["code"], second["kind"], second["is_good"]) == (0, "incremental", True), (
        json.dumps(second)
    )
    assert second["stored_bytes"] < first["stored_bytes"]
    for one in (first, second):
        figures = ("kind", "seconds", "size_bytes", "stored_bytes", "check_seconds")
        print({name: one[name] for name in figures})  # noqa: T201 - a figure of the proof


def test_database_is_restored_to_a_moment(installation: Installation, tmp_path: Path) -> None:
    installation.backup("take")
    with installation.admin() as admin:
        admin.execute(SHOP, ["trial before the mistake"])
        found = admin.execute("SELECT clock_timestamp()").fetchone()
        time.sleep(0.1)
        admin.execute("DELETE FROM public.monitoring_scheduledjob WHERE name LIKE 'trial %'")
        admin.execute("SELECT pg_switch_wal()")
    assert found is not None
    moment: dt.datetime = found[0]
    target = moment.astimezone(dt.UTC).isoformat(sep=" ")
    with restored(installation, "--type=time", f"--target={target}") as port:
        assert "trial before the mistake" in installation.names(port)
    assert not installation.names()


def test_files_are_restored_to_another_folder(installation: Installation, tmp_path: Path) -> None:
    """By the commands of the runbook: all of it at its place, or the product's folder beside."""
    taken = installation.backup("take")
    assert taken["code"] == 0, taken
    data = installation.folder / "data"
    for words in (["latest", "--include", str(data)], [f"latest:{data}"]):
        target = tmp_path / str(len(words))
        subprocess.run(  # noqa: S603 - our own words
            ["restic", "restore", *words, "--target", str(target)],  # noqa: S607 - Debian's
            env=installation.env,
            check=True,
        )
        [found] = target.rglob("one.txt")
        assert found.read_text() == "a file"
    assert found == target / "files" / "one.txt"


def test_cluster_that_another_keeper_restored_is_compared(installation: Installation) -> None:
    """As on Kubernetes: the figures of a mark, and those of a cluster restored beside."""
    installation.backup("take")
    marked = installation.backup("mark")
    assert (marked["code"], marked["is_good"]) == (0, None)
    owner = template.logins(installation.cluster.port, installation.passwords, template.NAME)
    own, login = f":{installation.cluster.port}/", owner["DATABASE_OWNER_URL"]
    with restored(installation, "--type=lsn", f"--target={marked['lsn']}") as port:
        installation.env["DATABASE_SIDE_URL"] = login.replace(own, f":{port}/")
        same = installation.backup("compare")
        assert (same["code"], same["is_good"]) == (0, True), same
    installation.env["DATABASE_SIDE_URL"] = login  # it has one row more: the mark's own
    other = installation.backup("compare")
    del installation.env["DATABASE_SIDE_URL"]
    assert (other["code"], other["is_good"]) == (1, False)
    assert "public.monitoring_backup" in other["fault"]


@contextmanager
def restored(installation: Installation, *until: str) -> Iterator[int]:
    """Restore by the commands of the runbook, start the cluster, and yield its port."""
    folder = Path(tempfile.mkdtemp(prefix="restored-", dir=installation.folder))
    folder.chmod(0o711)
    side = Cluster(
        data=folder / "data",
        programs=installation.cluster.programs,
        log=folder / "postgresql.log",
        account=installation.cluster.account,
    )
    installation.own(side.data)
    side.data.chmod(0o700)
    user, group = installation.cluster.account or (None, None)
    subprocess.run(  # noqa: S603 - our own words
        [
            *("pgbackrest", "restore", f"--pg1-path={side.data}", *until),
            *("--target-action=promote", "--archive-mode=off"),
        ],
        env=installation.env,
        check=True,
        cwd="/",
        user=user,
        group=group,
    )
    with (side.data / "postgresql.auto.conf").open("a") as configuration:
        options = {**installation.options(), "PGBACKREST_PG1_PATH": str(side.data)}
        command = " ".join(f"{name}='{value}'" for name, value in options.items())
        quoted = command.replace("'", "''")
        configuration.write(f"restore_command = 'env {quoted} pgbackrest archive-get %f \"%p\"'\n")
    side.settings = {"hot_standby": "off"}
    side.begin()
    child = side.wait()
    try:
        yield side.port
    finally:
        processes.stop([child])


def test_row_that_a_backup_lost_is_found(installation: Installation) -> None:
    """Check a backup with fewer rows than its figures: a bad outcome and exit code."""
    installation.backup("take")
    with installation.admin() as admin:
        admin.execute(
            "UPDATE public.monitoring_backup SET figures = jsonb_set(figures,"
            " '{public.spaces_tenant}', '[1000, 1000]') WHERE id ="
            " (SELECT id FROM public.monitoring_backup ORDER BY taken_at DESC LIMIT 1)"
        )
    found = installation.backup("check")
    assert (found["code"], found["is_good"]) == (1, False)
    assert "public.spaces_tenant" in found["fault"]


def test_repository_that_lost_files_is_found(installation: Installation) -> None:
    whole = installation.backup("take")
    assert whole["is_good"] is None
    repository = installation.folder / "repository" / "backup" / "troovon"
    repository.rename(repository.with_name("lost"))
    try:
        found = installation.backup("check")
    finally:
        repository.with_name("lost").rename(repository)
    assert (found["code"], found["is_good"]) == (1, False)
    assert "pgbackrest" in found["fault"]
