"""The states of all schemas: a single query, and their own rows if they differ."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import batched

from django.db import connections

from tenants.spaces.database.base import PUBLIC
from tenants.spaces.database.blueprint import TOKEN
from tenants.spaces.models import Tenant

type Key = tuple[str, str]  # an app and the name of its migration

CHUNK = 100  # schemas per query: each is locked until the response
LIVING = {Tenant.State.ACTIVE, Tenant.State.SUSPENDED}
_SCHEMAS = """
    SELECT n.nspname, t.schema_name, t.state, t.schema_hash, c.oid IS NOT NULL
    FROM public.spaces_tenant t
    FULL JOIN (SELECT oid, nspname FROM pg_namespace
               WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> ALL(%s)) n
           ON n.nspname = t.schema_name
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'django_migrations'
    ORDER BY t.id
"""


@dataclass
class Spaces:
    """The spaces to be brought up, and those left alone, each by the name of its schema."""

    current: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


def read_spaces(wanted: str, alias: str, *, verify: bool = False) -> Spaces:
    """Read the states of all schemas; with `verify`, check those recorded as up to date too."""
    spaces = Spaces()
    with connections[alias].cursor() as cursor:
        cursor.execute(_SCHEMAS, [[PUBLIC, "information_schema", TOKEN]])
        for schema, name, state, has, built in cursor.fetchall():
            if name is None:
                spaces.skipped[schema] = "a schema that belongs to no space"
            elif schema is None or state == Tenant.State.DELETED:
                _note_absent(spaces, name, state, absent=schema is None)
            elif not built:
                spaces.broken[name] = "half built: it does not say which migrations it has"
            else:
                spaces.hashes[name] = has
                done = has == wanted and not verify
                (spaces.current if done else spaces.behind).append(name)
    return spaces


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
