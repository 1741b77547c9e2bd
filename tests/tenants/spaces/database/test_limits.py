"""Statements that lift a role's limits, or reach other spaces by channels, are not sent."""

import pytest
from django.db import ProgrammingError, connection

from saas.kernel import schema
from tests.tenants.spaces.database import connecting

REFUSED = [
    "SET statement_timeout = 0",
    "SET LOCAL statement_timeout TO 0",
    "set session STATEMENT_TIMEOUT = 0",
    'SET "statement_timeout" = 0',
    " /* a */ -- b\n SET transaction_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET work_mem = '4GB'",
    "SET maintenance_work_mem = '4GB'",
    "SET hash_mem_multiplier = 1000",
    "SET temp_buffers = '4GB'",
    "SET temp_file_limit = -1",
    "SET max_parallel_workers_per_gather = 64",
    "RESET statement_timeout",
    "RESET ALL",
    "LISTEN canary",
    "UNLISTEN *",
    "NOTIFY canary, 'word'",
]
SENT = ["SET LOCAL enable_seqscan = off", "SELECT 'SET statement_timeout = 0'", "SHOW work_mem"]


@pytest.mark.parametrize("statement", REFUSED)
def test_limit_is_not_lifted_by_a_statement(db: None, statement: str) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError):
            cursor.execute(statement)
        with pytest.raises(ProgrammingError):
            cursor.executemany(statement, [()])
        cursor.execute("SELECT 1")  # not sent: the transaction is intact


@pytest.mark.parametrize("statement", SENT)
def test_other_statements_are_sent(db: None, statement: str) -> None:
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "call", ["set_config('work_mem', '4GB', false)", "pg_notify('canary', 'word')"]
)
def test_settings_and_channels_are_closed_as_functions(db: None, call: str) -> None:
    with connecting.refused("permission denied", space="north") as cursor:
        cursor.execute(f"SELECT {call}")
