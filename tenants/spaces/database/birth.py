"""Creates and drops a schema with its role in the caller's transaction."""

import contextlib
from collections.abc import Callable, Iterator

import psycopg
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext as _
from psycopg import errors, sql

from saas.kernel.errors import Refused
from tenants.spaces.database import role_access
from tenants.spaces.database.blueprint import TOKEN
from tenants.spaces.database.cells import directory

BLUEPRINT_LOCK = 7_420_001
UPKEEP_LOCK = 7_420_002
_SCHEMA = ("CREATE SCHEMA ", "ALTER DEFAULT PRIVILEGES ")
_RIGHTS = ("GRANT ", "REVOKE ")
_PATIENCE_MILLISECONDS = 5000
_MOST_NAMED = 5
# An object of another database has only a number here.
_DEPENDENTS = """
    SELECT coalesce(
        CASE WHEN d.dbid IN (0, own.oid)
            THEN pg_describe_object(d.classid, d.objid, d.objsubid) END,
        format('%%s %%s', CASE WHEN d.classid = 'pg_largeobject'::regclass THEN 'large object'
            ELSE d.classid::regclass::text END, d.objid)
    ), nullif(b.datname, current_database())
    FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
    JOIN pg_database own ON own.datname = current_database()
    LEFT JOIN pg_database b ON b.oid = d.dbid
    WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname = %(role)s
        AND (%(database)s = '' OR b.datname = %(database)s) ORDER BY d.dbid, d.objid
"""


def hold_blueprint(*, exclusive: bool, alias: str = "owner") -> None:
    """Lock the blueprint until the commit; `exclusive` is for its replacement."""
    shared = "" if exclusive else "_shared"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [BLUEPRINT_LOCK])


@contextlib.contextmanager
def alone(alias: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the exclusive lock for database upkeep; call `waiting` if another process holds it."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [UPKEEP_LOCK])
        if cursor.fetchone() == (False,):
            waiting()
            cursor.execute("SELECT pg_advisory_lock(%s)", [UPKEEP_LOCK])
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UPKEEP_LOCK])


def make_role(name: str, alias: str = "owner") -> None:
    """Create a space's role: it may read shared tables, and only the app may assume it."""
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f'CREATE ROLE "{name}" NOLOGIN;'
            f' GRANT troovon_shared TO "{name}";'
            f' GRANT "{name}" TO troovon_app WITH INHERIT FALSE, SET TRUE'
        )


def make_schema(name: str, script: str, alias: str = "owner") -> None:
    """Replay the blueprint under the space's name: its tables, then the rights on them."""
    for part in sections_of(script).values():
        replay(name, part, alias)


def sections_of(script: str) -> dict[str, str]:
    """Split a blueprint into the statements for the schema, for its tables, and for the rights."""
    parts: dict[str, list[str]] = {"schema": [], "tables": [], "rights": []}
    for line in script.splitlines():
        kind = "rights" if line.startswith(_RIGHTS) else "tables"
        parts["schema" if line.startswith(_SCHEMA) else kind].append(line)
    return {name: "\n".join(lines) for name, lines in parts.items()}


def replay(name: str, part: str, alias: str = "owner") -> None:
    """Send a part of the blueprint in a single message, under the space's name."""
    alias = directory.alias_of(name, alias)
    if part:
        with connections[alias].cursor() as cursor:
            cursor.execute(part.replace(TOKEN, name))


def release(name: str, alias: str = "owner") -> None:
    """End the sessions of a space's own login, and drop its role's objects in other databases.

    Each step is committed before `drop`, because no transaction spans two databases. Raises Refused
    with the obstacles if a database accepts no connections, or if another object depends on the
    role's objects.
    """
    alias = directory.alias_of(name, alias)
    if not role_access.standing(name, alias).role:
        return
    with connections[alias].cursor() as cursor:
        # A role without superuser rights needs these privileges to end its sessions and drop its
        # objects.
        cursor.execute(f'GRANT "{name}" TO CURRENT_USER WITH INHERIT TRUE, SET FALSE')
        cursor.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE usename = %s",
            [_PATIENCE_MILLISECONDS, name],
        )
    for database in _databases_with_something_of(name, alias):
        _drop_owned_in(database, name, alias)


def _databases_with_something_of(name: str, alias: str) -> list[str]:
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT b.datname FROM pg_shdepend d JOIN pg_database b ON b.oid = d.dbid"
            " JOIN pg_roles r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass"
            " WHERE r.rolname = %s AND b.datname <> current_database() ORDER BY 1",
            [name],
        )
        return [row[0] for row in cursor.fetchall()]


def _drop_owned_in(database: str, name: str, alias: str) -> None:
    alias = directory.alias_of(name, alias)
    here = connections[alias].connection.info
    try:
        with psycopg.connect(
            here.dsn, password=here.password, dbname=database, autocommit=True
        ) as there:
            there.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        dependents = _dependents_of(name, alias, database)
        raise Refused(_in_the_way(name, [*dependents, *_details(error)])) from error


def drop(name: str, alias: str = "owner") -> None:
    """Drop a schema and its role for good, with all objects of the role in this database.

    No privilege prevents a role from setting its default privileges, and these would block its
    removal. Raises Refused with the obstacles if another object depends on its objects.
    """
    alias = directory.alias_of(name, alias)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        if not role_access.standing(name, alias).role:
            return
        cursor.execute(f'GRANT "{name}" TO CURRENT_USER WITH INHERIT TRUE, SET FALSE')
        _try(f'DROP OWNED BY "{name}"', name, alias)
        _try(f'DROP ROLE "{name}"', name, alias)


def _try(statement: str, name: str, alias: str) -> None:
    alias = directory.alias_of(name, alias)
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        if not isinstance(error.__cause__, errors.DependentObjectsStillExist):
            raise
        owning = statement.startswith("DROP OWNED")
        dependents = _details(error.__cause__) if owning else _dependents_of(name, alias)
        raise Refused(_in_the_way(name, dependents)) from error


def _details(error: psycopg.Error) -> list[str]:
    """Return PostgreSQL's own list of dependencies."""
    return (error.diag.message_detail or "").splitlines()


def _dependents_of(name: str, alias: str, database: str = "") -> list[str]:
    """Return the objects of a role, as PostgreSQL names them; with the name of another database."""
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(_DEPENDENTS, {"role": name, "database": database})
        return [f"{what} ({place})" if place else what for what, place in cursor.fetchall()]


def _in_the_way(name: str, dependents: list[str]) -> str:
    """Return the message to an operator: the objects that block a role's removal, and a remedy."""
    more = (
        [_("%d de plus") % (len(dependents) - _MOST_NAMED)] if len(dependents) > _MOST_NAMED else []
    )
    return _(
        "La base de données ne peut pas supprimer le rôle %(role)s de cet espace à cause de\u00a0:"
        " %(what)s. Retirez-le en superutilisateur dans la base nommée (DROP OWNED BY %(role)s"
        " pour ce qui est à lui), puis reprenez l’opération."
    ) % {"role": name, "what": ", ".join([*dependents[:_MOST_NAMED], *more])}
