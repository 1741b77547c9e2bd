"""Moves a space to another cluster while people use it.

Its schema is built there and follows the old one by logical replication. Then the gate shuts: the
login may become its role no longer, and a request waits in the backend (`following.py`), two
seconds at most. The last changes and the sequence follow, the row at home names the new cluster,
its gate opens, and the old copy is kept for a day under another name, closed. A move that was
killed is begun again by the same command; a gate whose mover died is opened by its guard, or by
the clock.
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from saas.kernel.errors import Refused
from tenants.spaces import hosts
from tenants.spaces.database import birth, blueprint, role_access
from tenants.spaces.database.cells import directory, gate, replication
from tenants.spaces.database.cells.gate import OWNER
from tenants.spaces.models import Blueprint, SpaceOperation, Tenant

MOVE_LOCK = 7_420_003
COPY_SECONDS = 3600
LEFT_COPY_LASTS = dt.timedelta(days=1)
STAMP = "%Y%m%d%H%M%S"
_STEP_SECONDS = 0.01
_SLOT_SECONDS = 5.0
_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'
        AND c.relname <> 'django_migrations' ORDER BY 1
"""
# Some tables have no primary key: replication then compares whole rows.
_WITHOUT_KEY = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'
        AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
"""
_BY_WHOLE_ROWS = """
    SELECT relname FROM pg_class
    WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relreplident = 'f'
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s"
_COPIED = """
    SELECT count(*) FILTER (WHERE r.srsubstate <> 'r'), coalesce(max(t.sync_error_count), 0)
    FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid
    LEFT JOIN pg_stat_subscription_stats t ON t.subid = s.oid WHERE s.subname = %s
"""
_LEFT_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'left\\_%%' ORDER BY 1"
type Report = Callable[[str], None]


class Moved(NamedTuple):
    """A finished move: where to, how many tables, and how long the space was held."""

    slug: str
    cell: str
    tables: int
    copied_seconds: float
    held_seconds: float


class Route(NamedTuple):
    """A space that moves, and the owner's databases of both clusters."""

    name: str
    source: str
    target: str

    @property
    def copy(self) -> str:
        """The name of its publication, subscription and slot."""
        return f"move_{self.name}"


def move(*, tenant_id: int, cell: str, report: Report, at: dt.datetime) -> Moved:
    """Move a space to a cell, or home (empty); called by the operator's command.

    There is no `by`: the machine's account is the operator. Raises Refused if another mover has the
    space, if it is not movable, or if it was too busy to be held; then it is where it was.
    """
    with alone(tenant_id):
        tenant = Tenant.objects.using(OWNER).get(pk=tenant_id)
        gate.settle(tenant.schema_name)  # what a killed mover left shut
        if tenant.cell == cell:  # perhaps its mover was killed after the flip
            hosts.forget()
            _leave(tenant.schema_name, cell, at)
            return Moved(tenant.slug, directory.shown(cell), 0, 0.0, 0.0)
        _check(tenant)
        route = Route(tenant.schema_name, gate.database_of(tenant.cell), gate.database_of(cell))
        report("clear")
        _clear(route)
        _mark(tenant, directory.shown(cell))
        began = time.monotonic()
        try:
            report("copy")
            tables = _copy(route)
            copied = time.monotonic() - began
            report("hand over")
            held = _hand_over(tenant, route, cell)
        except Refused:  # raised before the flip only: the space stays, and nothing of the move
            _mark(tenant, "")
            _clear(route)
            raise
        report("shut the old copy")
        _leave(route.name, cell, at)
        return Moved(tenant.slug, directory.shown(cell), tables, copied, held)


def settle_abandoned() -> list[str]:
    """Open the gates of moves whose mover and guard died; return the spaces. For the clock."""
    settled = []
    for tenant in Tenant.objects.using(OWNER).exclude(moves_to=""):
        try:
            with alone(tenant.pk):
                if gate.settle(tenant.schema_name):
                    settled.append(tenant.schema_name)
                    here = gate.database_of(tenant.cell)
                    _forget_copying(Route(tenant.schema_name, here, here))
        except (Refused, DatabaseError):
            continue  # its mover lives, or a cluster is away: the next time
    if settled:
        hosts.forget()
    return settled


