"""No function that PostgreSQL trusts (LEAKPROOF) is applied to rows of other spaces.

Such a function may run below a view's barrier, on rows that the view leaves out; EXPLAIN ANALYZE
then counts the rows that it let through. By `starts_with` a title was read letter by letter.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from psycopg import sql

from infra.drills.inside import plans
from saas.kernel import schema
from tenants.spaces.database import grants
from tests.tenants.spaces.database import connecting

_TRUSTED = """
    SELECT p.oid::regproc::text, p.proargtypes::regtype[]::text[], p.prorettype = 'bool'::regtype
    FROM pg_proc p
    WHERE p.proleakproof AND p.prokind = 'f' AND p.pronargs > 0 AND NOT p.proretset
      AND NOT 'internal'::regtype = ANY (p.proargtypes::regtype[])
    ORDER BY 1
"""
# The type of a column as a function's argument, if it is not its own type.
_GIVEN_AS = {"character varying": ("text",), "name": ("name", "text")}
_VALUES = ("1", "a", "2026-01-05", "2026-01-05 10:00+00", "10:00", "true", "{}", "{1}", "(1,2)")
# A view of another table's rows with a barrier and without a fence: the test must find it.
_UNFENCED = """
    CREATE VIEW public.spaces_untrue WITH (security_barrier) AS
    SELECT title FROM spaces_shareditem WHERE tenant_id = 0;
    GRANT SELECT ON public.spaces_untrue TO troovon_shared
"""


class Trusted(NamedTuple):
    """A function marked leakproof, and the types of its arguments."""

    name: str
    arguments: list[str]
    is_condition: bool

    def on(self, column: plans.Column, constants: dict[str, str]) -> Iterator[str]:
        """Return a condition for each argument that the column can be."""
        types = (column.kind, *_GIVEN_AS.get(column.kind, ()))
        for place, wanted in enumerate(self.arguments):
            others = [one for number, one in enumerate(self.arguments) if number != place]
            if wanted not in types or any(one not in constants for one in others):
                continue
            given = [
                f'"{column.name}"::{kind}' if number == place else constants[kind]
                for number, kind in enumerate(self.arguments)
            ]
            call = f"pg_catalog.{self.name}({', '.join(given)})"
            yield call if self.is_condition else f"{call} IS NOT NULL"


def trusted_functions(cursor: Any) -> list[Trusted]:
    cursor.execute(_TRUSTED)
    rows = cursor.fetchall()
    return [Trusted(name.removeprefix("pg_catalog."), *rest) for name, *rest in rows]


def constants_of(cursor: Any, functions: list[Trusted]) -> dict[str, str]:
    """Return a value of each type that an argument may have."""
    found = {}
    for kind in {kind for function in functions for kind in function.arguments}:
        for value in _VALUES:
            cursor.execute("SELECT pg_input_is_valid(%s, %s)", [value, kind])
            if cursor.fetchone()[0]:
                found[kind] = f"'{value}'::{kind}"
                break
    return found


def conditions_below(cursor: Any, relation: str, where: str) -> list[str]:
    question = sql.SQL("SELECT * FROM public.{}").format(sql.Identifier(relation))
    return plans.below_fences(plans.plan(cursor, question.as_string(None) + where))


def leaks_of(cursor: Any, relation: str, functions: list[Trusted]) -> tuple[int, list[str]]:
    """Return how many conditions were tried, and those that were applied to rows of others."""
    constants = constants_of(cursor, functions)
    tried_count, leaks = 0, list[str]()
    for column in plans.columns_of(cursor, relation):
        if column.name in plans.KEYS.get(relation, ()):
            continue
        conditions = [one for function in functions for one in function.on(column, constants)]
        if not conditions:
            continue
        tried_count += len(conditions)
        where = f" WHERE {' AND '.join(conditions)}"
        leaks += [
            f"{relation}.{column.name}: {condition}"
            for condition in conditions_below(cursor, relation, where)
            if any(f"{function.name}(" in condition for function in functions)
        ]
    return tried_count, leaks


def test_no_leakproof_function_meets_rows_of_other_spaces(db: None) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        functions = trusted_functions(cursor)
        tried_count, leaks = 0, []
        for relation in grants.SHARED_TABLES:
            if relation not in plans.OF_ALL:
                count, found = leaks_of(cursor, relation, functions)
                tried_count += count
                leaks += found
    assert {"starts_with", "texteq", "int8lt"} <= {function.name for function in functions}
    assert tried_count > 1000
    assert leaks == []


def test_leakproof_function_below_a_barrier_is_found(own_database: None) -> None:
    with connecting.admin() as admin:
        admin.execute(_UNFENCED)
    with schema.inside("north"), connection.cursor() as cursor:
        _count, leaks = leaks_of(cursor, "spaces_untrue", trusted_functions(cursor))
    assert [leak for leak in leaks if "starts_with(" in leak]


@pytest.mark.parametrize("relation", ["spaces_shareditem", "merchants_openinghours"])
def test_space_reads_no_shared_table_under_a_policy(db: None, relation: str) -> None:
    with connecting.refused("permission denied", space="north") as cursor:
        cursor.execute(f"SELECT count(*) FROM public.{relation}")  # noqa: S608 - a table of ours


def test_no_table_is_under_a_policy(db: None) -> None:
    """A policy is no fence: trusted functions run beside it, on every row."""
    by_relation: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname FROM pg_policies")
        for table, policy in cursor.fetchall():
            by_relation[table].append(policy)
    assert by_relation == {}
