"""A second cluster beside a bench's: the cell `east`, on the same machine."""

import contextlib
import dataclasses
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from infra.benches.bench_servers import NAME, SETTINGS, Bench
from infra.local import processes
from infra.local.processes import ROOT
from infra.local.servers import databases, template
from infra.local.servers.postgres import SUPERUSER, Cluster

CELL = "east"
DATABASE = "troovon_east"
LOGICAL = template.SETTINGS | {
    "wal_level": "logical",
    "max_wal_senders": "10",
    "autovacuum": "on",
    "synchronous_commit": "on",  # as in production: a commit is sent to the cell at once
    "wal_retrieve_retry_interval": "500ms",
}
MOST_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class SecondCluster:
    """The cell's server, and the product's variables about it."""

    cluster: Cluster
    passwords: dict[str, str]

    def url(self, login: str) -> str:
        """Return the URL of its database for `app` or `owner`."""
        return self.cluster.url(f"troovon_{login}", self.passwords[login], DATABASE)

    @property
    def for_all(self) -> dict[str, str]:
        """The variables of each process."""
        return {"CELLS": f"{CELL}={self.url('app')}"}

    @property
    def for_owner(self) -> dict[str, str]:
        """The variables of a process that moves spaces."""
        return {**self.for_all, "CELL_OWNERS": f"{CELL}={self.url('owner')}"}


def copied(beside: Cluster, folder: Path, name: str) -> Cluster:
    """Return a stopped cluster with the programs and account of another."""
    return Cluster(
        data=folder / name,
        programs=beside.programs,
        log=folder / f"{name}.log",
        account=beside.account,
        settings=LOGICAL,
        stop_signal=signal.SIGQUIT,
    )


def make_cell(cluster: Cluster, passwords: dict[str, str]) -> None:
    """Turn a copy of the prepared cluster into an empty cell, ready for `cell add`."""
    admin = cluster.url(SUPERUSER, passwords["superuser"], "postgres")
    databases.make_database(admin, DATABASE)
    let_replicate(cluster, passwords, DATABASE)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {template.NAME} WITH (FORCE)".encode())
        connection.execute("DROP ROLE north")
        connection.execute("DROP ROLE south")


def let_replicate(cluster: Cluster, passwords: dict[str, str], database: str) -> None:
    """Run the superuser's file for a cluster beside others."""
    admin = cluster.url(SUPERUSER, passwords["superuser"], database)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute((ROOT / "infra/database/replication.sql").read_bytes())


def move_there(ground: Bench, second: SecondCluster, space: str) -> None:
    """Move a space of home to the cell by the operator's command."""
    child = processes.start(
        "move",
        [sys.executable, ROOT / "manage.py", "space", "move", space, CELL],
        log=ground.folder / "move.log",
        env={**ground.environment(NAME, SETTINGS, "manage"), **second.for_owner},
    )
    processes.finish(child, seconds=MOST_SECONDS)


@contextlib.contextmanager
def beside(ground: Bench) -> Iterator[SecondCluster]:
    """Start a second cluster, and prepare it by the operator's command.

    The bench was started with `LOGICAL`.
    """
    cluster = copied(ground.cluster, ground.folder, CELL)
    passwords = template.fill(cluster)
    cluster.begin()
    cluster.wait()
    try:
        make_cell(cluster, passwords)
        let_replicate(ground.cluster, dict(ground.passwords), NAME)
        second = SecondCluster(cluster, passwords)
        child = processes.start(
            "cell",
            [sys.executable, ROOT / "manage.py", "cell", "add", CELL],
            log=ground.folder / "cell.log",
            env={**ground.environment(NAME, SETTINGS, "manage"), **second.for_owner},
        )
        processes.finish(child, seconds=MOST_SECONDS)
        yield second
    finally:
        processes.stop([cluster.child] if cluster.child else [])
