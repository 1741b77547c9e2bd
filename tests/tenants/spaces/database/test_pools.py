"""A connection that goes back to a pool keeps nothing of the request that had it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg_pool import PoolTimeout
from psycopg_pool.base import AttemptWithBackoff

from infra.local.processes import ROOT
from tenants.spaces.database import pools
from tests.fixtures.patience import PATIENCE
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.database.connecting import ask, who


@pytest.fixture
def pooled(own_database: None) -> Iterator[Any]:
    """Yield a connection like the web process's: from a pool, here with a single connection."""
    with connecting.open_connection(pool=1) as open_connection:
        yield open_connection


def test_session_state_of_a_request_is_gone_for_the_next(pooled: Any) -> None:
    pooled.set_schema("north")
    pid = ask(pooled, "SELECT pg_backend_pid()")
    ask(pooled, "SET lock_timeout = '9s'")
    with psycopg.Cursor(pooled.connection) as plain:  # the app's own cursors refuse both
        plain.execute("SET statement_timeout = '9s'")
        plain.execute("LISTEN something")
    ask(pooled, "PREPARE kept AS SELECT 1")
    ask(pooled, "DECLARE held CURSOR WITH HOLD FOR SELECT 'of the north'")
    pooled.close()
    pooled.set_schema("south")
    assert ask(pooled, "SELECT pg_backend_pid()") == pid
    assert ask(pooled, "SELECT current_setting('lock_timeout')") == ("0",)
    assert ask(pooled, "SELECT count(*) FROM pg_cursors WHERE is_holdable") == (0,)
    assert ask(pooled, "SELECT current_setting('statement_timeout')") == ("0",)
    assert ask(pooled, "SELECT count(*) FROM pg_prepared_statements") == (0,)
    assert ask(pooled, "SELECT count(*) FROM pg_listening_channels()") == (0,)
    assert ask(pooled, "SELECT current_setting('TimeZone')") == ("UTC",)


def test_connection_lies_in_the_pool_in_no_space_as_a_login_without_rights(pooled: Any) -> None:
    for name in ("north", "south", "north"):
        pooled.set_schema(name)
        assert who(pooled) == (name, name)
        pooled.close()
    with pooled.pool.connection() as raw, psycopg.Cursor(raw) as plain:
        plain.execute("SELECT current_user::text, current_setting('search_path')")
        assert plain.fetchone() == ("troovon_app", "pg_catalog")


def test_a_transaction_left_open_is_rolled_back(pooled: Any) -> None:
    pooled.set_schema("public")
    pooled.set_autocommit(False)
    same = ask(pooled, "SELECT pg_backend_pid()")
    ask(pooled, "UPDATE spaces_tenant SET name = 'taken' WHERE schema_name = 'north'")
    pooled.close()
    assert ask(pooled, "SELECT count(*) FROM spaces_tenant WHERE name = 'taken'") == (0,)
    assert ask(pooled, "SELECT pg_backend_pid()") == same


def test_pooled_connection_that_server_closed_is_replaced_before_it_is_used(pooled: Any) -> None:
    pooled.set_schema("north")
    first = ask(pooled, "SELECT pg_backend_pid()")
    pooled.close()
    with connecting.admin() as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", first)
    assert ask(pooled, "SELECT pg_backend_pid()") != first


@pytest.fixture
def pool_of_nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[pools.Pool, list[float]]]:
    """Yield a pool with an unreachable database, and the times of its attempts."""
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", 0.02)
    monkeypatch.setattr(pools, "AGAIN_SECONDS", 0.02)
    looked: list[float] = []

    class Nowhere(psycopg.Connection[Any]):
        @classmethod
        def connect(cls, *_: Any, **__: Any) -> Any:
            looked.append(time.monotonic())
            raise psycopg.OperationalError("connection refused")

    pool = pools.Pool(connection_class=Nowhere, min_size=1, max_size=4, timeout=2, open=False)
    pool.open()
    yield pool, looked
    pool.close()


def test_a_database_that_is_away_is_looked_for_as_often_after_a_while_as_at_first(
    pool_of_nothing: tuple[pools.Pool, list[float]],
) -> None:
    pool, looked = pool_of_nothing
    with pytest.raises(PoolTimeout):
        pool.getconn()
    # By tries that wait twice as long each time there would be seven.
    assert len(looked) > 20


def test_a_database_that_stays_away_holds_up_nobody_for_long(
    pool_of_nothing: tuple[pools.Pool, list[float]],
) -> None:
    pool, _looked = pool_of_nothing
    waits = []
    for _ in range(3):  # the second may come while it is not away for long enough
        began = time.monotonic()
        with pytest.raises(PoolTimeout):
            pool.getconn()
        waits.append(time.monotonic() - began)
    assert waits[0] >= pool.timeout > waits[-1]


SPACES = ("north", "south")


