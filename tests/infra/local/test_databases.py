"""The database privileges beneath the product's checks, from the SQL of infra/database."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

SPACE = "t_lock_and_key"


@pytest.fixture
def owner(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def app(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection
        connection.rollback()


def one(connection: psycopg.Connection, statement: sql.SQL) -> object:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def become(connection: psycopg.Connection, role: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def make_space(owner: psycopg.Connection) -> None:
    role = sql.Identifier(SPACE)
    owner.execute(sql.SQL("CREATE ROLE {}").format(role))
    owner.execute(sql.SQL("GRANT {} TO troovon_owner WITH SET TRUE").format(role))
    owner.execute(sql.SQL("GRANT troovon_shared TO {}").format(role))


def test_no_login_of_the_product_is_a_superuser(
    owner: psycopg.Connection, app: psycopg.Connection
) -> None:
    question = sql.SQL("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    assert one(owner, question) is False
    assert one(app, question) is False


def test_the_bare_login_may_not_even_look_into_public(app: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="schema public"):
        app.execute("SELECT public.sort_key('x')")


@pytest.mark.parametrize(
    "made", ["lo_create(0)", "lo_creat(-1)", r"lo_from_bytea(0, '\\x00'::bytea)"]
)
def test_nobody_makes_what_belongs_to_no_schema(app: psycopg.Connection, made: str) -> None:
    for role in ("troovon_app", "troovon_public"):
        become(app, role)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
            app.execute(sql.SQL("SELECT " + made))
        app.rollback()


def test_the_bare_login_does_not_inherit_what_it_may_become(app: psycopg.Connection) -> None:
    question = sql.SQL(
        "SELECT inherit_option FROM pg_auth_members "
        "WHERE member = 'troovon_app'::regrole AND roleid = 'troovon_public'::regrole"
    )
    assert one(app, question) is False
    become(app, "troovon_public")
    assert one(app, sql.SQL("SELECT public.sort_key('Œuvre')")) == "oeuvre"


def test_the_login_speaks_utc_before_anyone_asks(app: psycopg.Connection) -> None:
    assert app.info.parameter_status("TimeZone") == "UTC"


def test_the_login_may_not_become_the_owner(app: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        become(app, "troovon_owner")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('role', 'troovon_public', false)",
        "UPDATE pg_settings SET setting = 'troovon_public' WHERE name = 'role'",
        "CREATE TEMP TABLE aside (n int)",
        "CREATE TABLE public.aside (n int)",
    ],
)
def test_a_space_is_refused(owner: psycopg.Connection, statement: str) -> None:
    make_space(owner)
    become(owner, SPACE)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(sql.SQL(statement))


def test_names_sort_as_a_french_reader_expects(app: psycopg.Connection) -> None:
    become(app, "troovon_public")
    names = ["Zoé", "Émile", "Œuvre", "çelik", "Alain", "coeur", "Àlain", "Oscar", "eric"]
    rows = app.execute(
        "SELECT name FROM unnest(%s::text[]) AS name ORDER BY public.sort_key(name), name", [names]
    ).fetchall()
    assert [name for (name,) in rows] == [
        "Alain", "Àlain", "çelik", "coeur", "Émile", "eric", "Œuvre", "Oscar", "Zoé",
    ]  # fmt: skip


def test_the_extensions_live_in_public(owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    assert rows == [("btree_gist",), ("pg_trgm",), ("unaccent",)]