class alone:  # noqa: N801 - used as a function
    """Hold the lock of a space's move, and keep migrations away. Raises Refused if it is taken."""

    def __init__(self, tenant_id: int) -> None:
        self.values = [MOVE_LOCK, tenant_id]

    def __enter__(self) -> None:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", self.values)
            if cursor.fetchone() == (False,):
                raise Refused(_("Un autre déplacement de cet espace est en cours."))
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [birth.UPKEEP_LOCK])

    def __exit__(self, *_: object) -> None:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [birth.UPKEEP_LOCK])
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", self.values)


def _check(tenant: Tenant) -> None:
    """Raise Refused for a space that is closed, worked at, behind, or has a login of its own."""
    busy = {SpaceOperation.State.DUE, SpaceOperation.State.RUNNING}
    alias = gate.database_of(tenant.cell)
    works = SpaceOperation.objects.using(OWNER).filter(tenant=tenant, state__in=busy)
    if tenant.state != Tenant.State.ACTIVE or works.exists():
        raise Refused(_("Seul un espace ouvert, sans opération en cours, se déplace."))
    if not role_access.is_open(tenant.schema_name, alias):
        raise Refused(
            _("Cet espace a sa propre connexion\u00a0: retirez-la d’abord (space_login).")
        )
    if tenant.schema_hash != blueprint.migrations_hash():
        raise Refused(
            _("Cet espace attend une migration\u00a0: lancez d’abord `manage.py prepare`.")
        )


def _mark(tenant: Tenant, moves_to: str) -> None:
    Tenant.objects.using(OWNER).filter(pk=tenant.pk).update(moves_to=moves_to)
    hosts.forget()


def _clear(route: Route) -> None:
    """Remove what a killed move left: subscription, slot, publication, half a copy."""
    _forget_copying(route)
    _run(route.target, f'DROP SCHEMA IF EXISTS "{route.name}" CASCADE')


def _forget_copying(route: Route) -> None:
    """End the replication of a space that stays, and let its tables identify rows as before."""
    end_replication(route.name)
    for (table,) in _rows(route.source, _BY_WHOLE_ROWS, [route.name]):
        _identify(route, table, "DEFAULT")


def _identify(route: Route, table: str, by: str) -> None:
    _run(route.source, f'ALTER TABLE "{route.name}"."{table}" REPLICA IDENTITY {by}')


def end_replication(name: str) -> None:
    """End a move's replication in every cluster: the subscription first, which drops its slots."""
    copy = Route(name, "", "").copy
    databases = [gate.database_of(cell) for cell in directory.clusters()]
    for alias in databases:
        if _rows(alias, "SELECT 1 FROM pg_subscription WHERE subname = %s", [copy]):
            _run(alias, f'DROP SUBSCRIPTION "{copy}"')
    for alias in databases:
        _drop_slot(alias, copy)
        _run(alias, f'DROP PUBLICATION IF EXISTS "{copy}"')


def _drop_slot(alias: str, name: str) -> None:
    """Drop a slot without a subscription, once its walsender has gone."""
    statement = "SELECT active FROM pg_replication_slots WHERE slot_name = %s"
    until = time.monotonic() + _SLOT_SECONDS
    while slots := _rows(alias, statement, [name]):
        if not slots[0][0]:
            _rows(alias, "SELECT pg_drop_replication_slot(%s)", [name])
        elif time.monotonic() > until:
            raise Refused(_("L’ancien flux de cet espace ne se ferme pas\u00a0: réessayez."))
        time.sleep(_STEP_SECONDS)


def _copy(route: Route) -> int:
    """Build the schema at the target, and copy its rows until they follow; return the tables."""
    _build(route)
    tables = _publish(route)
    _run(
        route.target,
        sql.SQL(
            "CREATE SUBSCRIPTION {0} CONNECTION {1} PUBLICATION {0} WITH (slot_name = {0})"
        ).format(
            sql.Identifier(route.copy),
            sql.Literal(replication.conninfo_of(connections.settings[route.source])),
        ),
    )
    until = time.monotonic() + COPY_SECONDS
    while True:
        waiting, errors = _rows(route.target, _COPIED, [route.copy])[0]
        if not waiting:
            return len(tables)
        if errors or time.monotonic() > until:
            raise Refused(_("La copie de l’espace a échoué\u00a0: lisez le journal de PostgreSQL."))
        time.sleep(0.1)


