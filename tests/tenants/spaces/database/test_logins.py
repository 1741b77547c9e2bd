"""A space with a login of its own: same backend, another connection, and no way across."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connections, transaction

from saas.addresses import SpaceLogin, space_logins
from saas.environment import database
from saas.kernel import schema
from saas.kernel.errors import SpaceGone
from tenants.spaces.database import locks, logins, role_access
from tests.fixtures.programs import run_manage
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.database.connecting import ask, who


@pytest.fixture
def north_login(own_database: None) -> Iterator[SpaceLogin]:
    """Let the north have a login of its own."""
    yield connecting.given_login("north")
    logins.withdraw("north")


@pytest.fixture(params=[0, 2], ids=["without a pool", "with a pool"])
def open_connection(request: pytest.FixtureRequest, north_login: SpaceLogin) -> Iterator[Any]:
    """Yield a connection of a process with the login."""
    with connecting.open_connection(
        pool=request.param, space_logins={"north": north_login}
    ) as found:
        yield found


def session(open_connection: Any) -> tuple[str, str, str]:
    login, role, path = ask(
        open_connection, "SELECT session_user::text, current_user::text, current_schema()::text"
    )
    return login, role, path


def test_each_place_is_entered_by_its_own_login(open_connection: Any) -> None:
    for _ in range(2):
        open_connection.set_schema("north")
        assert session(open_connection) == ("north", "north", "north")
        open_connection.set_schema("south")
        assert session(open_connection) == ("troovon_app", "south", "south")
        open_connection.set_schema("public")
        assert session(open_connection) == ("troovon_app", "troovon_public", "public")


def test_the_login_works_as_the_app_does_and_keeps_its_connection(open_connection: Any) -> None:
    open_connection.set_schema("north")
    pid, switches = ask(open_connection, "SELECT pg_backend_pid()"), open_connection.switches
    for setting, value in (
        ("TimeZone", "UTC"),
        ("pg_trgm.word_similarity_threshold", "0.4"),
        ("role", "none"),  # it switched to no role
    ):
        assert ask(open_connection, "SELECT current_setting(%s)", setting) == (value,)
    assert ask(open_connection, "SELECT count(*) FROM spaces_own_tenant") == (1,)
    assert ask(open_connection, "SELECT pg_backend_pid()") == pid
    assert open_connection.switches == switches
    with pytest.raises(ProgrammingError, match="multiple commands"):
        ask(open_connection, "SELECT 1; SELECT 2")


def test_the_login_becomes_nobody_else(open_connection: Any) -> None:
    open_connection.set_schema("north")
    for statement in (
        "SET ROLE south",
        "SET ROLE troovon_public",
        "SET ROLE troovon_app",
        "SET SESSION AUTHORIZATION south",
        "SELECT * FROM south.accounts_user",
        "SELECT set_config('role', 'south', false)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(open_connection, statement)
        ask(open_connection, "RESET ROLE")
        assert session(open_connection) == ("north", "north", "north"), statement


def test_no_code_in_the_app_can_enter_it_by_the_shared_login(north_login: SpaceLogin) -> None:
    with connecting.open_connection() as app:
        assert who(app) == ("troovon_public", "public")
        raw = app.connection
        for statement in ("RESET ROLE; SET ROLE north", "SET SESSION AUTHORIZATION north"):
            with pytest.raises(psycopg.Error, match="permission denied"), raw.transaction():
                psycopg.Cursor(raw).execute(statement)
        app.set_schema("north")
        with pytest.raises(DatabaseError, match=r"cannot enter space 'north'.*permission denied"):
            app.cursor()


@pytest.mark.parametrize(("begun", "wanted"), [("north", "south"), ("south", "north")])
def test_open_transaction_keeps_its_login(open_connection: Any, begun: str, wanted: str) -> None:
    open_connection.set_schema(begun)
    open_connection.set_autocommit(False)
    pid = ask(open_connection, "SELECT pg_backend_pid()")
    open_connection.set_schema(wanted)
    with pytest.raises(DatabaseError, match=r"another login .* a transaction is open"):
        open_connection.cursor()
    open_connection.set_schema(begun)
    assert ask(open_connection, "SELECT pg_backend_pid()") == pid
    open_connection.rollback()
    open_connection.set_autocommit(True)
    open_connection.set_schema(wanted)
    assert who(open_connection)[1] == wanted


def test_a_login_that_stands_in_a_space_is_refused_once_it_is_closed(open_connection: Any) -> None:
    open_connection.set_schema("north")
    pid = ask(open_connection, "SELECT pg_backend_pid()")
    role_access.close("north")
    try:
        open_connection.force_switch()
        with pytest.raises(SpaceGone, match="north is closed"):
            open_connection.cursor()
    finally:
        role_access.open_again("north")
    assert ask(open_connection, "SELECT pg_backend_pid()") == pid


def test_rollback_leaves_the_session_in_its_space(open_connection: Any) -> None:
    open_connection.set_schema("north")
    open_connection.set_autocommit(False)
    session(open_connection)
    open_connection.rollback()
    assert session(open_connection) == ("north", "north", "north")


def test_a_failed_statement_is_no_way_round(open_connection: Any) -> None:
    open_connection.set_schema("north")
    open_connection.set_autocommit(False)
    with pytest.raises(ProgrammingError):
        ask(open_connection, "SELECT * FROM there_is_no_such_table")
    open_connection.set_schema("south")
    with pytest.raises(DatabaseError, match="a transaction is open"):
        open_connection.cursor()


def test_a_block_of_django_begins_with_the_login_of_its_space(
    north_login: SpaceLogin, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection: Any = connections["default"]
    connection.close()
    options = connection.settings_dict["OPTIONS"] | {"space_logins": {"north": north_login}}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    with schema.inside("north"), transaction.atomic():
        assert session(connection) == ("north", "north", "north")
        with schema.in_public():
            assert who(connection) == ("troovon_public", "public")
        assert session(connection) == ("north", "north", "north")
    with transaction.atomic():
        assert who(connection) == ("troovon_public", "public")
    connection.close()


def wrong_places(shared: Any, names: tuple[str, ...]) -> list[Any]:
    """Go through places in turn, and return each visit that ended elsewhere."""
    open_connection, wrong = shared.copy(alias=shared.alias), []
    for name in names * 15:
        open_connection.set_schema(name)
        login = "north" if name == "north" else "troovon_app"
        role = "troovon_public" if name == "public" else name
        if (seen := session(open_connection)) != (login, role, name):
            wrong.append(seen)
    open_connection.close()
    return wrong


def test_threads_in_turn_between_login_and_the_others_never_swap(north_login: SpaceLogin) -> None:
    orders = (("north", "south", "public"), ("public", "north"), ("south", "north")) * 2
    with (
        connecting.open_connection(pool=2, space_logins={"north": north_login}) as open_connection,
        ThreadPoolExecutor(len(orders)) as threads,
    ):
        found = [threads.submit(wrong_places, open_connection, order) for order in orders]
        assert [each.result() for each in found] == [[]] * len(orders)


def test_every_lock_holds_beside_such_a_space_and_opened_again_it_stays_closed_to_the_app(
    north_login: SpaceLogin,
) -> None:
    assert locks.faults() == []
    role_access.shut("north")
    role_access.reopen("north")
    assert not role_access.is_open("north")


def test_withdrawn_login_opens_nothing_and_the_app_enters_again(own_database: None) -> None:
    login = connecting.given_login("north")
    logins.withdraw("north")
    with connecting.open_connection(space_logins={"north": login}) as open_connection:
        open_connection.set_schema("north")
        with pytest.raises(OperationalError):
            open_connection.cursor()
    with connecting.open_connection() as app:
        app.set_schema("north")
        assert who(app) == ("north", "north")
    assert role_access.is_open("north")


def command(*words: str) -> str:
    """Run the command as the owner's process would; return its messages beside the result."""
    output = io.StringIO()
    with connecting.as_owner():
        call_command("space_login", *words, stderr=output)
    return output.getvalue()