@pytest.mark.parametrize(("most", "is_reused"), [(2, True), (1, False)])
def test_a_pooled_connection_that_has_seen_too_many_spaces_is_replaced(
    pooled: Any, monkeypatch: pytest.MonkeyPatch, most: int, *, is_reused: bool
) -> None:
    monkeypatch.setattr(pools, "MOST_SPACES", most)
    pooled.set_schema("north")
    first = ask(pooled, "SELECT pg_backend_pid()")
    for _ in range(3):  # a space counts once, however often it is entered
        pooled.close()
        assert ask(pooled, "SELECT pg_backend_pid()") == first
    pooled.set_schema("south")
    assert ask(pooled, "SELECT pg_backend_pid()") == first
    pooled.close()
    assert (ask(pooled, "SELECT pg_backend_pid()") == first) is is_reused
    assert who(pooled) == ("south", "south")


@pytest.mark.parametrize(("most", "is_reused"), [(2, True), (1, False)])
def test_a_lasting_connection_that_has_seen_too_many_spaces_is_replaced(
    own_database: None, monkeypatch: pytest.MonkeyPatch, most: int, *, is_reused: bool
) -> None:
    monkeypatch.setattr(pools, "MOST_SPACES", most)
    with connecting.open_connection() as lasting:
        lasting.settings_dict["CONN_MAX_AGE"] = None
        for name in SPACES:
            lasting.set_schema(name)
            first = ask(lasting, "SELECT pg_backend_pid()")
        lasting.close_if_unusable_or_obsolete()
        assert (ask(lasting, "SELECT pg_backend_pid()") == first) is is_reused
        assert who(lasting) == ("south", "south")


def read_everything(connection: Any) -> None:
    """Let the server's process learn of every table of the space at hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname <> 'django_migrations'"
            " AND relnamespace = %s::regnamespace",
            [connection.schema_name],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')  # noqa: S608 - names of the catalogue


@pytest.mark.parametrize("pool", [1, None])
@pytest.mark.parametrize(("room", "is_reused"), [(64 * 2**20, True), (2**18, False)])
def test_backend_that_remembers_too_much_is_replaced(
    own_database: None,
    monkeypatch: pytest.MonkeyPatch,
    pool: int | None,
    room: int,
    *,
    is_reused: bool,
) -> None:
    """Check that memory decides, not the number of spaces: a space may read all its pages."""
    monkeypatch.setattr(pools, "MEASURED_AFTER", 1)
    with connecting.open_connection(**({"pool": pool} if pool else {})) as connection:
        connection.settings_dict["CONN_MAX_AGE"] = None
        connection.set_schema("north")
        first = ask(connection, "SELECT pg_backend_pid()")
        monkeypatch.setattr(pools, "MOST_BYTES", pools._bytes_of(connection.connection) + room)  # noqa: SLF001
        connection.force_switch()
        connection.set_schema("south")
        read_everything(connection)
        connection.close() if pool else connection.close_if_unusable_or_obsolete()
        assert (ask(connection, "SELECT pg_backend_pid()") == first) is is_reused
        assert who(connection) == ("south", "south")


def test_largest_backend_is_known_once_it_was_measured(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "MEASURED_AFTER", 1)
    with connecting.open_connection() as connection:
        connection.set_schema("north")
        ask(connection, "SELECT 1")
        assert not pools.is_worn(connection.connection)
        assert 2**20 < pools.most_backend_bytes() <= pools.MOST_BYTES


def visit(shared: Any, name: str) -> list[tuple[str, str]]:
    """Take a connection and give it back, time and again; return where it was not as it should."""
    open_connection, wrong = shared.copy(alias=shared.alias), []
    for _ in range(40):
        open_connection.set_schema(name)
        if (seen := who(open_connection)) != (name, name):
            wrong.append(seen)
        open_connection.close()
    return wrong


def test_more_threads_than_connections_each_find_their_own_space(own_database: None) -> None:
    names = ("north", "south") * 3
    with (
        connecting.open_connection(pool=2) as open_connection,
        ThreadPoolExecutor(len(names)) as threads,
    ):
        found = [threads.submit(visit, open_connection, name) for name in names]
        assert [each.result() for each in found] == [[]] * len(names)


def test_a_process_with_a_pool_ends_without_waiting_for_its_threads(own_database: None) -> None:
    used = (
        "import django; django.setup();"
        "from django.db import connection;"
        "connection.cursor().execute('SELECT 1'); assert connection.pool; connection.close();"
        "print('used', flush=True)"
    )
    child = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", used],
        cwd=ROOT,
        env={**os.environ, "TROOVON_PROCESS": "web", "DJANGO_SETTINGS_MODULE": "saas.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    assert child.stdout.readline() == "used\n", child.stderr.read()
    assert child.wait(timeout=PATIENCE) == 0
    assert "couldn't stop thread" not in child.stderr.read()
    child.stdout.close()
    child.stderr.close()
