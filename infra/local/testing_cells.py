"""A second cluster of a test run: the space south lives in the cell `east` (TROOVON_TEST_CELLS=2).

Both clusters are copies of the template; each is left one of its two spaces.
"""

import os
import signal
import time
from pathlib import Path

import psycopg

from infra.local.cells import NAME, SPREAD
from infra.local.processes import ROOT
from infra.local.servers import template
from infra.local.servers.postgres import SUPERUSER, Cluster

VARIABLE = "TROOVON_TEST_CELLS"
SETTINGS = template.SETTINGS | SPREAD | {"max_wal_senders": "10", "synchronous_commit": "on"}
SUBSCRIPTION = f"troovon_{NAME}"
GONE_SECONDS = 10.0


def are_asked_for() -> bool:
    """Return True if this run spreads its spaces over two clusters."""
    return os.environ.get(VARIABLE, "") == "2"


def begin(beside: Cluster, folder: Path, passwords: dict[str, str]) -> Cluster:
    """Start the cell, and part the two spaces of the templates."""
    cell = Cluster(
        data=folder / "pgdata-east",
        programs=beside.programs,
        log=folder / "postgresql-east.log",
        account=beside.account,
        settings=SETTINGS,
        stop_signal=signal.SIGQUIT,
        name="postgresql-east",
    )
    if template.fill(cell) != passwords:
        raise RuntimeError("both clusters are copies of one template")
    cell.begin()
    cell.wait()
    for cluster, other in ((beside, "south"), (cell, "north")):
        _part(cluster.url(SUPERUSER, passwords["superuser"], template.NAME), other)
    return cell


def _part(url: str, other: str) -> None:
    """Leave a cluster its own space: the other space is in the other cluster."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((ROOT / "infra/database/replication.sql").read_bytes())
        connection.execute(
            "UPDATE public.spaces_tenant SET cell = %s WHERE schema_name = 'south'", [NAME]
        )
        for statement in ("DROP SCHEMA {} CASCADE", "DROP OWNED BY {}", "DROP ROLE {}"):
            connection.execute(statement.format(other).encode())


def cut(home: str, there: str) -> None:
    """End the replication between two databases, so that both can be replaced."""
    with psycopg.connect(there, autocommit=True) as connection:
        row = connection.execute(
            "SELECT 1 FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
            " WHERE d.datname = current_database()"
        ).fetchone()
        for words in ("DISABLE", "SET (slot_name = NONE)") if row else ():
            connection.execute(f"ALTER SUBSCRIPTION {SUBSCRIPTION} {words}".encode())
        connection.execute(f"DROP SUBSCRIPTION IF EXISTS {SUBSCRIPTION}".encode())
    with psycopg.connect(home, autocommit=True) as connection:
        _drop_slot(connection)


def _drop_slot(connection: psycopg.Connection) -> None:
    find = "SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s"
    until = time.monotonic() + GONE_SECONDS
    while row := connection.execute(find, [SUBSCRIPTION]).fetchone():
        if row[0] is None:
            connection.execute("SELECT pg_drop_replication_slot(%s)", [SUBSCRIPTION])
        elif time.monotonic() > until:
            raise RuntimeError("the test's slot is still in use")
        else:
            connection.execute("SELECT pg_terminate_backend(%s)", [row[0]])
            time.sleep(0.01)


def join(home: str, there: str, *, source: str, tables: list[str]) -> None:
    """Let the cell's database follow the shared tables of home's, which are equal by now.

    `source` is the owner's URL of home: by it the cell subscribes.
    """
    with psycopg.connect(home, autocommit=True) as connection:
        named = ", ".join(f"public.{table}" for table in tables)
        connection.execute("DROP PUBLICATION IF EXISTS troovon_shared")
        connection.execute(f"CREATE PUBLICATION troovon_shared FOR TABLE {named}".encode())
    with psycopg.connect(there, autocommit=True) as connection:
        connection.execute(
            f"CREATE SUBSCRIPTION {SUBSCRIPTION} CONNECTION '{source}' PUBLICATION troovon_shared"
            f" WITH (slot_name = {SUBSCRIPTION}, copy_data = false,"
            " synchronous_commit = local)".encode()
        )
