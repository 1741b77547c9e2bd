"""EXPLAIN reveals no values of others' rows to a space: each readable column is tested."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from infra.drills.inside import plans
from saas.kernel import schema
from tenants.spaces.database import grants
from tests.tenants.spaces.database import connecting

MANY = 1500
# A view without its fence, like a view by a developer unaware of it.
UNFENCED = """
    CREATE OR REPLACE VIEW public.billing_own_terms WITH (security_barrier) AS
    SELECT s.id, c.reference AS council_reference, s.version, s.rate_bp, s.valid_from,
           s.offered_at, s.accepted_at, s.accepted_by_name, s.accepted_by_role,
           s.offered_by_name, s.aep_bp, s.resolution, s.declined_at, s.declined_by_name,
           s.declined_because
    FROM spaces_tenant t
    JOIN billing_council c ON c.tenant_id = t.id
    JOIN billing_shareterms s ON s.council_id = c.id
    WHERE t.schema_name = current_user::text COLLATE "default"
"""
# Values for rows at the conditions of views: half of the rows then match.
STATES = ("published", "paid", "accepted", "active", "done", "owed")
ACCOUNTS = ("share.cost", "share.held", "share.due")
_LOOSEN = """
    SELECT format('ALTER TABLE public.%I DROP CONSTRAINT %I CASCADE', t.relname, k.conname)
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    WHERE t.relnamespace = 'public'::regnamespace AND (
        k.contype IN ('c', 'u', 'x', 'f')
        -- The key of a table that has a row for each row of another.
        OR k.contype = 'p' AND NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = t.oid AND a.attnum = ANY(k.conkey) AND a.attname = 'id'
        )
    )
"""
_UNIQUE = """
    SELECT format('DROP INDEX public.%I', i.relname)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indisunique AND NOT x.indisprimary AND i.relnamespace = 'public'::regnamespace
"""
_TABLES = """
    SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relname <> 'spaces_tenant'
        AND c.relnamespace = 'public'::regnamespace
        AND c.relname ~ '^(billing|merchants|offers|placements|spaces|city_services)_'
"""
_COLUMNS = """
    SELECT attname, format_type(atttypid, NULL),
           CASE WHEN atttypmod > 4 AND atttypid = 'varchar'::regtype THEN atttypmod - 4 ELSE 30 END
    FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
        AND attgenerated = ''