def _build(route: Route) -> None:
    """Build role and schema at the target, shut until the space is there."""
    newest = Blueprint.objects.using(OWNER).defer("facts").order_by("-made_at", "-pk").first()
    if newest is None:
        raise Refused(_("Lancez d’abord `manage.py prepare`."))
    with transaction.atomic(using=route.target):
        if not role_access.standing(route.name, route.target).role:
            birth.make_role(route.name, route.target)
        birth.make_schema(route.name, newest.script, route.target)
        role_access.shut(route.name, route.target)


def _publish(route: Route) -> list[str]:
    """Publish the tables of the space at the source, and return their names."""
    tables = [row[0] for row in _rows(route.source, _TABLES, [route.name])]
    for (table,) in _rows(route.source, _WITHOUT_KEY, [route.name]):
        _identify(route, table, "FULL")
    named = ", ".join(f'"{route.name}"."{table}"' for table in tables)
    _run(route.source, f'CREATE PUBLICATION "{route.copy}" FOR TABLE {named}')
    return tables


def _hand_over(tenant: Tenant, route: Route, cell: str) -> float:
    """Shut the gate, let the rest follow, and name the new cluster; return the seconds held.

    A failure opens the gate again, where the space was.
    """
    _catch_up(route, time.monotonic() + COPY_SECONDS)
    with gate.guarded(route.name) as guard:
        began = time.monotonic()
        until = began + gate.HOLD_SECONDS
        gate.shut(route.name, route.source)
        gate.drain(route.name, route.source, until)
        _catch_up(route, until)
        _set_sequences(route)
        flip(tenant, cell)
        guard.flipped = True
        gate.open_gate(route.name, route.target)
        held = time.monotonic() - began
    hosts.forget()
    return held


def flip(tenant: Tenant, cell: str) -> None:
    """Name the new cluster at home. Raises Refused if the move was settled meanwhile."""
    shown = directory.shown(cell)
    row = Tenant.objects.using(OWNER).filter(pk=tenant.pk, cell=tenant.cell, moves_to=shown)
    if not row.update(cell=cell):
        raise gate.too_busy()


def _catch_up(route: Route, until: float) -> None:
    """Wait until the target has all that the source wrote. Raises Refused if it takes long."""
    end = _rows(route.source, "SELECT pg_current_wal_insert_lsn()::text", [])[0][0]
    while not _rows(
        route.source,
        "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND confirmed_flush_lsn >= %s",
        [route.copy, end],
    ):
        if time.monotonic() > until:
            raise gate.too_busy()
        time.sleep(_STEP_SECONDS)


def _set_sequences(route: Route) -> None:
    """Continue each sequence at the target: replication leaves them out."""
    for sequence, last in _rows(route.source, _SEQUENCES, [route.name]):
        if last is not None:
            _rows(
                route.target,
                "SELECT setval(%s::regclass, %s)",
                [f'"{route.name}"."{sequence}"', last],
            )


def _leave(name: str, cell: str, at: dt.datetime) -> None:
    """End the replication, and keep the old copy for a day under another name, closed."""
    end_replication(name)
    for other in directory.clusters():
        alias = gate.database_of(other)
        if other != cell and role_access.standing(name, alias).schema:
            role_access.shut(name, alias)
            _run(alias, f'ALTER SCHEMA "{name}" RENAME TO "left_{at.strftime(STAMP)}_{name}"')


def remove_left(*, at: dt.datetime) -> list[str]:
    """Drop the old copies that are a day old, and roles without a schema; return their names."""
    removed = []
    for cell in directory.clusters():
        try:
            removed += _remove_left_in(gate.database_of(cell), at)
        except DatabaseError:
            continue  # a cell that is away is asked the next time
    return removed


def _remove_left_in(alias: str, at: dt.datetime) -> list[str]:
    removed = []
    for (left,) in _rows(alias, _LEFT_SCHEMAS, []):
        _word, stamp, name = left.split("_", 2)
        if dt.datetime.strptime(stamp, STAMP).replace(tzinfo=dt.UTC) + LEFT_COPY_LASTS > at:
            continue
        _run(alias, f'DROP SCHEMA "{left}" CASCADE')
        if not role_access.standing(name, alias).schema:
            birth.drop(name, alias)
        removed.append(left)
    return removed


def _rows(alias: str, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _run(alias: str, statement: str | sql.Composed) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
