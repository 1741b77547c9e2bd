"""The script that the PostgreSQL image runs, run against a real and empty PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.local import processes
from infra.local.servers import postgres, postgres_account, template

DATABASE_FILES = processes.ROOT / "infra" / "database"


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """Yield an empty cluster, as the image creates it."""
    folder = Path(tempfile.mkdtemp(prefix="troovon-init-"))
    folder.chmod(0o711)
    found = postgres.Cluster(
        data=folder / "pgdata",
        programs=postgres.programs(postgres_account.of(processes.ROOT / ".troovon")),
        log=folder / "postgresql.log",
        account=postgres_account.account(),
        settings=template.SETTINGS,
        stop_signal=signal.SIGQUIT,
    )
    found.finish_making(found.begin_making("superuser", template.SMALL_LOG))
    found.begin()
    child = found.wait()
    yield found
    processes.stop([child])
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def initialised(cluster: postgres.Cluster) -> postgres.Cluster:
    tools = postgres.package() / "pginstall" / "bin"
    subprocess.run(  # noqa: S603 - our own script
        [str(DATABASE_FILES / "docker-init.sh")],
        check=True,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(cluster.port),
            "PGPASSWORD": "superuser",
            "POSTGRES_USER": postgres.SUPERUSER,
            "TROOVON_SQL": str(DATABASE_FILES),
            "TROOVON_OWNER_PASSWORD": "owner's own",
            "TROOVON_APP_PASSWORD": "app",
        },
    )
    return cluster


def test_the_app_enters_with_its_password_and_may_become_the_public_role(
    initialised: postgres.Cluster,
) -> None:
    with psycopg.connect(initialised.url("troovon_app", "app", "troovon")) as connection:
        connection.execute("SET ROLE troovon_public")
        row = connection.execute("SELECT public.sort_key('Été')").fetchone()
    assert row == ("ete",)


def test_a_wrong_password_is_refused(initialised: postgres.Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(initialised.url("troovon_app", "wrong", "troovon"))


def test_the_owner_builds_a_schema_and_its_role(initialised: postgres.Cluster) -> None:
    url = initialised.url("troovon_owner", "owner%27s%20own", "troovon")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA t_one")
        connection.execute("CREATE ROLE t_one")
        connection.execute("GRANT t_one TO troovon_app WITH INHERIT FALSE, SET TRUE")
        connection.execute("GRANT troovon_shared TO t_one")
        connection.rollback()


def test_init_scripts_leave_the_roles_of_the_local_runtime(
    initialised: postgres.Cluster, django_db_setup: None
) -> None:
    question = (
        "SELECT rolname, rolsuper, rolcreaterole, rolcanlogin, rolinherit, rolconfig FROM pg_roles "
        "WHERE rolname LIKE 'troovon\\_%' ORDER BY rolname"
    )
    with psycopg.connect(initialised.url("troovon_app", "app", "troovon")) as connection:
        here = connection.execute(question).fetchall()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        there = connection.execute(question).fetchall()
    assert here == there
    assert len(here) == len(["app", "owner", "public", "shared"])


@pytest.mark.parametrize("beside", ["postgres", "template1"])
def test_app_enters_no_database_beside_the_products(
    initialised: postgres.Cluster, beside: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(initialised.url("troovon_app", "app", beside))


def test_statement_of_the_app_writes_one_gigabyte_aside_at_most(
    initialised: postgres.Cluster,
) -> None:
    with psycopg.connect(initialised.url("troovon_app", "app", "troovon")) as connection:
        assert connection.execute("SHOW temp_file_limit").fetchone() == ("1GB",)
