"""A space has no relation that it could do without: each is a file in each of thousands."""

import pytest
from django.db import connections

from tenants.spaces.database import tables

in_north = pytest.mark.django_db(databases=["default", "owner"])

# Redundant indexes: same table, method and rows as a longer index, with a prefix of its columns.
DOUBLED = """
    SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text
    FROM pg_index short JOIN pg_class s ON s.oid = short.indexrelid
    JOIN pg_index long ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
    JOIN pg_class l ON l.oid = long.indexrelid AND l.relam = s.relam
    WHERE s.relnamespace = 'north'::regnamespace AND NOT short.indisunique
      AND (long.indkey::text || ' ') LIKE (short.indkey::text || ' %')
      AND (long.indclass::text || ' ') LIKE (short.indclass::text || ' %')
      AND long.indexprs IS NULL AND short.indexprs IS NULL
      AND (long.indpred IS NULL
           OR pg_get_expr(long.indpred, long.indrelid) = pg_get_expr(short.indpred, short.indrelid))
      AND (short.indpred IS NULL OR long.indpred IS NOT NULL)
"""
OF_LIKE = """
    SELECT DISTINCT i.indexrelid::regclass::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_opclass o ON o.oid = ANY(i.indclass)
    WHERE c.relnamespace IN ('north'::regnamespace, 'public'::regnamespace)
      AND o.opcname LIKE '%pattern_ops'
"""
SEQUENCES = """
    SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'north'::regnamespace
"""


def read(question: str) -> list[tuple[str, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(question)
        rows: list[tuple[str, ...]] = cursor.fetchall()
        return rows


def run(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@in_north
def test_one_sequence_numbers_all_rows_of_a_space() -> None:
    assert read(SEQUENCES) == [(tables.SEQUENCE,)]


@in_north
def test_no_index_of_a_space_begins_another() -> None:
    assert read(DOUBLED) == []


@in_north
def test_planted_index_that_begins_another_is_found() -> None:
    run("CREATE INDEX planted ON north.deals_vote (deal_id)")
    assert read(DOUBLED) == [("north.planted", "north.a_member_votes_once_on_a_deal")]


@in_north
def test_no_index_serves_like_alone() -> None:
    assert read(OF_LIKE) == []


@in_north
def test_database_sorts_by_bytes_so_that_an_index_serves_like() -> None:
    run("SET LOCAL enable_seqscan = off")
    plan = read("EXPLAIN SELECT FROM north.deals_deal WHERE reference LIKE 'BP-F%'")
    assert any("Index Cond" in line for (line,) in plan)
