"""Figures to compare a restored database with: row counts, sums of the books, digests."""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import sql

MOST_SPACES = 3
MOST_ARCHIVES = 3
MOST_NAMED = 3
ARCHIVE = "archive "
type Value = int | str
type Figures = dict[str, Value]
type Bounds = dict[str, list[Value | None]]

# A space that was founded or worked in lately, and others that change from night to night.
_SPACES: LiteralString = """
    SELECT schema_name FROM public.spaces_tenant WHERE state = 'active' AND cell = %s
    ORDER BY md5(schema_name || current_date) LIMIT %s
"""
_TABLES: LiteralString = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY(%s)
    ORDER BY 1, 2
"""
_BOOKS: LiteralString = """
    SELECT account || ' ' || currency, sum(amount_cents)::bigint FROM public.billing_ledgerentry
    GROUP BY 1
"""
_ARCHIVES: LiteralString = """
    SELECT name, sha256 FROM public.spaces_archive WHERE removed_at IS NULL
    ORDER BY made_at DESC LIMIT %s
"""


def sample(connection: psycopg.Connection[Any], cell: str) -> list[str]:
    """Return the schemas of some spaces of a cluster; others on another day."""
    return [name for (name,) in connection.execute(_SPACES, [cell, MOST_SPACES]).fetchall()]


def measure(connection: psycopg.Connection[Any], spaces: list[str]) -> Figures:
    """Return the figures of public and of some spaces at a single moment."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found: Figures = {}
        for schema, table in connection.execute(_TABLES, [["public", *spaces]]).fetchall():
            counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            row = connection.execute(counting).fetchone()
            found[f"{schema}.{table}"] = row[0] if row else 0
        for account, cents in connection.execute(_BOOKS).fetchall():
            found[f"books {account}"] = cents
        for name, digest in connection.execute(_ARCHIVES, [MOST_ARCHIVES]).fetchall():
            found[f"{ARCHIVE}{name}"] = digest
        return found


def bounds(before: Figures, after: Figures) -> Bounds:
    """Return for each figure the two values between which the moment in the middle has it."""
    return {name: [before.get(name), after.get(name)] for name in sorted(before | after)}


def spaces_of(recorded: Mapping[str, object]) -> list[str]:
    """Return the schemas with recorded figures, other than public."""
    tables = [name for name in recorded if " " not in name]
    return sorted({name.partition(".")[0] for name in tables} - {"public"})


def differences(recorded: Bounds, found: Figures) -> list[str]:
    """Return a sentence for each figure that a restored cluster has and should not have."""
    return [
        f"{name} is {found.get(name)} and was {_words(limits)}"
        for name, limits in recorded.items()
        if not _fits(found.get(name), limits)
    ]


def _fits(value: Value | None, limits: list[Value | None]) -> bool:
    """Return True if a value is equal to a limit, or a number between both."""
    numbers = [limit for limit in limits if isinstance(limit, int)]
    if value in limits:
        return True
    if None in limits:  # it came into being or went meanwhile
        return True
    is_number = isinstance(value, int) and len(numbers) == len(limits)
    return is_number and min(numbers) <= int(value or 0) <= max(numbers)


def _words(limits: list[Value | None]) -> str:
    first, last = limits
    return str(first) if first == last else f"between {first} and {last}"
