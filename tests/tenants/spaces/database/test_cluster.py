"""The databases beside the product's own: no login enters, and functions are closed there, too."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from infra.local import testing
from infra.local.servers import databases, template
from tenants.spaces.database import birth, locks, logins
from tests.tenants.spaces.database import connecting

SPACE = "north"
# Statements that a foreign database would allow a role, though the product's own refuses them.
TRIED = [
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "CREATE TEMP TABLE aside (n int)",
    "DO $$ BEGIN END $$",
    "SELECT pg_advisory_lock(1)",
    f"SELECT pg_try_advisory_lock({birth.BLUEPRINT_LOCK})",
    "SELECT pg_notify('spaces', 'x')",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
    "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
    "UPDATE pg_settings SET setting = 'postgres' WHERE name = 'role'",
]


@pytest.fixture
def logged_in(own_database: None) -> Iterator[dict[str, str]]:
    """Yield the passwords of the app, and of a space with its own login."""
    app = testing.described()["passwords"]["app"]
    yield {"troovon_app": app, SPACE: logins.give(SPACE)}
    logins.withdraw(SPACE)


@contextlib.contextmanager
def entered(login: str, password: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    where = connections["owner"].settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=login,
        password=password,
        dbname=database,
        autocommit=True,
    ) as connection:
        yield connection


def others() -> list[tuple[str, bool]]:
    """Return every database that accepts connections, with True if it is the product's."""
    with connecting.admin() as admin:
        rows = admin.execute(
            "SELECT datname, datdba = 'troovon_owner'::regrole FROM pg_database"
            " WHERE datallowconn ORDER BY 1"
        ).fetchall()
    return [(str(name), bool(ours)) for name, ours in rows]


@pytest.mark.parametrize("login", ["troovon_app", SPACE])
def test_other_databases_let_no_login_in(logged_in: dict[str, str], login: str) -> None:
    strangers = [name for name, ours in others() if not ours]
    assert {"postgres", "template1"} <= set(strangers)
    for name in strangers:
        with (
            pytest.raises(psycopg.OperationalError, match="permission denied for database"),
            entered(login, logged_in[login], name),
        ):
            pass


@pytest.mark.parametrize("login", ["troovon_app", SPACE])
def test_our_database_refuses_what_has_no_schema(logged_in: dict[str, str], login: str) -> None:
    for name in (testing.database(), template.NAME):
        with entered(login, logged_in[login], name) as connection:
            for statement in TRIED:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


@pytest.mark.parametrize("beside", databases.BESIDE)
def test_functions_are_closed_in_databases_that_nobody_enters(db: None, beside: str) -> None:
    with connecting.admin(beside) as admin:
        open_to_all = admin.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ %s"
            " AND pronamespace = 'pg_catalog'::regnamespace"
            " AND has_function_privilege('troovon_app', oid, 'EXECUTE')",
            [locks.CLOSED],
        ).fetchall()
        settable = admin.execute(
            "SELECT has_function_privilege('public', 'set_config(text, text, boolean)', 'EXECUTE')"
        ).fetchone()
    assert open_to_all == []
    assert settable == (False,)


@pytest.fixture
def stranger(own_database: None) -> Iterator[str]:
    """Yield a database created by hand in the product's cluster."""
    name = f"stranger_{uuid.uuid4().hex[:8]}"
    made = sql.Identifier(name)
    with connecting.admin() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(made))
        yield name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


def test_database_made_by_hand_is_open_until_closed_and_is_named_meanwhile(stranger: str) -> None:
    (fault,) = [fault for fault in locks.inspect() if fault.lock == "elsewhere"]
    assert fault.sentence == f"beside this database, the app's roles may connect to {stranger}"
    with pytest.raises(SystemExit, match=f"not sealed: .*{stranger}"):
        locks.refuse_to_start_open()
    databases.close_cluster(testing.described()["admin"])
    assert locks.faults() == []
    with connecting.admin(stranger) as admin:  # a copy with its functions revoked
        closed = "SELECT has_function_privilege('troovon_app', 'lo_create(oid)', 'EXECUTE')"
        assert admin.execute(closed).fetchone() == (False,)


@pytest.mark.parametrize("role", ["troovon_app", "troovon_shared", "south"])
def test_role_of_product_that_may_enter_another_database_is_named(stranger: str, role: str) -> None:
    databases.close_cluster(testing.described()["admin"])
    granting = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
    with connecting.admin() as admin:
        admin.execute(granting.format(sql.Identifier(stranger), sql.Identifier(role)))
    assert [fault.sentence for fault in locks.inspect()] == [
        f"beside this database, the app's roles may connect to {stranger}"
    ]


def test_managed_server_starts_with_a_database_that_it_cannot_close(
    stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASE_IS_MANAGED", True)
    locks.refuse_to_start_open()
    assert stranger in " ".join(locks.faults())


@pytest.mark.parametrize("login", ["troovon_app", SPACE])
def test_login_lifts_no_bound_of_temporary_files(logged_in: dict[str, str], login: str) -> None:
    with entered(login, logged_in[login], testing.database()) as connection:
        assert connection.execute("SHOW temp_file_limit").fetchone() == ("1GB",)
        for statement in (
            "SET temp_file_limit = -1",
            f"ALTER ROLE {login} SET temp_file_limit = -1",
            f"ALTER DATABASE {testing.database()} SET temp_file_limit = -1",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_owner_that_builds_indexes_has_no_such_limit(own_database: None) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW temp_file_limit")
        assert cursor.fetchone() == ("-1",)
