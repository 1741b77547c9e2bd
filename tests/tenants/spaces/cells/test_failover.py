"""A standby takes over from a cell: its spaces go on there, and what is shared follows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from infra.benches import second_cluster
from infra.local import processes, testing
from infra.local.servers.backups import Backups
from infra.local.servers.postgres import SUPERUSER, Cluster
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Tenant
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT
from tests.tenants.spaces.cells.conftest import TwoClusters, started
from tests.tenants.spaces.database.connecting import ask

pytestmark = pytest.mark.proof
_CAUGHT_UP = "SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication"
_NAMED = "SELECT name FROM public.spaces_tenant WHERE id = %s"


@pytest.fixture(scope="module")
def two_clusters() -> Iterator[TwoClusters]:
    """Clusters of this test alone, since one of them is lost."""
    with started() as both:
        yield both


def ask_superuser(cluster: Cluster, both: TwoClusters, statement: str) -> Any:
    url = cluster.url(SUPERUSER, both.passwords["superuser"], "postgres")
    with psycopg.connect(url, autocommit=True) as admin:
        row = admin.execute(statement.encode()).fetchone()
        return row[0] if row else None


@pytest.fixture
def standby(cells: TwoClusters) -> Iterator[Cluster]:
    """Start a physical standby of the cell."""
    east = cells.east
    backups = Backups(Path(testing.described()["folder"]) / "standby", east.account)
    backups.make()
    ask_superuser(east, cells, "SELECT pg_create_physical_replication_slot('second', true)")
    backups.take(east, cells.passwords["superuser"])
    (backups.base / "standby.signal").touch()
    where = f"host=127.0.0.1 port={east.port} user={SUPERUSER}"
    second = Cluster(
        data=backups.base,
        programs=east.programs,
        log=backups.folder / "second.log",
        account=east.account,
        settings=second_cluster.LOGICAL
        | {
            "primary_conninfo": f"{where} password={cells.passwords['superuser']}",
            "primary_slot_name": "second",
        },
        stop_signal=east.stop_signal,
    )
    second.begin()
    second.wait()
    yield second
    processes.stop([second.child] if second.child else [])


def let_both_hosts_serve(cells: TwoClusters, second: Cluster) -> None:
    """Name the standby first, as in a URL with two hosts."""
    connections.close_all()
    for alias in ("default.east", "owner.east"):
        values = connections.settings[alias]
        options = values["OPTIONS"] | {"target_session_attrs": "read-write"}
        ports = f"{second.port},{cells.east.port}"
        values |= {"HOST": "127.0.0.1,127.0.0.1", "PORT": ports, "OPTIONS": options}
    directory.login_in.cache_clear()


def has(name: str) -> bool:
    return User.objects.filter(first_name=name).exists()


def make(name: str) -> None:
    User.objects.create(
        email=f"{name.lower()}@est.example", first_name=name, last_name="B", created_at=AT
    )


def test_space_follows_a_standby_of_its_cell(
    eastern: Tenant, cells: TwoClusters, standby: Cluster
) -> None:
    let_both_hosts_serve(cells, standby)
    with schema.inside(eastern.schema_name):
        make("Ada")
        assert ask(connection, "SELECT inet_server_port()") == (cells.east.port,)
    connection.close()
    wait_until(lambda: ask_superuser(cells.east, cells, _CAUGHT_UP))
    processes.stop([cells.east.child] if cells.east.child else [])
    ask_superuser(standby, cells, "SELECT pg_promote()")
    with schema.inside(eastern.schema_name):
        wait_until(goes_on)
        make("Bea")
        assert (has("Ada"), has("Bea")) == (True, True)
        assert ask(connection, "SELECT inet_server_port()") == (standby.port,)
    connections.close_all()
    Tenant.objects.using("owner").filter(pk=eastern.pk).update(name="Est")
    wait_until(lambda: ask(connections["owner.east"], _NAMED, eastern.pk) == ("Est",))


def goes_on() -> bool:
    try:
        return has("Ada")
    except OperationalError:
        connection.close()
        return False