"""


@pytest.fixture
def space(db: None) -> Iterator[Any]:
    with schema.inside("north"), connection.cursor() as cursor:
        yield cursor


def test_nothing_that_a_space_asks_is_applied_to_rows_of_others(space: Any) -> None:
    open_ones = [
        column
        for relation in grants.SHARED_TABLES
        for column in plans.open_columns(space, relation)
    ]
    assert open_ones == [], "end the view in its sql file with a fence: OFFSET 0"


def test_relation_that_is_no_fenced_view_is_named_for_a_reason(space: Any) -> None:
    """Check that only listed tables are granted; the test of estimates catches any other."""
    space.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)"
        " AND relnamespace = 'public'::regnamespace",
        [list(grants.SHARED_TABLES)],
    )
    assert {row[0] for row in space.fetchall()} == plans.OF_ALL
    assert set(plans.KEYS) <= set(grants.SHARED_TABLES)


def test_view_without_a_fence_is_found(own_database: None) -> None:
    with connecting.admin() as admin:
        admin.execute(UNFENCED)
    with schema.inside("north"), connection.cursor() as cursor:
        found = plans.open_columns(cursor, "billing_own_terms")
    assert "billing_own_terms.rate_bp" in found
    assert "billing_own_terms.council_reference" in found


@pytest.fixture
def full(own_database: None) -> None:
    """Tables full of rows of other spaces, with statistics of every column."""
    with connecting.admin() as admin:
        for question in (_LOOSEN, _UNIQUE):
            for (statement,) in admin.execute(question.encode()).fetchall():
                admin.execute(statement)
        admin.execute("SET session_replication_role = replica")
        for (table,) in admin.execute(_TABLES).fetchall():
            fill(admin, table)
            admin.execute(f"ANALYZE public.{table}".encode())


def fill(admin: psycopg.Connection[Any], table: str) -> None:
    columns = admin.execute(_COLUMNS, [f"public.{table}"]).fetchall()
    names = ", ".join(f'"{name}"' for name, *_ in columns)
    made = ", ".join(value_of(name, kind, length) for name, kind, length in columns)
    admin.execute(f"TRUNCATE public.{table}".encode())
    admin.execute(
        f"INSERT INTO public.{table} ({names}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - ours
        f" SELECT {made} FROM generate_series(1, {MANY}) n".encode()
    )


def value_of(name: str, kind: str, length: int) -> str:
    """Return the SQL expression of the n-th row's value: a third share a key, others differ."""
    if name in {"state", "account"}:
        words = STATES if name == "state" else ACCOUNTS
        return f"left((ARRAY{list(words)})[1 + n % {len(words)}], {length})"
    if name == "id" and kind == "bigint":
        return "n"
    if name.endswith("_id") and kind == "bigint":
        return "1 + n % 3"
    by_kind = {
        "jsonb": "to_jsonb(n)",
        "bytea": "'x'::bytea",
        "boolean": "n % 7 = 0",
        "uuid": "gen_random_uuid()",
        "xid8": "pg_current_xact_id()",
        "date": "date '2025-12-01' + n % 300",
        "timestamp with time zone": "timestamptz '2025-12-01 00:00+00' + n * interval '4 hours'",
        "time without time zone": "time '06:00' + n % 900 * interval '1 minute'",
        "numeric": "n % 80",
    }
    number = "1 + n * 7919 % 900"
    text = f"left(md5(n::text || '{name}'), {length})"
    if kind in by_kind:
        return by_kind[kind]
    return number if kind in {"bigint", "integer", "smallint"} else text


def estimates(cursor: Any, relation: str) -> list[str]:
    """Return the columns with a plan that differs for different values."""
    found = []
    for column in plans.columns_of(cursor, relation):
        for comparison in ("=", "<"):
            trees = [
                plans.plan(cursor, column.compared(comparison, value)) for value in values(column)
            ]
            seen = {
                tuple((node["Plan Rows"], node["Total Cost"]) for node in plans.nodes(tree))
                for tree in trees
            }
            if len(seen) > 1:
                found.append(f"{relation}.{column.name} {comparison}")
    return found


def values(column: plans.Column) -> list[str]:
    """Values over the whole range that the rows have."""
    kind, category = column.kind, column.category
    days = [dt.date(2025, 12, 1) + dt.timedelta(days=90 * step) for step in range(4)]
    if kind == "date":
        return [str(day) for day in days]
    if kind.startswith("timestamp"):
        return [f"{day} 00:00+00" for day in days]
    if kind == "boolean":
        return ["true"]  # NOT is another question, and has another estimate
    if category == "N":
        return ["1", "100", "450", "899"]
    if category == "S":
        return ["2", "c", "published", "share.cost"]
    return list(column.values())


OPENINGS = (
    (UNFENCED, "billing_own_terms.rate_bp <"),
    ("ALTER TABLE merchants_merchant ALTER slug SET STATISTICS 100", "merchants_published.slug <"),
)


@pytest.mark.proof
def test_estimates_are_the_same_for_any_value_and_an_opening_is_found(full: None) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        found = [
            column
            for relation in grants.SHARED_TABLES
            if relation not in plans.OF_ALL
            for column in estimates(cursor, relation)
        ]
    assert found == []
    with connecting.admin() as admin:
        for opening, _column in OPENINGS:
            admin.execute(opening.encode())
        admin.execute("ANALYZE public.merchants_merchant")
    with schema.inside("north"), connection.cursor() as cursor:
        for _opening, column in OPENINGS:
            assert column in estimates(cursor, column.partition(".")[0])
