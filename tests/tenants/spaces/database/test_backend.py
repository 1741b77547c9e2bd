"""The backend switches once, forgets a rolled-back switch, and never falls through."""

import contextlib
import os
import socket
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import SpaceGone
from tenants.spaces.database import base
from tenants.spaces.models import Tenant
from tests.fixtures.people import make_user
from tests.tenants.spaces.database import connecting


def who() -> tuple[str, str]:
    return connecting.who(connection)


def test_a_space_works_with_its_own_role_and_path_and_sends_nothing_twice(db: None) -> None:
    with schema.inside("north"):
        assert who() == ("north", "north")
        before = schema.connection().switches
        assert who() == ("north", "north")
        assert schema.connection().switches == before
    assert who() == ("troovon_public", "public")


def test_rollback_of_the_switch_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "_stands_in", believes_itself)
    schema.enter("public")
    who()
    with schema.inside("north"), transaction.atomic():
        assert who() == ("north", "north")
        transaction.set_rollback(True)
    assert who() == ("troovon_public", "public")
    with schema.inside("north"):
        assert who() == ("north", "north")


def test_rollback_of_its_savepoint_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "_stands_in", believes_itself)
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
    for name, sentence in (("t_missing", "t_missing"), ('north"; RESET ROLE; --', "no name")):
        with (
            schema.inside(name),
            pytest.raises(DatabaseError, match=sentence),
            transaction.atomic(),
        ):
            User.objects.count()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM south.accounts_user",
        "SELECT * FROM public.accounts_user",
        "SELECT * FROM public.spaces_tenant",
        "SELECT * FROM public.billing_ledgerentry",
        "SELECT * FROM public.billing_share",
        "SELECT * FROM public.placements_flight",
        "SELECT * FROM public.django_session",
        "DELETE FROM public.city_services_cityservice",
        "UPDATE public.merchants_openinghours SET weekday = 0",
        "INSERT INTO public.spaces_shareditem DEFAULT VALUES",
        "DELETE FROM south.classifieds_classified",
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
    sentence = r"permission denied|must be owner|does not exist"
    with connecting.refused(sentence, space="north") as cursor:
        cursor.execute(statement)


def by_the_server(_cursor: Any, text: str) -> None:
    with connection.chunked_cursor() as chunked:
        chunked.execute(text)


