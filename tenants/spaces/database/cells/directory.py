"""The cluster that each space is in: home, or a cell of the settings.

The row of a space in `public` at home decides. A process remembers it for some seconds, and longer
while home is away; an entry that a cluster refuses makes it look again (`base.py`).
"""

import functools
import threading
import time
from collections import defaultdict
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import DatabaseError, OperationalError, connections

from saas.addresses import HOME, SpaceLogin
from tenants.spaces.database import server

REMEMBERED_SECONDS = 30.0
# A request or job of a space that is handed over waits for so long.
GATE_SECONDS = 2.0
GATE_STEP_SECONDS = 0.05
# While home is away, the last known place holds for so long without another question.
AWAY_SECONDS = 5.0
_LOGINS = ("default", "owner")
_PLACE = "SELECT cell, moves_to FROM public.spaces_tenant WHERE schema_name = %s"


class Place(NamedTuple):
    """The cell of a space, where it moves to, and when its row was read."""

    cell: str
    moves_to: str
    read_at: float


_places: dict[str, Place] = {}
_readers: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def cell_of(name: str, alias: str = "default") -> str:
    """Return the cell that a space is in; empty at home, and on a login that is bound to a cell."""
    return _place_of(name).cell if settings.CELLS and alias in _LOGINS else ""


def alias_of(name: str, alias: str) -> str:
    """Return the database in which a login finds a space: `owner` at home, else `owner.east`."""
    cell = cell_of(name, alias)
    return alias_in(cell, alias) if cell else alias


def alias_in(cell: str, alias: str) -> str:
    """Return the database of a login in a cell. Raises DatabaseError for a cell without one."""
    there = f"{alias}.{cell}" if cell else alias
    if there not in connections.settings:
        raise DatabaseError(
            f"the cell {cell!r} has no login {alias!r} in this process:"
            " CELLS or CELL_OWNERS lacks it"
        )
    return there


def clusters() -> list[str]:
    """Return home (empty) and each cell."""
    return ["", *settings.CELLS]


@functools.cache
def login_in(cell: str, alias: str) -> SpaceLogin:
    """Return the address and password of a login in a cell."""
    where = connections.settings[alias_in(cell, alias)]
    return SpaceLogin(
        user=where["USER"],
        password=where["PASSWORD"],
        host=where["HOST"],
        port=str(where["PORT"] or 5432),
        database=where["NAME"],
        tls=tuple(
            (name, str(value))
            for name, value in where["OPTIONS"].items()
            if name.startswith(("ssl", "target_session_attrs"))
        ),
    )


def place_since(name: str, moment: float) -> Place:
    """Return the place of a space as home had it at a moment or later; threads share a query."""
    with _readers[name]:
        known = _places.get(name)
        if known is not None and known.read_at >= moment:
            return known
        return _read(name, known)


def is_moving(name: str) -> bool:
    """Return True if a space was being moved to another cluster when last asked."""
    return bool(_place_of(name).moves_to)


def remember(name: str, cell: str, moves_to: str = "") -> None:
    """Remember the place of a space from its row, without another query."""
    _places[name] = Place(cell, moves_to, time.monotonic())


def forget(name: str = "") -> None:
    """Read the place of a space again when next asked, or of all."""
    if name:
        _places.pop(name, None)
    else:
        _places.clear()


def spaces_by_cell() -> dict[str, int]:
    """Return the number of spaces in home (empty) and in each cell that holds any."""
    rows = _ask(
        "SELECT cell, count(*) FROM public.spaces_tenant"
        " WHERE state <> 'deleted' AND schema_name <> 'public' GROUP BY 1"
    )
    return {str(cell): int(number) for cell, number in rows}


def emptiest() -> str:
    """Return the cell, or home, that a new space is founded in: the one with the fewest spaces.

    A cell that is away is passed over while another is not.
    """
    chosen = settings.FOUNDING_CELLS
    if len(chosen) == 1:
        return str(chosen[0])
    counted = spaces_by_cell()
    in_order = sorted(chosen, key=lambda cell: (counted.get(cell, 0), cell))
    return str(next(filter(_answers, in_order), in_order[0]))


def _answers(cell: str) -> bool:
    where = connections.settings[alias_in(cell, "owner")]
    try:
        psycopg.connect(**server.address(where)).close()
    except psycopg.OperationalError:
        return False
    return True


def shown(cell: str) -> str:
    """Return the name of a cell for operators."""
    return cell or HOME


def _place_of(name: str) -> Place:
    known = _places.get(name)
    if known is not None and time.monotonic() < known.read_at + REMEMBERED_SECONDS:
        return known
    return place_since(name, time.monotonic() - REMEMBERED_SECONDS)


def _read(name: str, known: Place | None) -> Place:
    began = time.monotonic()
    try:
        rows = _ask(_PLACE, name)
    except OperationalError:
        if known is None:
            raise
        # Home is away: the space may be there all the same.
        place = known._replace(read_at=time.monotonic() - REMEMBERED_SECONDS + AWAY_SECONDS)
    else:
        cell, moves_to = rows[0] if rows else ("", "")
        place = Place(str(cell), str(moves_to), began)
    _places[name] = place
    return place


def _ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask home by a connection of its own: that of the thread may be in a space, or broken."""
    where = connections.settings["default"]
    try:
        with psycopg.connect(**server.address(where), autocommit=True) as connection:
            if where["OPTIONS"].get("assume_space_role", True):
                connection.execute("SET ROLE troovon_public")
            return connection.execute(statement.encode(), values).fetchall()
    except psycopg.OperationalError as error:
        raise OperationalError(*error.args) from error
