"""The gate of a move: a space that is shut for a moment, and opens again if its mover dies.

The row at home decides. While `moves_to` names another cluster, the gate may be shut; once it
names the cluster that the space is in, that gate is to be opened, by the mover after its flip, or
by its guard, the next move or the clock after a mover's death (`settle`).
"""

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

OWNER = "owner"
# From the shutting to the flip. Whoever waits at the gate waits longer: `directory.GATE_SECONDS`.
HOLD_SECONDS = 1.6
# A guard tries for so long to open a gate whose cluster is away.
GUARD_SECONDS = 60.0
_STEP_SECONDS = 0.005
# Each transaction in a space locks it with its first message, and a mover then waits for its end.
_TABLE = "accounts_user"
_SETTLED = """
    UPDATE public.spaces_tenant SET moves_to = coalesce(nullif(cell, ''), 'home')
    WHERE schema_name = %s AND moves_to <> '' RETURNING cell
"""
_AT_REST = """
    UPDATE public.spaces_tenant SET moves_to = ''
    WHERE schema_name = %s AND moves_to = coalesce(nullif(cell, ''), 'home')
"""
_WRITERS = """
    SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
        AND c.relnamespace = %s::regnamespace
        AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
            'AccessExclusiveLock')
"""


@dataclass
class Guard:
    """The state of a hand-over: once flipped, the gate of the old place stays shut."""

    flipped: bool = False


def passing(name: str) -> str:
    """Return the statement by which a transaction of a space keeps its mover waiting."""
    return f'LOCK TABLE "{name}"."{_TABLE}" IN ROW SHARE MODE'


def shut(name: str, alias: str) -> None:
    """Let nobody enter a space any more; who is in it finishes."""
    role_access.shut(name, alias)


def drain(name: str, alias: str, until: float) -> None:
    """Wait for open transactions, then close the schema to its role. Raises Refused if one is long.

    A statement outside of a transaction that came in before ends as well, so that none commits
    after the schema is shut.
    """
    left = max(1, round((until - time.monotonic()) * 1000))
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{left}ms'")
            cursor.execute(f'LOCK TABLE "{name}"."{_TABLE}" IN EXCLUSIVE MODE')
            cursor.execute(f'REVOKE USAGE ON SCHEMA "{name}" FROM "{name}"')
    except DatabaseError as error:
        raise too_busy() from error
    with connections[alias].cursor() as cursor:
        while True:
            cursor.execute(_WRITERS, [name])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise too_busy()
            time.sleep(_STEP_SECONDS)


def too_busy() -> Refused:
    """Return the refusal of a move that would hold the space for too long."""
    return Refused(_("L’espace est trop occupé\u00a0: rien n’a changé, réessayez."))


def open_gate(name: str, alias: str) -> None:
    """Open a space in a cluster, and note that it is at rest there; idempotent."""
    with connections[alias].cursor() as cursor:
        for statement in _opening(name):
            cursor.execute(statement)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_AT_REST, [name])


def settle(name: str) -> bool:
    """Open the gate of a move that nobody goes on with, where its space is; False without one.

    From the first statement on the move can no longer flip.
    """
    with connections[OWNER].cursor() as cursor:
        cursor.execute(_SETTLED, [name])
        row = cursor.fetchone()
    if row is None:
        return False
    open_gate(name, database_of(row[0]))
    return True


def database_of(cell: str) -> str:
    """Return the owner's database in a cluster, whichever cluster a space is in."""
    return f"{OWNER}.{directory.shown(cell)}"


def _opening(name: str) -> tuple[str, str]:
    return (
        f'GRANT USAGE ON SCHEMA "{name}" TO "{name}"',
        f'GRANT "{name}" TO {role_access.APP} WITH INHERIT FALSE, SET TRUE',
    )


@contextlib.contextmanager
def guarded(name: str) -> Iterator[Guard]:
    """Open the gate again unless the block has flipped; also if this process is killed in it.

    A child waits for the end of a pipe, and settles the move if it ends without a word.
    """
    guard = Guard()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        _wait_for_mover(reading, name)
    os.close(reading)
    with os.fdopen(writing, "wb") as report:
        try:
            yield guard
        except Refused:
            settle(name)
            report.write(b"done")
            raise
        report.write(b"done")
        # Any other failure ends without a word: a cluster may be away, and the guard goes on.
    os.waitpid(child, 0)


def _wait_for_mover(reading: int, name: str) -> None:
    """Wait for the mover's end, and open the gate if it was killed; never returns."""
    try:
        os.setsid()
        # An inherited connection would keep the locks of a killed mover.
        os.closerange(3, reading)
        os.closerange(reading + 1, os.sysconf("SC_OPEN_MAX"))
        if os.read(reading, 4) != b"done":
            until = time.monotonic() + GUARD_SECONDS
            while not _is_settled(name) and time.monotonic() < until:
                time.sleep(1.0)
    finally:
        os._exit(0)


def _is_settled(name: str) -> bool:
    """Settle by connections of one's own; False if a cluster is away."""
    try:
        with _connected(OWNER) as home:
            row = home.execute(_SETTLED.encode(), [name]).fetchone()
            if row is None:
                return True
            with _connected(database_of(row[0])) as there:
                for statement in _opening(name):
                    there.execute(statement.encode())
            home.execute(_AT_REST.encode(), [name])
    except psycopg.Error:
        return False
    return True


def _connected(alias: str) -> psycopg.Connection[tuple[str, ...]]:
    return psycopg.connect(**server.address(connections.settings[alias]), autocommit=True)