@pytest.mark.parametrize(
    "way",
    [
        lambda cursor, text: cursor.execute(text),
        lambda cursor, text: cursor.execute(text, ()),
        lambda cursor, text: cursor.executemany(text, [()]),
        lambda cursor, text: cursor.copy(f"COPY (SELECT 1) TO STDOUT; {text}").__enter__(),
        by_the_server,
    ],
    ids=["plain", "with values", "many times", "copy", "a cursor of the server"],
)
def test_no_way_of_a_cursor_carries_a_second_statement(db: None, way: Any) -> None:
    with (
        schema.inside("north"),
        pytest.raises((ProgrammingError, psycopg.ProgrammingError), match="multiple commands"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        way(cursor, "SELECT 1; SET ROLE south")


def test_rows_that_come_in_chunks_are_read_and_copied_in_the_space(db: None) -> None:
    with schema.inside("north"), transaction.atomic():
        for name in ("Nadia", "Karim", "Yves"):
            make_user(name)
        names = {user.first_name for user in User.objects.iterator(chunk_size=1)}
        with connection.cursor() as cursor, cursor.copy("COPY accounts_user TO STDOUT") as copied:
            assert len(list(copied.rows())) == 3
        assert names == {"Nadia", "Karim", "Yves"}


def believes_itself(open_connection: Any, path: bytes) -> bool:
    """Return True if the cached path matches: a PostgreSQL before 18 reports no path."""
    return bool(open_connection._applied == path)  # noqa: SLF001 - what it believes is at stake


def test_a_commit_that_the_server_turns_into_a_rollback_is_noticed(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "_stands_in", believes_itself)
    with connecting.open_connection() as open_connection:
        assert connecting.who(open_connection) == ("troovon_public", "public")
        open_connection.set_schema("north")
        open_connection.set_autocommit(False)
        with contextlib.suppress(ProgrammingError):
            connecting.ask(open_connection, "SELECT * FROM there_is_no_such_table")
        open_connection.commit()
        assert connecting.who(open_connection) == ("north", "north")


def test_written_rollback_is_noticed_by_what_the_server_reports(own_database: None) -> None:
    with connecting.open_connection() as open_connection:
        connecting.who(open_connection)
        open_connection.set_autocommit(False)
        open_connection.set_schema("north")
        connecting.who(open_connection)
        connecting.ask(open_connection, "ROLLBACK")
        assert connecting.who(open_connection) == ("north", "north")


def test_autocommit_on_and_off_keeps_the_space(own_database: None) -> None:
    with connecting.open_connection() as open_connection:
        open_connection.set_schema("north")
        open_connection.set_autocommit(False)
        connecting.who(open_connection)
        open_connection.commit()
        open_connection.set_autocommit(True)
        switches = open_connection.switches
        assert connecting.who(open_connection) == ("north", "north")
        assert open_connection.switches == switches == 1


def test_a_cursor_that_is_kept_refuses_to_work_in_another_space(db: None) -> None:
    with schema.inside("north"), connection.cursor() as cursor_before:
        cursor_before.execute("SELECT 1")
        with schema.inside("south"):
            connection.cursor().execute("SELECT 1")
            with pytest.raises(DatabaseError, match=r"a cursor of 'north, public' .* 'south'"):
                cursor_before.execute("SELECT 1")
        cursor_before.execute("SELECT current_user::text")
        assert cursor_before.fetchone() == ("north",)


@pytest.mark.parametrize("lost", ["schema", "role"])
def test_half_a_space_is_an_error_that_names_it(own_database: None, lost: str) -> None:
    with connecting.admin() as admin:
        admin.execute("CREATE ROLE t_half; GRANT troovon_shared TO t_half")
        admin.execute("GRANT t_half TO troovon_app WITH INHERIT FALSE, SET TRUE")
        if lost == "role":
            admin.execute("CREATE SCHEMA t_half; REVOKE troovon_shared FROM t_half")
            admin.execute("REVOKE t_half FROM troovon_app; DROP ROLE t_half")
    try:
        with schema.inside("t_half"):
            for statement in (User.objects.count, lambda: connection.cursor().execute("SELECT 1")):
                with pytest.raises(SpaceGone, match="cannot enter space 't_half'"):
                    statement()
        assert User.objects.count() == 0  # and the connection still works in public
    finally:
        with connecting.admin() as admin:
            admin.execute("DROP ROLE IF EXISTS t_half")


def test_the_owner_enters_no_schema_that_is_missing(own_database: None) -> None:
    owner: Any = connections["owner"]
    owner.set_schema("t_missing")
    with pytest.raises(SpaceGone, match="t_missing"):
        owner.cursor()
    owner.set_schema("public")


def test_the_form_that_all_threads_share_is_refused(db: None) -> None:
    north = Tenant.objects.get(schema_name="north")
    with pytest.raises(RuntimeError, match=r"schema\.inside"):
        north.__enter__()
    for enter in (north.activate, Tenant.deactivate):
        with pytest.raises(RuntimeError, match=r"schema\.inside"):
            enter()
    assert schema.current() == "public"


def test_server_that_is_gone_without_a_word_is_noticed_within_half_a_minute(db: None) -> None:
    connection.ensure_connection()
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        idle, every, tries, unheard = (
            line.getsockopt(socket.IPPROTO_TCP, option)
            for option in (
                *(socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT),
                socket.TCP_USER_TIMEOUT,
            )
        )
    assert idle + every * tries <= 30
    assert 0 < unheard <= 30_000
