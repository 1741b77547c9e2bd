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
from tenants.spaces.database.cells import directory, faults
from tenants.spaces.database.cells.faults import Fault

PUBLICATION = "troovon_shared"
COPY_SECONDS = 120.0
SLOT_SECONDS = 10.0
_STEP_SECONDS = 0.2
SLOT_IS_LONG_BYTES = 1 << 30
# The servers speak to each other every half minute, also when nothing is written.
SILENT_SECONDS = 90
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
            WHERE r.srsubid = s.oid AND r.srsubstate <> 'r'),
        w.pid IS NOT NULL, extract(epoch FROM now() - w.last_msg_receipt_time)::float
    FROM pg_subscription s LEFT JOIN pg_stat_subscription_stats t ON t.subid = s.oid
    LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.worker_type = 'apply'
    WHERE s.subname = %s
"""
_UNKNOWN_SPACES = """
    SELECT count(*) FROM public.spaces_tenant WHERE NOT schema_name = ANY(%s)
"""


class Link(NamedTuple):
    """The replication of `public` to a cell: what it lags behind, and what is wrong with it."""

    cell: str
    lag_bytes: int
    errors: int
    waiting_tables: int
    faults: list[Fault]
    silent_seconds: float = 0.0

    @property
    def is_away(self) -> bool:
        """True if the cell did not answer."""
        return any(fault.kind == faults.AWAY for fault in self.faults)


def reached_tables(alias: str) -> list[str]:
    """Return the tables of `public` that the views of a space reach."""
    return [row[0] for row in ask(alias, _REACHED, [list(grants.SHARED_TABLES)])]


def published_tables(alias: str) -> list[str]:
    """Return the tables that home publishes at present."""
    return [row[0] for row in ask(alias, _PUBLISHED, [PUBLICATION])]


def publish(alias: str) -> None:
    """Publish at home exactly the tables that views reach; idempotent."""
    wanted, published = reached_tables(alias), published_tables(alias)
    if wanted == published:
        return
    tables = sql.SQL(", ").join(sql.Identifier("public", name) for name in wanted)
    exists = bool(ask(alias, "SELECT 1 FROM pg_publication WHERE pubname = %s", [PUBLICATION]))
    verb = "ALTER PUBLICATION {} SET TABLE {}" if exists else "CREATE PUBLICATION {} FOR TABLE {}"
    _run(alias, sql.SQL(verb).format(sql.Identifier(PUBLICATION), tables))


def subscribe(cell: str, home: str, there: str) -> None:
    """Let a cell follow the publication, from an empty `public` or from where it was; idempotent.

    A cell whose subscription or slot was lost is copied again from home. Raises NotEmptyError if
    its `public` has spaces that home does not know: then CELLS names the database of another
    installation, or home.
    """
    if _follows(cell, home, there):
        name = sql.Identifier(slot_of(cell))
        source = sql.Literal(conninfo_of(connections.settings[home]))
        _run(there, sql.SQL("ALTER SUBSCRIPTION {} CONNECTION {}").format(name, source))
        _run(there, sql.SQL("ALTER SUBSCRIPTION {} SET (synchronous_commit = local)").format(name))
        _run(there, sql.SQL("ALTER SUBSCRIPTION {} REFRESH PUBLICATION").format(name))
        return
    known = [row[0] for row in ask(home, "SELECT schema_name FROM public.spaces_tenant", [])]
    if (
        conninfo_of(connections.settings[home]) == conninfo_of(connections.settings[there])
        or (ask(there, _UNKNOWN_SPACES, [known])[0][0])
    ):
        raise NotEmptyError(
            f"the database of the cell {cell} holds spaces that are not replicated from home:"
            " nothing was touched. CELLS and CELL_OWNERS name an empty database"
        )
    unsubscribe(cell, home, there)
    _empty(there, published_tables(home))
    _run(
        there,
        sql.SQL(
            "CREATE SUBSCRIPTION {0} CONNECTION {1} PUBLICATION {2}"
            " WITH (slot_name = {0}, synchronous_commit = local)"
        ).format(
            sql.Identifier(slot_of(cell)),
            sql.Literal(conninfo_of(connections.settings[home])),
            sql.Identifier(PUBLICATION),
        ),
    )


def _follows(cell: str, home: str, there: str) -> bool:
    """Return True if the subscription and its slot are there, and home keeps its changes."""
    slots = ask(home, _SLOT, [slot_of(cell)])
    return bool(slots) and slots[0][2] != "lost" and _subscribes(cell, there)


def _subscribes(cell: str, there: str) -> bool:
    return bool(ask(there, "SELECT 1 FROM pg_subscription WHERE subname = %s", [slot_of(cell)]))


def _empty(there: str, tables: list[str]) -> None:
    """Delete the rows that migrations write first, such as the price list: they come from home."""
    with transaction.atomic(using=there):
        for table in tables:
            _run_in_transaction(
                there, sql.SQL("DELETE FROM {}").format(sql.Identifier("public", table))
            )


def unsubscribe(cell: str, home: str, there: str) -> None:
    """End the subscription of a cell, and its slot at home; either may be lost already."""
    if _subscribes(cell, there):
        name = sql.Identifier(slot_of(cell))
        for words in ("DISABLE", "SET (slot_name = NONE)"):
            _run(there, sql.SQL("ALTER SUBSCRIPTION {} " + words).format(name))
        _run(there, sql.SQL("DROP SUBSCRIPTION {}").format(name))
    drop_slot(cell, home)


def drop_slot(cell: str, home: str) -> None:
    """Drop the slot of a cell at home, once its walsender has gone."""
    until = time.monotonic() + SLOT_SECONDS
    while slots := ask(home, _SLOT, [slot_of(cell)]):
        if not slots[0][0]:
            ask(home, "SELECT pg_drop_replication_slot(%s)", [slot_of(cell)])
        elif time.monotonic() > until:
            raise NotFollowingError(f"home still sends changes to {cell}: run it again")
        time.sleep(_STEP_SECONDS)


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
    return "; ".join([*(fault.sentence for fault in link.faults), *waiting])


def links(login: str = "default") -> list[Link]:
    """Return the state of the replication to each cell; a cell that is away has that fault."""
    return [link_to(cell, login) for cell in settings.CELLS]


def link_to(cell: str, login: str = "default") -> Link:
    """Return the state of the replication to a cell, asked at home and there."""
    lag, found = _slot_at_home(cell, login)
    try:
        rows = ask(directory.alias_in(cell, login), _APPLIED, [slot_of(cell)])
    except Error as error:
        away = Fault(cell, faults.AWAY, type(error).__name__)
        return Link(cell, lag, 0, 0, faults.causes([away, *found]))
    if not rows:
        unsubscribed = Fault(cell, faults.UNSUBSCRIBED)
        return Link(cell, lag, 0, 0, faults.causes([unsubscribed, *found]))
    enabled, applied, synced, waiting, works, silent = rows[0]
    errors, seconds = int(applied) + int(synced), float(silent or 0)
    idle = any(fault.kind == faults.IDLE for fault in found)
    found += _faults(
        cell,
        {
            faults.DISABLED: ("", not enabled),
            faults.FAILED: (str(errors), enabled and errors and idle and not works),
            faults.SILENT: (f"{seconds:.0f}", seconds > SILENT_SECONDS),
        },
    )
    return Link(cell, lag, errors, int(waiting), faults.causes(found), seconds)


def _slot_at_home(cell: str, login: str) -> tuple[int, list[Fault]]:
    """Return how many bytes home keeps for a cell, and what is wrong with it at home."""
    slots = ask(login, _SLOT, [slot_of(cell)])
    if not slots:
        return 0, [Fault(cell, faults.SLOTLESS)]
    active, lag, wal_status = slots[0]
    lag = int(lag or 0)
    return lag, _faults(
        cell,
        {
            faults.IDLE: ("", not active),
            faults.LOST: ("", wal_status == "lost"),
            faults.LONG: (str(lag >> 20), lag > SLOT_IS_LONG_BYTES),
        },
    )


def _faults(cell: str, states: dict[str, tuple[str, Any]]) -> list[Fault]:
    return [Fault(cell, kind, figure) for kind, (figure, holds) in states.items() if holds]


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


def ask(alias: str, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Ask a cluster in `public`."""
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
