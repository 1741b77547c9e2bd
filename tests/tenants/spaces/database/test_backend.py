"""The backend switches once, forgets what a rollback took back, and never falls through."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from infra.local import testing
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.database import base
from tests.fixtures.people import make_user


def who() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, current_schema()::text")
        role, path = cursor.fetchone()
    return role, path


def test_a_space_works_with_its_own_role_and_path(db: None) -> None:
    with schema.inside("north"):
        assert who() == ("north", "north")
    assert who() == ("troovon_public", "public")


def test_staying_in_a_space_sends_nothing_twice(db: None) -> None:
    with schema.inside("north"):
        who()
        before = schema.connection().switches
        who()
        assert schema.connection().switches == before


def test_a_rollback_that_takes_the_switch_back_is_noticed(db: None) -> None:
    schema.enter("public")
    who()
    with schema.inside("north"), transaction.atomic():
        assert who() == ("north", "north")
        transaction.set_rollback(True)
    assert who() == ("troovon_public", "public")
    with schema.inside("north"):
        assert who() == ("north", "north")


def test_a_rolled_back_savepoint_that_takes_the_switch_back_is_noticed(db: None) -> None:
    with transaction.atomic():
        schema.enter("public")
        who()
        before = transaction.savepoint_create()
        schema.enter("north")
        who()
        transaction.savepoint_rollback(before)
        assert who() == ("north", "north")
    schema.enter("public")


def test_a_space_that_is_missing_is_an_error_and_nothing_falls_through_to_public(db: None) -> None:
    with (
        schema.inside("t_missing"),
        pytest.raises(DatabaseError, match="t_missing"),
        transaction.atomic(),
    ):
        User.objects.count()


def test_a_name_that_is_no_name_is_never_sent(db: None) -> None:
    with schema.inside('north"; RESET ROLE; --'), pytest.raises(DatabaseError, match="no name"):
        User.objects.count()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM south.accounts_user",
        "SELECT * FROM public.accounts_user",
        "SELECT * FROM public.spaces_tenant",
        "SELECT * FROM public.billing_ledgerentry",
        "SELECT set_config('role', 'south', false)",
        "INSERT INTO public.spaces_company (name) VALUES ('x')",
        "CREATE TABLE north.mine (id int)",
        "TRUNCATE accounts_user",
        "DROP TABLE accounts_user",
        "UPDATE pg_settings SET setting = 'south' WHERE name = 'role'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_role_of_a_space_is_refused_what_is_not_its_own(db: None, statement: str) -> None:
    with schema.inside("north"), transaction.atomic():
        make_user("Nadia")
    with schema.inside("south"), transaction.atomic():
        make_user("Solene")
    with (
        schema.inside("north"),
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner|does not exist"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_second_statement_in_one_message_is_refused(db: None) -> None:
    with (
        schema.inside("north"),
        pytest.raises(ProgrammingError, match="multiple commands"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1; SET ROLE south")


def test_a_connection_goes_back_to_the_pool_without_its_space(db: None) -> None:
    another: Any = connection.copy()
    another.set_schema("north")
    try:
        with another.cursor() as cursor:
            cursor.execute("SELECT current_user::text")
            assert cursor.fetchone() == ("north",)
        base.reset_pooled(another.connection)
        with psycopg.Cursor(another.connection) as plain:
            plain.execute("SELECT current_user::text, current_setting('search_path')")
            assert plain.fetchone() == ("troovon_app", "pg_catalog")
    finally:
        another.close()


@pytest.fixture
def pooled(db: None) -> Iterator[Any]:
    """A connection as the web process has it: from a pool, here of one."""
    settings = {**connection.settings_dict, "CONN_MAX_AGE": 0}
    settings["OPTIONS"] = {**settings["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}
    wrapper: Any = base.DatabaseWrapper(settings, alias="pooled")
    wrapper.inc_thread_sharing()
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def pid_of(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_user::text")
        pid, role = cursor.fetchone()
    assert role == wrapper.schema_name
    return int(pid)


def test_a_pooled_connection_comes_back_in_no_space(pooled: Any) -> None:
    for name in ("north", "south", "north"):
        pooled.set_schema(name)
        pid_of(pooled)
        pooled.close()


def test_a_pooled_connection_that_the_server_closed_is_replaced_before_it_is_used(
    pooled: Any,
) -> None:
    pooled.set_schema("north")
    first = pid_of(pooled)
    pooled.close()
    with psycopg.connect(testing.described()["admin"], autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert pid_of(pooled) != first
