"""A temporary database beside the product's, with the objects that every space depends on.

`pg_dump` reads the catalogue of its whole database, although it dumps a single schema: this took
twelve minutes beside 2,000 spaces. In a separate database the time does not depend on their number.
"""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from django.db import ProgrammingError, connections

SUFFIX = "_blueprint"
_LONGEST = 63
_EXTENSIONS = """
    SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace ORDER BY oid
"""
# Functions used by keys, indexes and columns of a space; trigger functions of public tables are
# left out.
_FUNCTIONS = """
    SELECT pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
        AND prokind = 'f' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                AND d.deptype = 'e')
    ORDER BY p.oid
"""
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def database(alias: str) -> Iterator[str]:
    """Yield the alias of an empty database with the extensions and functions of `public`.

    An owner that may create no database (an older cluster, a provider's) gets its own again.
    """
    name = _name_beside(alias)
    try:
        _create(name, alias)
    except ProgrammingError as error:
        _log.warning(
            "the blueprint is made among all spaces, which takes long beside thousands:"
            " run infra/database/cluster.sql as superuser (%s)",
            type(error.__cause__).__name__,
        )
        yield alias
        return
    there = f"{alias}{SUFFIX}"
    connections.databases[there] = {**connections.databases[alias], "NAME": name}
    try:
        _fill(there, alias)
        yield there
    finally:
        connections[there].close()
        del connections[there], connections.databases[there]
        _drop(name, alias)


def remove_left_over(alias: str) -> None:
    """Remove the database that a killed process left: rights in it hold the template's role."""
    if not alias.endswith(SUFFIX):
        _drop(_name_beside(alias), alias)


def _name_beside(alias: str) -> str:
    return f"{connections[alias].settings_dict['NAME'][: _LONGEST - len(SUFFIX)]}{SUFFIX}"


def _create(name: str, alias: str) -> None:
    """Create the database without connections, because the default opens it to all logins.

    A leftover database is dropped first.
    """
    _drop(name, alias)
    quoted = connections[alias].ops.quote_name(name)
    _run(
        alias,
        f"CREATE DATABASE {quoted} TEMPLATE template0 ALLOW_CONNECTIONS false",
        f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC",
        f"ALTER DATABASE {quoted} ALLOW_CONNECTIONS true",
    )


def _drop(name: str, alias: str) -> None:
    _run(alias, f"DROP DATABASE IF EXISTS {connections[alias].ops.quote_name(name)} WITH (FORCE)")


def _run(alias: str, *statements: str) -> None:
    with connections[alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fill(there: str, alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(_EXTENSIONS)
        extensions = [row[0] for row in cursor.fetchall()]
        cursor.execute(_FUNCTIONS)
        functions = [row[0] for row in cursor.fetchall()]
    connection: Any = connections[there]
    connection.set_schema("public")
    _run(
        there,
        *(f'CREATE EXTENSION "{name}" SCHEMA public' for name in extensions),
        *functions,
    )
