"""A base backup, the write-ahead log after it, and a second server restored to a moment."""

import contextlib
import datetime as dt
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from infra.local.processes import finish, start, wait_until
from infra.local.servers import postgres, postgres_account
from infra.local.servers.postgres import SUPERUSER, Cluster

ARCHIVE_SECONDS = 60
RECOVERY_SECONDS = 300


@dataclass(frozen=True)
class Backups:
    """The archived log of a cluster, and its base backup."""

    folder: Path
    account: tuple[int, int] | None

    def make(self) -> None:
        """Create the folders; PostgreSQL writes to the log's folder as its own account."""
        for place in (self.folder, self.log):
            place.mkdir(mode=0o711, exist_ok=True)
            if self.account:
                os.chown(place, *self.account)

    @property
    def log(self) -> Path:
        """Return the folder for copies of finished log segments."""
        return self.folder / "log"

    @property
    def base(self) -> Path:
        """The folder of the base backup."""
        return self.folder / "base"

    def settings(self) -> Mapping[str, str]:
        """Return a cluster's settings to archive its log; commits carry their time."""
        path = f"{self.log}/%f"
        return {
            "wal_level": "replica",
            "max_wal_senders": "4",
            "archive_mode": "on",
            "archive_command": f"test ! -f {path} && cp %p {path}.part && mv {path}.part {path}",
            "track_commit_timestamp": "on",
        }

    def take(self, cluster: Cluster, password: str) -> float:
        """Copy the running cluster; return the seconds that it took."""
        began = time.monotonic()
        child = start(
            "pg_basebackup",
            [
                postgres.package() / "pginstall" / "bin" / "pg_basebackup",
                f"--dbname={cluster.url(SUPERUSER, password, 'postgres')}",
                f"--pgdata={self.base}",
                "--wal-method=none",
                "--checkpoint=fast",
                "--no-sync",
            ],
            log=self.folder / "basebackup.log",
            env=postgres.ENVIRONMENT,
        )
        finish(child, seconds=600)
        self._hand_over(self.base)
        return time.monotonic() - began

    def _hand_over(self, folder: Path) -> None:
        """Give a folder to the account that runs PostgreSQL."""
        if self.account:
            owner = ":".join(map(str, self.account))
            subprocess.run(["chown", "-R", owner, folder], check=True)  # noqa: S607

    def archive_now(self, cluster: Cluster, password: str) -> None:
        """Wait until all that was written so far is in the kept log."""
        with psycopg.connect(
            cluster.url(SUPERUSER, password, "postgres"), autocommit=True
        ) as admin:
            found = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        name = str(found[0]) if found else ""
        wait_until((self.log / name).exists, cluster.wait(), seconds=ARCHIVE_SECONDS)

    def begin_side(self, of: Cluster, *, at: dt.datetime) -> Cluster:
        """Start a second server from the backup that replays the log up to a moment.

        Commits up to that moment are included, later commits are not.
        """
        side = self.folder / "side"
        postgres_account.copy(self.base, side)
        (side / "recovery.signal").touch()
        cluster = Cluster(
            data=side,
            programs=of.programs,
            log=self.folder / "side.log",
            account=self.account,
            settings={
                **of.settings,
                "archive_mode": "off",
                "restore_command": f"cp {self.log}/%f %p",
                "recovery_target_time": at.astimezone(dt.UTC).isoformat(sep=" "),
                "recovery_target_action": "promote",
                "hot_standby": "off",
                # It is deleted afterwards: a crash loses no data beyond the backup.
                "fsync": "off",
            },
            stop_signal=of.stop_signal,
        )
        cluster.begin()
        return cluster

    def wait_for_side(self, side: Cluster, password: str, database: str) -> None:
        """Wait until the second server has reached its moment and accepts reads."""
        child = side.wait()

        def stands() -> bool:
            with (
                contextlib.suppress(psycopg.OperationalError),
                psycopg.connect(side.url(SUPERUSER, password, database)) as admin,
            ):
                found = admin.execute("SELECT NOT pg_is_in_recovery()").fetchone()
                return found == (True,)
            return False

        wait_until(stands, child, seconds=RECOVERY_SECONDS)
