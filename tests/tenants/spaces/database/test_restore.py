"""A database dumped and restored into a new cluster is as sealed as before."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from infra.local import processes, testing
from infra.local.servers import databases, postgres, postgres_account, template
from tenants.spaces.database import locks
from tests.tenants.spaces.database import connecting

SUPERUSERS = f"CREATE ROLE {postgres.SUPERUSER};", f"ALTER ROLE {postgres.SUPERUSER} WITH"
TOOLS = postgres.package() / "pginstall" / "bin"


def run(program: str, *words: str, url: str) -> bytes:
    """Run a program of PostgreSQL, as a backup operator does."""
    done = subprocess.run(  # noqa: S603 - our own words
        [str(TOOLS / program), *words, "-d", url],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def restored(django_db_setup: None) -> Iterator[Any]:
    """Yield a new cluster with the same roles and database, with its privileges and without."""
    folder = Path(tempfile.mkdtemp(prefix="troovon-restored-", dir=testing.place_for_a_while()))
    folder.chmod(0o711)
    cluster = postgres.Cluster(
        data=folder / "pgdata",
        programs=postgres.programs(postgres_account.of(processes.ROOT / ".troovon")),
        log=folder / "postgresql.log",
        account=postgres_account.account(),
        settings=template.SETTINGS,
        stop_signal=signal.SIGQUIT,
    )
    cluster.finish_making(cluster.begin_making("superuser", template.SMALL_LOG))
    cluster.begin()
    child = cluster.wait()
    admin = cluster.url(postgres.SUPERUSER, "superuser", "postgres")
    here = testing.described()["admin"].rpartition("/")[0]
    roles = run("pg_dumpall", "--roles-only", url=f"{here}/postgres").decode()
    with psycopg.connect(admin, autocommit=True) as connection:
        for line in roles.splitlines():
            # The superuser exists already, and psql's own commands are not the server's.
            ours = line.startswith(("CREATE ROLE", "ALTER ROLE", "GRANT"))
            if ours and not line.startswith(SUPERUSERS):
                connection.execute(line)
    databases.close_cluster(admin)
    dump = folder / "dump"
    run("pg_dump", "-Fc", "-f", str(dump), url=f"{here}/{testing.database()}")
    for name, words in (("sealed", ()), ("unsealed", ("--no-privileges",))):
        with psycopg.connect(admin, autocommit=True) as connection:
            # As restores are made: nothing of it comes from `template1`, which is closed.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        url = admin.replace("/postgres", f"/{name}")
        run("pg_restore", "--exit-on-error", *words, str(dump), url=url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute((databases.FILES / "access.sql").read_bytes())
    yield cluster
    processes.stop([child])
    shutil.rmtree(folder)


def faults_of(cluster: Any, name: str) -> list[str]:
    with connecting.open_connection() as open_connection:
        open_connection.settings_dict |= {"PORT": str(cluster.port), "NAME": name}
        connections[open_connection.alias] = open_connection
        found = locks.faults(open_connection.alias)
        del connections[open_connection.alias]
        return found


@pytest.mark.proof  # restores into a second cluster
@pytest.mark.django_db
def test_the_locks_survive_a_restore_into_a_new_cluster(restored: Any) -> None:
    assert faults_of(restored, "sealed") == []


@pytest.mark.proof
@pytest.mark.django_db
def test_a_restore_that_loses_the_rights_is_noticed(restored: Any) -> None:
    found = faults_of(restored, "unsealed")
    assert any("set_config may be called by PUBLIC" in sentence for sentence in found)
    assert any("pg_settings may be updated by PUBLIC" in sentence for sentence in found)
    assert any("the rights in public" in sentence for sentence in found)
