"""A look at each cluster: its spaces, size, connections, and how it follows home."""

from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import DatabaseError, OperationalError, connections

from tenants.spaces.database import locks, server
from tenants.spaces.database.cells import directory, faults, halves, replication
from tenants.spaces.database.cells.faults import Fault
from tenants.spaces.database.upkeep import state

_SIZE = """
    SELECT pg_database_size(current_database()),
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
        current_setting('max_connections')::int
"""


class Cell(NamedTuple):
    """A cluster: home has the empty name. Sizes are None while it is away."""

    name: str
    spaces: int
    founds: bool
    size_bytes: int | None
    connections: int | None
    most_connections: int | None
    lag_bytes: int = 0
    silent_seconds: float = 0.0
    errors: int = 0
    waiting_tables: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def shown(self) -> str:
        """The name for operators."""
        return directory.shown(self.name)


def cells(login: str = "default") -> list[Cell]:
    """Return home and each cell. Raises DatabaseError while home is away."""
    counted = directory.spaces_by_cell()
    return [cell(name, login, counted) for name in directory.clusters()]


def cell(name: str, login: str, counted: dict[str, int]) -> Cell:
    """Return a cluster with the faults that are cheap to look for."""
    sizes: tuple[int | None, ...] = (None, None, None)
    basis: dict[str, Any] = {
        "name": name,
        "spaces": counted.get(name, 0),
        "founds": name in settings.FOUNDING_CELLS,
    }
    if not name:
        return Cell(**basis, **_named(_sizes(login)), faults=tuple(lost_halves(name)))
    link = replication.link_to(name, login)
    found = [*link.faults, *lost_halves(name)]
    if not link.is_away:
        try:
            sizes = _sizes(directory.alias_in(name, login))
            found += open_locks(name)
        except DatabaseError as error:
            found.append(Fault(name, faults.AWAY, type(error).__name__))
    return Cell(
        **basis,
        **_named(sizes),
        lag_bytes=link.lag_bytes,
        silent_seconds=link.silent_seconds,
        errors=link.errors,
        waiting_tables=link.waiting_tables,
        faults=tuple(found),
    )


def open_locks(cell: str) -> list[Fault]:
    """Return the open locks of a cell, as of some seconds ago."""
    there = directory.alias_in(cell, "default")
    return [Fault(cell, faults.LOCKS, sentence) for sentence in locks.lately(there)]


def lost_halves(cell: str) -> list[Fault]:
    """Return the fault of acts that a space of the cluster has perhaps lost: the latest of them."""
    acts = halves.lost(cell)
    if not acts:
        return []
    last = acts[-1]
    figure = f"{last.space}, request {last.request or '-'}"
    figure += f", and {len(acts) - 1} before it" if len(acts) > 1 else ""
    return [Fault(directory.shown(cell), faults.HALF, figure)]


def orphans(cell: str) -> list[Fault]:
    """Return the schemas of a cell that belong to no space, for the owner."""
    return [Fault(cell, faults.ORPHAN, name) for name in state.orphans_in(cell, "owner")]


def _named(sizes: tuple[int | None, ...]) -> dict[str, Any]:
    return dict(
        zip(("size_bytes", "connections", "most_connections"), sizes, strict=True),
    )


def _sizes(alias: str) -> tuple[int, ...]:
    """Ask as the login itself: the role of `public` may not connect, nor ask for the size."""
    where = server.address(connections.settings[alias])
    try:
        with psycopg.connect(**where, autocommit=True) as connection:
            row = connection.execute(_SIZE).fetchone()
    except psycopg.Error as error:
        raise OperationalError(*error.args) from error
    return tuple(map(int, row or ()))
