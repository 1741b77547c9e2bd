"""Replication of `public` to the cells: what their spaces read is written at home alone.

Home publishes the tables that the views of `grants.SHARED_TABLES` reach. Each cell has the same
tables and views, subscribes, and writes none of them.
"""

import time
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error, connections, transaction
from psycopg import conninfo, sql

from tenants.spaces.database import grants, server
from tenants.spaces.database.cells import directory

PUBLICATION = "troovon_shared"
COPY_SECONDS = 120.0
_STEP_SECONDS = 0.2
SLOT_IS_LONG_BYTES = 1 << 30
# Tables below a view, however deep; a table that is shared itself counts as such.
_REACHED = """
    WITH RECURSIVE shared AS (
        SELECT c.oid, c.relkind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
        UNION
        SELECT c.oid, c.relkind FROM shared s
        JOIN pg_rewrite r ON r.ev_class = s.oid
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> s.oid
        JOIN pg_class c ON c.oid = d.refobjid AND c.relnamespace = 'public'::regnamespace
    )
    SELECT c.relname FROM shared s JOIN pg_class c USING (oid) WHERE s.relkind = 'r' ORDER BY 1
"""
_PUBLISHED = "SELECT tablename FROM pg_publication_tables WHERE pubname = %s ORDER BY 1"
_SLOT = """
    SELECT active, pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint, wal_status
    FROM pg_replication_slots WHERE slot_name = %s
"""
_APPLIED = """
    SELECT s.subenabled, coalesce(t.apply_error_count, 0), coalesce(t.sync_error_count, 0),
        (SELECT count(*) FROM pg_subscription_rel r
            WHERE r.srsubid = s.oid AND r.srsubstate <> 'r')
    FROM pg_subscription s LEFT JOIN pg_stat_subscription_stats t ON t.subid = s.oid
    WHERE s.subname = %s
"""


class Link(NamedTuple):
    """The replication of `public` to a cell: what it lags behind, and what is wrong with it."""

    cell: str
    lag_bytes: int
    errors: int
    waiting_tables: int
    faults: list[str]


def reached_tables(alias: str) -> list[str]:
    """Return the tables of `public` that the views of a space reach."""
    return [row[0] for row in _rows(alias, _REACHED, [list(grants.SHARED_TABLES)])]


def published_tables(alias: str) -> list[str]:
    """Return the tables that home publishes at present."""
    return [row[0] for row in _rows(alias, _PUBLISHED, [PUBLICATION])]


def publish(alias: str) -> None:
    """Publish at home exactly the tables that views reach; idempotent."""
    wanted, published = reached_tables(alias), published_tables(alias)
    if wanted == published:
        return
    tables = sql.SQL(", ").join(sql.Identifier("public", name) for name in wanted)
    exists = bool(_rows(alias, "SELECT 1 FROM pg_publication WHERE pubname = %s", [PUBLICATION]))
    verb = "ALTER PUBLICATION {} SET TABLE {}" if exists else "CREATE PUBLICATION {} FOR TABLE {}"
    _run(alias, sql.SQL(verb).format(sql.Identifier(PUBLICATION), tables))


def subscribe(cell: str, home: str, there: str) -> None:
    """Let a cell follow the publication, from an empty `public` or from where it was; idempotent.

    Raises NotEmptyError if its `public` has spaces of its own and no subscription: then CELLS names
    the database of another installation, or home.
    """
    name = sql.Identifier(slot_of(cell))
    source = sql.Literal(conninfo_of(connections.settings[home]))
    exists = bool(_rows(there, "SELECT 1 FROM pg_subscription WHERE subname = %s", [slot_of(cell)]))
    if exists:
        _run(there, sql.SQL("ALTER SUBSCRIPTION {} CONNECTION {}").format(name, source))
        _run(there, sql.SQL("ALTER SUBSCRIPTION {} REFRESH PUBLICATION").format(name))
        return
    if _rows(there, "SELECT 1 FROM public.spaces_tenant LIMIT 1", []):
        raise NotEmptyError(
            f"the database of the cell {cell} holds spaces that are not replicated from home:"
            " nothing was touched. CELLS and CELL_OWNERS name an empty database"
        )
    _empty(there, published_tables(home))
    _run(
        there,
        sql.SQL("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH (slot_name = {})").format(
            name, source, sql.Identifier(PUBLICATION), name
        ),
    )


