"""Statements that a connection keeps prepared: sealed as all others, and each kept once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from saas.kernel import schema
from tests.fixtures.people import make_user
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.database.connecting import ask

PREPARED = "SELECT statement FROM pg_prepared_statements ORDER BY statement"
WHERE = "SELECT current_user::text, current_schema()::text WHERE 1 = %s"
NAMES = "SELECT first_name FROM accounts_user WHERE id > %s"


@pytest.fixture
def lasting(own_database: None) -> Iterator[Any]:
    """A connection as a worker has it."""
    with connecting.open_connection() as open_connection:
        open_connection.set_schema("public")
        yield open_connection


def rows_of(wrapper: Any, statement: str, *values: Any) -> list[Any]:
    """Return the rows of a prepared statement."""
    rows: list[Any] = wrapper.run_prepared(statement, values)[0]
    return rows


def prepared_by(wrapper: Any) -> list[str]:
    """Return the statements that a connection keeps."""
    with wrapper.cursor() as cursor:
        cursor.execute(PREPARED)
        return [statement for (statement,) in cursor.fetchall()]


def test_a_statement_is_kept_once_whatever_its_numbers_and_others_are_not(lasting: Any) -> None:
    statement = "SELECT name FROM spaces_tenant WHERE id > %s AND id <> ALL (%s)"
    for number in (1, 40_000, 3_000_000_000):
        rows_of(lasting, statement, number, [number, 2])
    for number in range(8):
        ask(lasting, WHERE, number)
    (stored,) = prepared_by(lasting)
    assert stored == "SELECT name FROM spaces_tenant WHERE id > $1 AND id <> ALL ($2)"


def test_a_connection_of_the_pool_keeps_none_and_carries_no_second(own_database: None) -> None:
    with connecting.open_connection(pool=1, prepare_threshold=None) as pooled:
        pooled.set_schema("public")
        for _ in range(8):
            assert rows_of(pooled, WHERE, 1) == [("troovon_public", "public")]
        assert prepared_by(pooled) == []
        pooled.set_schema("north")
        with pytest.raises(ProgrammingError, match="multiple commands"):
            rows_of(pooled, "SELECT 1; SET ROLE south")


def test_a_kept_statement_runs_wherever_it_is_asked(lasting: Any) -> None:
    for name, user in [("north", "Nadia"), ("south", "Solene")]:
        with schema.inside(name), transaction.atomic():
            make_user(user)
    for _ in range(8):  # PostgreSQL keeps the plan from the sixth time on
        for name, user in [("north", "Nadia"), ("south", "Solene")]:
            lasting.set_schema(name)
            assert rows_of(lasting, WHERE, 1) == [(name, name)]
            assert rows_of(lasting, NAMES, 0) == [(user,)]
    assert len(prepared_by(lasting)) == 2


def test_a_kept_statement_reads_no_other_space(lasting: Any) -> None:
    statement = "SELECT first_name FROM south.accounts_user WHERE id > %s"
    lasting.set_schema("south")
    for _ in range(8):
        assert rows_of(lasting, statement, 0) == []
    lasting.set_schema("north")
    with pytest.raises(ProgrammingError, match="permission denied"):
        rows_of(lasting, statement, 0)


def test_prepared_statement_is_forgotten_with_a_rollback_and_works_again(lasting: Any) -> None:
    rows_of(lasting, WHERE, 1)
    lasting.set_autocommit(False)
    rows_of(lasting, NAMES, 0)
    lasting.rollback()
    lasting.set_autocommit(True)
    assert rows_of(lasting, WHERE, 1) == [("troovon_public", "public")]
    assert rows_of(lasting, NAMES, 0) == []


def test_prepared_statement_carries_no_second(lasting: Any) -> None:
    lasting.set_schema("north")
    with pytest.raises(ProgrammingError, match="multiple commands"):
        rows_of(lasting, "SELECT 1; SET ROLE south")
    assert rows_of(lasting, WHERE, 1) == [("north", "north")]


def test_a_connection_that_is_opened_anew_learns_them_again(lasting: Any) -> None:
    rows_of(lasting, WHERE, 1)
    lasting.close()
    assert rows_of(lasting, WHERE, 1) == [("troovon_public", "public")]
    assert len(prepared_by(lasting)) == 1


def test_statement_counts_the_rows_it_met_and_a_failure_leaves_the_next_whole(lasting: Any) -> None:
    changed = "UPDATE spaces_tenant SET name = name WHERE schema_name = ANY (%s)"
    assert lasting.run_prepared(changed, [["north", "south"]]) == ([], 2)
    with pytest.raises(ProgrammingError, match="does not exist"):
        rows_of(lasting, "SELECT nothing FROM nowhere WHERE id = %s", 1)
    assert rows_of(lasting, WHERE, 1) == [("troovon_public", "public")]
