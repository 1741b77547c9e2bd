"""The states of all schemas: a single query, and their own rows if they differ."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import batched

from django.db import connections

from tenants.spaces.database.base import PUBLIC
from tenants.spaces.database.blueprint import TOKEN
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Tenant

type Key = tuple[str, str]  # an app and the name of its migration

CHUNK = 100  # schemas per query: each is locked until the response
LIVING = {Tenant.State.ACTIVE, Tenant.State.SUSPENDED}
_SCHEMAS = """
    SELECT n.nspname, t.schema_name, t.state, t.schema_hash, c.oid IS NOT NULL
    FROM (SELECT * FROM public.spaces_tenant WHERE cell = '') t
    FULL JOIN (SELECT oid, nspname FROM pg_namespace
               WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> ALL(%s)) n
           ON n.nspname = t.schema_name
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'django_migrations'
    ORDER BY t.id
"""


# A cell's own `public` is a copy, behind home by moments: the rows are home's.
_ROWS = """
    SELECT schema_name, state, schema_hash FROM public.spaces_tenant WHERE cell = %s ORDER BY id
"""
_SCHEMAS_THERE = """
    SELECT n.nspname, c.oid IS NOT NULL FROM pg_namespace n
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'django_migrations'
    WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> ALL(%s)
"""
_OTHERS = [PUBLIC, "information_schema", TOKEN]
type Row = tuple[str | None, str | None, str, str, bool]


@dataclass
class Spaces:
    """The spaces to be brought up, and those left alone, each by the name of its schema."""

    current: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


def read_spaces(wanted: str, alias: str, *, cell: str = "", verify: bool = False) -> Spaces:
    """Read the states of all schemas; with `verify`, check those recorded as up to date too.

    They are those at home, or those of a cell.
    """
    spaces = Spaces()
    for schema, name, state, has, built in _rows_in(cell, alias):
        if name is None:
            spaces.skipped[str(schema)] = "a schema that belongs to no space"
        elif schema is None or state == Tenant.State.DELETED:
            _note_absent(spaces, name, state, absent=schema is None)
        elif not built:
            spaces.broken[name] = "half built: it does not say which migrations it has"
        else:
            spaces.hashes[name] = has
            done = has == wanted and not verify
            (spaces.current if done else spaces.behind).append(name)
    return spaces


def orphans_in(cell: str, alias: str) -> list[str]:
    """Return the schemas of a cell that belong to no space of it: a founding or move left them."""
    found = [str(row[0]) for row in _rows_in(cell, alias) if row[1] is None]
    return sorted(name for name in found if not name.startswith("left_"))


def _rows_in(cell: str, alias: str) -> list[Row]:
    """Return schema, space, state, hash of each, and whether the schema records migrations."""
    with connections[alias].cursor() as cursor:
        if not cell:
            cursor.execute(_SCHEMAS, [_OTHERS])
            return list(cursor.fetchall())
        cursor.execute(_ROWS, [cell])
        rows = {name: (state, has) for name, state, has in cursor.fetchall()}
    with connections[directory.alias_in(cell, alias)].cursor() as cursor:
        cursor.execute(_SCHEMAS_THERE, [_OTHERS])
        built = dict(cursor.fetchall())
    known: list[Row] = [
        (name if name in built else None, name, *rows[name], built.get(name, False))
        for name in rows
    ]
    return known + [(schema, None, "", "", False) for schema in built if schema not in rows]


def _note_absent(spaces: Spaces, name: str, state: str, *, absent: bool) -> None:
    if absent and state in LIVING:
        spaces.broken[name] = "its schema is gone"
    else:
        spaces.skipped[name] = str(state)


def applied(names: list[str], alias: str) -> dict[str, frozenset[Key]]:
    """Return which migrations each of these schemas has."""
    found: dict[str, frozenset[Key]] = {}
    with connections[alias].cursor() as cursor:
        for chunk in batched(names, CHUNK):
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{name}', array_agg(ARRAY[app, name])"  # noqa: S608 - our own names
                    f' FROM "{name}".django_migrations'
                    for name in chunk
                )
            )
            for name, rows in cursor.fetchall():
                found[name] = frozenset((app, migration) for app, migration in rows or [])
    return found


def grouped(
    have: dict[str, frozenset[Key]], wanted: frozenset[Key]
) -> dict[frozenset[Key], list[str]]:
    """Put together the spaces that lack the same of the wanted migrations."""
    groups: dict[frozenset[Key], list[str]] = defaultdict(list)
    for name, keys in have.items():
        groups[wanted - keys].append(name)
    return dict(groups)