def test_the_operator_is_given_the_word_for_the_settings_once(own_database: None) -> None:
    given = run_manage("space_login", "north", "--skip-checks")
    try:
        assert given.returncode == 0, given.stderr
        found = space_logins(given.stdout)
        assert set(found) == {"north"}
        assert found["north"].password not in given.stderr
        with connecting.open_connection(space_logins=found) as open_connection:
            open_connection.set_schema("north")
            assert session(open_connection) == ("north", "north", "north")
    finally:
        assert "entered by the app again" in command("north", "--withdraw")
    assert role_access.is_open("north")


def test_space_that_is_missing_gets_no_login_and_is_refused_in_sentence(own_database: None) -> None:
    with pytest.raises(SpaceGone, match="t_missing"):
        logins.give("t_missing")
    with pytest.raises(CommandError, match="there is no space t_missing"):
        command("t_missing")


def test_the_settings_read_logins_and_show_no_password() -> None:
    text = "t_a=postgresql://t_a:s%40cret@db:5433/troovon\n t_b=postgresql://t_b:other@db/troovon"
    found = space_logins(text)
    assert found["t_a"].address() == {
        "user": "t_a",
        "password": "s@cret",
        "host": "db",
        "port": "5433",
        "dbname": "troovon",
    }
    assert found["t_b"].port == "5432"
    assert "cret" not in repr(found)
    assert space_logins("") == {}


@pytest.mark.parametrize(
    "word",
    [
        "t_a=postgresql://troovon_owner:secret@db/troovon",
        "t_a=postgresql://t_b:secret@db/troovon",
        "T_A=postgresql://T_A:secret@db/troovon",
        "postgresql://t_a:secret@db/troovon",
        "t_a=postgresql://t_a:secret@/troovon",
        "t_a=postgresql://t_a:secret@db",
    ],
)
def test_a_word_that_is_no_login_of_its_space_is_refused_without_its_secret(word: str) -> None:
    with pytest.raises(ValueError, match="SPACE_LOGINS, word 2") as refused:
        space_logins(f"t_z=postgresql://t_z:x@db/troovon {word}")
    assert "secret" not in str(refused.value)


def test_only_the_app_s_connection_knows_the_logins() -> None:
    found = space_logins("t_a=postgresql://t_a:secret@db/troovon")
    url = "postgresql://troovon_app:x@db/troovon"
    app = database(url, process="web", as_owner=False, own_logins=found)
    owner = database(url, process="manage", as_owner=True, own_logins=found)
    assert app["OPTIONS"]["space_logins"] == found
    assert "space_logins" not in owner["OPTIONS"]
