"""Access to the role of a space: its members, and the existence of role and schema."""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connections
from psycopg import sql

from tenants.spaces.database.cells import directory

APP = "troovon_app"
_WORKS = 7_420_002


class Standing(NamedTuple):
    """The parts of a space that exist in the database."""

    schema: bool
    role: bool

    @property
    def whole(self) -> bool:
        """Whether both are there."""
        return self.schema and self.role


def standing(name: str, alias: str = "owner") -> Standing:
    """Return whether a space's schema and role exist, regardless of its row."""
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s),"
            " EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [name, name],
        )
        return Standing(*cursor.fetchone())


def is_open(name: str, alias: str = "owner") -> bool:
    """Whether the app's login may become a space's role."""
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
            " JOIN pg_roles r ON r.oid = a.roleid"
            " WHERE r.rolname = %s AND m.rolname = %s AND a.set_option)",
            [name, APP],
        )
        return bool(cursor.fetchone()[0])


def shut(name: str, alias: str = "owner") -> None:
    """Revoke a space's role from the app's login: the database itself refuses."""
    alias = directory.alias_of(name, alias)
    if not standing(name, alias).role:
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(f'REVOKE "{name}" FROM {APP}')


def reopen(name: str, alias: str = "owner") -> None:
    """Let the app's login become a space's role again, unless it has a login of its own."""
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s AND rolcanlogin", [name])
        if cursor.fetchone() is not None:
            return
        cursor.execute(f'GRANT "{name}" TO {APP} WITH INHERIT FALSE, SET TRUE')


def close(name: str, alias: str = "owner") -> None:
    """Close a space to all logins: the app's and the space's own."""
    shut(name, alias)
    _limit(name, 0, alias)


def open_again(name: str, alias: str = "owner") -> None:
    """Open a space again to its former logins."""
    _limit(name, -1, alias)
    reopen(name, alias)


def _limit(name: str, connections_at_once: int, alias: str) -> None:
    alias = directory.alias_of(name, alias)
    if standing(name, alias).role:
        with connections[alias].cursor() as cursor:
            cursor.execute(f'ALTER ROLE "{name}" CONNECTION LIMIT {connections_at_once}')


def end_sessions(name: str, alias: str = "owner") -> int:
    """Delete all sessions of a space and return their number."""
    alias = directory.alias_of(name, alias)
    if not standing(name, alias).schema:
        return 0
    with connections[alias].cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name, "django_session")))
        return int(cursor.rowcount)


@contextlib.contextmanager
def alone(number: int, alias: str = "owner") -> Iterator[bool]:
    """Take the lock of an operation; yield False if another worker holds it.

    The lock ends with the worker's connection, even after a crash.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_WORKS, number])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_WORKS, number])


def is_somebody_at(number: int, alias: str = "default") -> bool:
    """Return True if a worker holds the lock of an operation at this moment."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s::bigint::oid AND objid = %s::bigint::oid)",
            [_WORKS, number],
        )
        return bool(cursor.fetchone()[0])
