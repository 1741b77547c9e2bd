"""Connections that outlive a request: a pool for each login; no state survives in them."""

import atexit
import functools
import select
import threading
import time
from collections.abc import Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from psycopg_pool import ConnectionPool, PoolTimeout

from saas.addresses import SpaceLogin

# Whatever a request set, opened, listened to or locked ends with it.
CLEAN = (
    "RESET ROLE; RESET ALL; SET search_path = pg_catalog; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL;"
    " SELECT pg_advisory_unlock_all()"
)
# A PostgreSQL process caches the metadata of each table that it has used until it ends: about 1 MiB
# for each space after a request for its home page. So the connection is closed above this memory,
# or after this number of spaces if its login may not query the memory. With the initial memory of a
# process the limit is 128 MiB.
MOST_BYTES = 96 * 2**20
MOST_SPACES = 120
# To ask takes milliseconds, since each index of each table is an entry: after so many new spaces.
MEASURED_AFTER = 8
_MEMORY = b"RESET ROLE; SELECT sum(total_bytes) FROM pg_catalog.pg_get_backend_memory_contexts()"
# The interval of attempts to reach an absent database. After an absence as long as a request may
# wait, further requests wait no longer than AWAY_PATIENCE_SECONDS.
AGAIN_SECONDS = 1.0
AWAY_PATIENCE_SECONDS = 0.3
# While a cell is away, the threads that wait for it are missing to the spaces of the others.
_OF_A_CELL = {"timeout": 1, "min_size": 0}
_visited: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
_measured: WeakKeyDictionary[Any, "Measure"] = WeakKeyDictionary()
_pools: dict[tuple[str, SpaceLogin | None], "Pool"] = {}
_making = threading.Lock()


class Measure(NamedTuple):
    """The memory of a connection's process at the server, and the spaces it had met by then."""

    spaces: int
    bytes: int


NOT_MEASURED = Measure(0, 0)


class Pool(ConnectionPool[Any]):
    """A pool that finds an absent database again soon, however long the absence.

    psycopg's own pool doubles its delay after each attempt, so that half an hour without a database
    becomes an hour without pages. A request that waits for an absent database also occupies a
    thread, needed for responses without the database.
    """

    def __init__(self, **options: Any) -> None:
        self._away_since: float | None = None
        super().__init__(reconnect_timeout=0, **options)

    def getconn(self, timeout: float | None = None) -> Any:
        """Return a connection; without any, try to reach the database at intervals.

        Raises PoolTimeout.
        """
        until = time.monotonic() + (self._patience() if timeout is None else timeout)
        while True:
            left = max(0.0, until - time.monotonic())
            try:
                connection = super().getconn(min(left, AGAIN_SECONDS))
            except PoolTimeout:
                if left <= AGAIN_SECONDS:
                    raise
            else:
                self._away_since = None
                return connection

    def reconnect_failed(self) -> None:
        """Remember since when the database is away."""
        if self._away_since is None:
            self._away_since = time.monotonic()

    def _patience(self) -> float:
        since = self._away_since
        stays_away = since is not None and time.monotonic() - since > self.timeout
        return AWAY_PATIENCE_SECONDS if stays_away else self.timeout


def of(wrapper: Any, login: SpaceLogin | None) -> Pool | None:
    """Return the pool of a wrapper's connections for a login, if it is configured."""
    options = wrapper.settings_dict["OPTIONS"].get("pool")
    if not options or wrapper.alias == NO_DB_ALIAS:
        return None
    key = wrapper.alias, login
    own = wrapper.settings_dict["OPTIONS"].get("space_logins") or {}
    with _making:
        if key not in _pools:
            _pools[key] = Pool(
                kwargs={**wrapper.get_connection_params(), "autocommit": True},
                open=False,
                configure=wrapper._configure_connection,  # noqa: SLF001 - as Django does it
                reset=functools.partial(clean, limits=wrapper.session_limits),
                **(options | (_OF_A_CELL if login and login.user not in own else {})),
            )
        return _pools[key]


def close(alias: str = "") -> None:
    """Close the pools of an alias, or all: their threads would hold up the end of the process."""
    for key in [key for key in _pools if alias in {"", key[0]}]:
        _pools.pop(key).close()


atexit.register(close)


def clean(connection: Any, limits: Sequence[str] = ()) -> None:
    """Reset the space of a connection that returns to the pool: the second lock.

    The pool has rolled back an open transaction before. A connection that has entered too many
    spaces is marked as expired: the pool replaces it.
    """
    if is_worn(connection):
        connection._expire_at = 0.0  # noqa: SLF001 - closed instead, the pool warns each time
    with psycopg.Cursor(connection) as plain:
        plain.execute(CLEAN, prepare=False)
    limit(connection, limits)
    if not connection.autocommit:
        connection.commit()


def limit(connection: Any, limits: Sequence[str]) -> None:
    """Set the limits that a connection behind a pooler could not be opened with."""
    if limits:
        pairs = [words.split("=") for words in limits]
        statement = "; ".join(f"SET {name} = '{value}'" for name, value in pairs)
        with psycopg.Cursor(connection) as plain:
            plain.execute(statement.encode(), prepare=False)


def note_visit(connection: Any, name: str) -> None:
    """Remember that a connection has entered a space."""
    _visited.setdefault(connection, set()).add(name)


def is_worn(connection: Any) -> bool:
    """Return True if a connection's server process has cached too much of spaces.

    The connection is idle, and is in no space afterwards.
    """
    spaces = len(_visited.get(connection, ()))
    if spaces > MOST_SPACES:
        return True
    if not is_due(connection):
        return False
    _measured[connection] = Measure(spaces, _bytes_of(connection))
    return _measured[connection].bytes > MOST_BYTES


def is_due(connection: Any) -> bool:
    """Return True if the next `is_worn` asks the server."""
    spaces = len(_visited.get(connection, ()))
    return spaces >= _measured.get(connection, NOT_MEASURED).spaces + MEASURED_AFTER


def _bytes_of(connection: Any) -> int:
    """Return the memory of the server process; 0 without permission (granted by locks.sql)."""
    try:
        with psycopg.Cursor(connection) as plain:
            plain.execute(_MEMORY, prepare=False)
            plain.nextset()
            row = plain.fetchone()
    except psycopg.errors.InsufficientPrivilege:
        connection.rollback()
        return 0
    return int(row[0]) if row else 0


def most_spaces_met() -> int:
    """Return the largest number of spaces that a single connection of this process has entered."""
    return max((len(met) for met in list(_visited.values())), default=0)


def most_backend_bytes() -> int:
    """Return the largest memory of a connection's process, as the pool measured it last.

    A connection that has met few spaces was not measured yet, and counts as 0.
    """
    return max((measure.bytes for measure in list(_measured.values())), default=0)


def take_stats() -> list[dict[str, int]]:
    """Return the counters of each pool since the last call: requests, waits, timeouts."""
    with _making:
        return [pool.pop_stats() for pool in _pools.values()]


def hung_up(connection: Any) -> bool:
    """Return True if the server closed an idle connection: it is readable without a query."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
