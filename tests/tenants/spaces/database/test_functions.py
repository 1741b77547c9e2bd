"""No function of PostgreSQL that runs a text is left open, those of the next version included."""

from pathlib import Path

import pytest

from tests.tenants.spaces.database import connecting

# Reviewed for PostgreSQL 18: each checks a right on its object, or touches no stored data, and does
# not execute a text. A new function is reviewed, then listed there or in `locks.CLOSED`.
READ = frozenset(Path(__file__).with_name("functions.txt").read_text().split())
# A function that could execute a text is volatile, or stable with a text, name or cursor argument.
CALLABLE = """
    SELECT DISTINCT proname FROM pg_proc p
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'p')
        AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND NOT 'internal'::regtype = ANY (proargtypes)
        AND has_function_privilege('public', oid, 'EXECUTE')
        AND (provolatile = 'v' OR provolatile = 's' AND EXISTS (
            SELECT FROM unnest(proargtypes) AS t (type)
            WHERE t.type::regtype IN ('text', 'name', 'regclass', 'refcursor', 'cstring')))
        -- Questions about rights and counters, what a server in upgrade may call, types' own.
        AND proname !~ '^(has_.*_privilege|pg_stat_get_.*|pg_control_.*|binary_upgrade_.*)$'
        AND proname !~ '(in|out|recv|send)$'
"""


def open_to_everybody() -> set[str]:
    with connecting.admin() as admin:
        return {str(row[0]) for row in admin.execute(CALLABLE).fetchall()}


def test_each_function_that_everybody_may_call_was_read_and_no_other(db: None) -> None:
    assert open_to_everybody() == READ


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT EXECUTE ON FUNCTION ts_rewrite(tsquery, text) TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION table_to_xml TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC",
        "CREATE FUNCTION pg_catalog.run_this(text) RETURNS int LANGUAGE sql VOLATILE RETURN 1",
    ],
)
def test_function_that_is_opened_or_new_is_noticed(own_database: None, statement: str) -> None:
    with connecting.admin() as admin:
        admin.execute("SET allow_system_table_mods = on")
        admin.execute(statement.encode())
    assert len(open_to_everybody() - READ) == 1