def _empty(there: str, tables: list[str]) -> None:
    """Delete the rows that migrations write first, such as the price list: they come from home."""
    with transaction.atomic(using=there):
        for table in tables:
            _run_in_transaction(
                there, sql.SQL("DELETE FROM {}").format(sql.Identifier("public", table))
            )


def unsubscribe(cell: str, there: str) -> None:
    """End the subscription of a cell, and its slot at home with it."""
    name = slot_of(cell)
    if _rows(there, "SELECT 1 FROM pg_subscription WHERE subname = %s", [name]):
        _run(there, sql.SQL("DROP SUBSCRIPTION {}").format(sql.Identifier(name)))


def wait(cell: str, login: str, *, seconds: float = COPY_SECONDS) -> Link:
    """Return the state of the replication to a cell once all is copied, or after some time."""
    until = time.monotonic() + seconds
    while True:
        link = link_to(cell, login)
        if not (link.faults or link.waiting_tables) or time.monotonic() > until:
            return link
        time.sleep(_STEP_SECONDS)


def sentence_of(link: Link) -> str:
    """Return what is wrong with the replication to a cell, for operators; empty if it follows."""
    waiting = [f"{link.waiting_tables} tables are not copied yet"] if link.waiting_tables else []
    return "; ".join([*link.faults, *waiting])


def links(login: str = "default") -> list[Link]:
    """Return the state of the replication to each cell; a cell that is away has that fault."""
    return [link_to(cell, login) for cell in settings.CELLS]


def link_to(cell: str, login: str = "default") -> Link:
    """Return the state of the replication to a cell, asked at home and there."""
    lag, faults = _slot_of(cell, login)
    try:
        rows = _rows(directory.alias_in(cell, login), _APPLIED, [slot_of(cell)])
    except Error as error:
        return Link(cell, lag, 0, 0, [f"it is away ({type(error).__name__})", *faults])
    if not rows:
        return Link(cell, lag, 0, 0, ["it does not subscribe: run `manage.py prepare`"])
    enabled, applied, synced, waiting = rows[0]
    faults += [] if enabled else ["its subscription is disabled"]
    return Link(cell, lag, int(applied) + int(synced), int(waiting), faults)


def _slot_of(cell: str, login: str) -> tuple[int, list[str]]:
    """Return how many bytes home keeps for a cell, and what is wrong with it at home."""
    slots = _rows(login, _SLOT, [slot_of(cell)])
    if not slots:
        return 0, ["home has no slot for it: run `manage.py prepare`"]
    active, lag, wal_status = slots[0]
    lag = int(lag or 0)
    faults = {
        "it does not fetch what home writes": not active,
        "home keeps its changes no longer: `manage.py cell remove`, then prepare": wal_status
        == "lost",
        f"home keeps {lag >> 20} MiB of changes for it": lag > SLOT_IS_LONG_BYTES,
    }
    return lag, [sentence for sentence, is_so in faults.items() if is_so]


class NotEmptyError(Exception):
    """The database of a new cell is in use; the message is a sentence."""


class NotFollowingError(Exception):
    """A cell does not follow home; the message is a sentence."""


def slot_of(cell: str) -> str:
    """Return the name of a cell's subscription and of its slot at home."""
    return f"troovon_{cell}"


def conninfo_of(values: dict[str, Any]) -> str:
    """Return how a cell's server reaches home as the owner, whose password only it may read."""
    return conninfo.make_conninfo(**server.address(values | {"PORT": values["PORT"] or 5432}))


def _rows(alias: str, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    connection: Any = connections[alias]
    before = connection.schema_name
    connection.set_schema("public")
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    finally:
        connection.set_schema(before)


def _run(alias: str, statement: sql.Composed) -> None:
    """Run a statement of its own: a subscription is made outside of transactions."""
    if transaction.get_connection(alias).in_atomic_block:
        raise RuntimeError("a subscription is changed outside of transactions")
    _run_in_transaction(alias, statement)


def _run_in_transaction(alias: str, statement: sql.Composed) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
