"""Settings and objects of a space's role keep no space from being deleted, or are named."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from infra.local import testing
from saas.kernel import schema
from tenants.spaces.actions import life as actions
from tenants.spaces.database import birth, role_access
from tenants.spaces.models import SpaceOperation, Tenant
from tests.fixtures.people import AT
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.life.conftest import BY, ActValues, Do

# Statements without a required privilege: any role may run them for its own future objects.
OWN_STATEMENTS = [
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO south",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA south GRANT SELECT ON TABLES TO PUBLIC",
]
# Objects that the role may have created in a schema of this database while a lock was open.
LEFT_IN_A_SCHEMA = [
    "CREATE TYPE {schema}.mood AS ENUM ('glad')",
    "CREATE TABLE {schema}.my_table (id serial PRIMARY KEY, note text)",
    "CREATE VIEW {schema}.my_view AS SELECT 1 AS one",
    "CREATE FUNCTION {schema}.mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE OPERATOR {schema}.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "CREATE TEXT SEARCH CONFIGURATION {schema}.mine (COPY = simple)",
    'CREATE COLLATION {schema}.mine FROM "C"',
]
# And beside all schemas: `{name}` is its role.
LEFT_BESIDE = [
    "SELECT lo_from_bytea(0, 'x')",
    "CREATE SCHEMA mine_{name}",
    "CREATE PUBLICATION mine_{name}",
]


def closed(tenant: Tenant, do: Do, act_values: ActValues) -> SpaceOperation:
    """Ask for a deletion, which is not yet begun."""
    do(actions.suspend(tenant_id=tenant.pk, **act_values))
    return actions.delete(
        tenant_id=tenant.pk, confirmation=tenant.slug, keep_until=None, **act_values
    )


def as_space(name: str, statement: str, database: str = "") -> None:
    """Run something as a space's role would, had it the rights."""
    with connecting.admin(database) as admin:
        admin.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(name)))
        admin.execute(statement.encode())


@pytest.fixture
def aside() -> Iterator[str]:
    """Another database of the cluster, as it was before anybody closed it."""
    name = f"aside_{testing.worker()}"
    with connecting.admin() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def plant_leftovers(database: str, name: str) -> None:
    with connecting.admin(database) as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION lo_from_bytea TO PUBLIC")
        admin.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    as_space(name, "SELECT lo_from_bytea(4711, 'x')", database)
    as_space(name, "CREATE TABLE public.mine (id int)", database)


def test_objects_that_the_role_left_go_with_it(
    doomed: Tenant, do: Do, act_values: ActValues, aside: str
) -> None:
    """An object that stayed would keep the role, and the failure would name it."""
    name = doomed.schema_name
    for statement in OWN_STATEMENTS:
        with schema.inside(name), connections["default"].cursor() as cursor:
            cursor.execute(statement)
    with schema.inside("south"), connections["default"].cursor() as cursor:
        cursor.execute(f'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "{name}"')
    operation = closed(doomed, do, act_values)
    leave_objects(name)
    plant_leftovers(aside, name)

    done = do(operation)
    assert done.state == SpaceOperation.State.DONE, done.failure
    assert not any(role_access.standing(name))
    assert dependents_of(name) == 0
    with connecting.admin(aside) as admin:
        assert admin.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)

    birth.release(name)  # a second time nothing is left to be said
    birth.drop(name)


def leave_objects(name: str) -> None:
    with connecting.admin() as admin:
        opening = "GRANT CREATE ON SCHEMA {0}, public TO {0}; GRANT CREATE ON DATABASE {1} TO {0}"
        admin.execute(
            sql.SQL(opening).format(sql.Identifier(name), sql.Identifier(testing.database()))
        )
        admin.execute(sql.SQL("GRANT EXECUTE ON FUNCTION lo_from_bytea TO PUBLIC"))
    for statement in LEFT_IN_A_SCHEMA:
        for place in (name, "public"):
            as_space(name, statement.format(schema=place))
    for statement in LEFT_BESIDE:
        as_space(name, statement.format(name=name))


def test_obstacles_are_named_and_the_deletion_goes_on_afterwards(
    doomed: Tenant, do: Do, act_values: ActValues, aside: str
) -> None:
    name, operation = doomed.schema_name, closed(doomed, do, act_values)
    plant_leftovers(aside, name)
    with connecting.admin() as admin:
        out_of_reach = sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC, troovon_owner")
        admin.execute(out_of_reach.format(sql.Identifier(aside)))
        admin.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(name)))
    as_space(name, "CREATE TYPE public.mood AS ENUM ('glad')")
    with connecting.admin() as admin:
        admin.execute("CREATE TABLE public.of_others (mood public.mood)")

    failed = do(operation)
    assert failed.state == SpaceOperation.State.FAILED
    assert f"large object 4711 ({aside})" in failed.failure
    assert role_access.standing(name).whole

    with connecting.admin(aside) as admin:
        admin.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
    failed = do(actions.try_again(operation_id=failed.pk, by=BY, at=AT))
    assert failed.state == SpaceOperation.State.FAILED
    assert "table of_others" in failed.failure
    assert "type mood" in failed.failure
    assert role_access.standing(name).whole

    with connecting.admin() as admin:
        admin.execute("DROP TABLE public.of_others")
    done = do(actions.try_again(operation_id=failed.pk, by=BY, at=AT))
    assert done.state == SpaceOperation.State.DONE, done.failure
    assert not any(role_access.standing(name))


def test_session_of_a_login_of_its_own_does_not_hold_a_space(
    doomed: Tenant, do: Do, act_values: ActValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = doomed.schema_name
    login = connecting.given_login(name)
    app = connections["default"]
    options = app.settings_dict["OPTIONS"] | {"space_logins": {name: login}}
    monkeypatch.setitem(app.settings_dict, "OPTIONS", options)
    with psycopg.connect(make_conninfo(**login.address())) as held:
        held.execute("SELECT count(*) FROM accounts_user")  # its table is locked until it ends
        done = do(closed(doomed, do, act_values))
        assert done.state == SpaceOperation.State.DONE, done.failure
        with pytest.raises(psycopg.OperationalError):
            held.execute("SELECT 1")
    app.close()


def dependents_of(name: str) -> int:
    with connecting.admin() as admin:
        row = admin.execute(
            "SELECT count(*) FROM pg_shdepend WHERE refobjid NOT IN (SELECT oid FROM pg_authid)"
            " AND refclassid = 'pg_authid'::regclass"
        ).fetchone()
        gone = admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    return (row[0] if row else 0) + (gone is not None)
