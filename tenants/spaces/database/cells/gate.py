"""The gate of a move: a space that is shut for a moment, and opens again if its mover dies."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.database import role_access, server
from tenants.spaces.database.cells import directory

# Requests and jobs that are in the space already finish in this time; a statement that comes later
# is refused by the schema itself.
GRACE_SECONDS = 0.15
LOCK_TIMEOUT = "1500ms"
_LOCKED = """
    SELECT string_agg(format('%%I.%%I', %s::text, relname), ', ') FROM pg_class
    WHERE relnamespace = %s::regnamespace AND relkind = 'r'
"""


@dataclass
class Guard:
    """The state of a hand-over: once flipped, the gate of the old place stays shut."""

    flipped: bool = False


def shut(name: str, alias: str) -> None:
    """Let nobody enter a space any more; who is in it finishes."""
    role_access.shut(name, alias)


def drain(name: str, alias: str) -> None:
    """Wait for those inside, then close the schema to its role. Raises Refused if one stays long.

    The lock waits for each transaction that writes, so that none commits after the schema is shut.
    """
    time.sleep(GRACE_SECONDS)
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(_LOCKED, [name, name])
            tables = cursor.fetchone()[0]
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
            cursor.execute(f'REVOKE USAGE ON SCHEMA "{name}" FROM "{name}"')
    except DatabaseError as error:
        raise Refused(_("L’espace est trop occupé\u00a0: rien n’a changé, réessayez.")) from error


def open_again(name: str, alias: str) -> None:
    """Open a space where it was; idempotent."""
    with connections[alias].cursor() as cursor:
        for statement in _opening(name):
            cursor.execute(statement)


def _opening(name: str) -> tuple[str, str]:
    return (
        f'GRANT USAGE ON SCHEMA "{name}" TO "{name}"',
        f'GRANT "{name}" TO {role_access.APP} WITH INHERIT FALSE, SET TRUE',
    )


@contextlib.contextmanager
def guarded(name: str, alias: str) -> Iterator[Guard]:
    """Open the gate again unless the block has flipped; also if this process is killed in it.

    A child waits for the end of a pipe. It asks home which cluster has the space by then, since the
    process may have been killed just after the flip.
    """
    guard = Guard()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        _stand_guard(reading, name, alias)
    os.close(reading)
    try:
        yield guard
    finally:
        if not guard.flipped:
            open_again(name, alias)
        os.write(writing, b"done")
        os.close(writing)
        os.waitpid(child, 0)


def _stand_guard(reading: int, name: str, alias: str) -> None:
    """Wait for the mover's end, and open the gate if it was killed; never returns."""
    try:
        os.setsid()
        # An inherited connection would keep the locks of a killed mover.
        os.closerange(3, reading)
        os.closerange(reading + 1, os.sysconf("SC_OPEN_MAX"))
        if os.read(reading, 4) != b"done" and not _has_left(name, alias):
            where = server.address(connections.settings[alias])
            with psycopg.connect(**where, autocommit=True) as connection:
                for statement in _opening(name):
                    connection.execute(statement.encode())
    finally:
        os._exit(0)


def _has_left(name: str, alias: str) -> bool:
    """Return True if the row at home names another cluster than the one of this gate."""
    here = alias.partition(".")[2]
    with psycopg.connect(**server.address(connections.settings["owner"])) as connection:
        row = connection.execute(
            "SELECT cell FROM public.spaces_tenant WHERE schema_name = %s", [name]
        ).fetchone()
    return row is not None and directory.shown(row[0]) != here
