"""Connections that outlive a request: one pool for each login, and nothing survives in them."""

import atexit
import select
import threading
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from psycopg import pq
from psycopg_pool import ConnectionPool

# Whatever a request set, opened, listened to or locked ends with it.
CLEAN = (
    "RESET ROLE; RESET ALL; SET search_path = pg_catalog; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL;"
    " SELECT pg_advisory_unlock_all()"
)
# A process of PostgreSQL keeps what it learnt of each table that it touched until it ends: 0.3 MiB
# for each space whose home page it served. So it ends before that is more than some 400 MiB; with
# fewer, a thousand spaces in turn would each be met as if for the first time.
MOST_SPACES = 1_200
_visited: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
_pools: dict[tuple[str, str], ConnectionPool[Any]] = {}
_making = threading.Lock()


def of(wrapper: Any, login: str) -> ConnectionPool[Any] | None:
    """Return the pool from which a wrapper takes the connections of a login."""
    options = wrapper.settings_dict["OPTIONS"].get("pool")
    if not options or wrapper.alias == NO_DB_ALIAS:
        return None
    key = wrapper.alias, login
    with _making:
        if key not in _pools:
            _pools[key] = ConnectionPool(
                kwargs={**wrapper.get_connection_params(), "autocommit": True},
                open=False,
                configure=wrapper._configure_connection,  # noqa: SLF001 - as Django does it
                reset=clean,
                **options,
            )
        return _pools[key]


def close(alias: str = "") -> None:
    """Close the pools of an alias, or all: their threads would hold up the end of the process."""
    for key in [key for key in _pools if alias in {"", key[0]}]:
        _pools.pop(key).close()


atexit.register(close)


def clean(connection: Any) -> None:
    """Take the space off a connection that goes back to the pool: the second lock.

    One that has seen too many spaces counts as too old: the pool replaces it.
    """
    if is_worn(connection):
        connection._expire_at = 0.0  # noqa: SLF001 - closed instead, the pool warns each time
    if connection.info.transaction_status != pq.TransactionStatus.IDLE:
        connection.rollback()
    with psycopg.Cursor(connection) as plain:
        plain.execute(CLEAN, prepare=False)
    if not connection.autocommit:
        connection.commit()


def note_visit(connection: Any, name: str) -> None:
    """Remember that a connection has entered a space."""
    _visited.setdefault(connection, set()).add(name)


def is_worn(connection: Any) -> bool:
    """Say whether a connection has entered more spaces than its process should remember."""
    return len(_visited.get(connection, ())) > MOST_SPACES


def hung_up(connection: Any) -> bool:
    """Say whether the server closed an idle connection: readable without having been asked."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
