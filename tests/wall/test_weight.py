"""A space has no relation that it could do without: each is a file in each of thousands."""

import pytest
from django.db import connections

from infra.benches import provisioning as bench
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.search.models import SavedSearch
from tenants.spaces import provisioning
from tenants.spaces.database import birth, tables
from tests.fixtures.people import AT

MOST_FILES, MOST_MIB = 350, 3.5
SPACES = 6
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
# Tables without a primary key, and without another constraint that tells all their rows apart.
WITHOUT_KEY = """
    SELECT c.relname FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'north'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL
          AND (i.indnullsnotdistinct OR NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
              AND NOT a.attnotnull)))
"""
TOASTED = """
    SELECT relname FROM pg_class WHERE relnamespace = 'north'::regnamespace AND reltoastrelid <> 0
      AND relname LIKE 'search\\_%'
"""
# An index holds values of 2,704 bytes; it compresses a longer one, unless its column is plain.
UNINDEXABLE = """
    SELECT i.indexrelid::regclass::text, sum(4 * (a.atttypmod - 3))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
    WHERE c.relnamespace = 'north'::regnamespace AND a.attstorage = 'p' AND a.attlen = -1
    GROUP BY 1 HAVING sum(4 * (a.atttypmod - 3)) > 2600 OR bool_or(a.atttypmod = -1)
"""
PERCENT_ENCODED = {"north.somebody_keeps_a_search_once"}
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


@in_north
def test_each_table_has_a_key_of_all_its_rows() -> None:
    assert read(WITHOUT_KEY) == []


def test_empty_space_has_few_files_and_few_mib(own_database: None) -> None:
    connection = connections["owner"]
    with connection.cursor() as cursor:
        before = bench.bytes_of(cursor)
        for _ in range(SPACES):
            name = provisioning.new_schema_name()
            birth.make_role(name)
            birth.make_schema(name, provisioning.current_script())
        weight = bench.weight_of(cursor, name, bench.bytes_of(cursor) - before, spaces=SPACES)
    assert weight["files"] <= MOST_FILES
    assert weight["mib"] <= MOST_MIB


@in_north
def test_plain_column_of_an_index_fits_into_it() -> None:
    assert {row[0] for row in read(UNINDEXABLE)} == PERCENT_ENCODED


# The longest row: each letter takes four bytes, as rare signs do.
LONGEST = """
    INSERT INTO north.search_searchhit (reference, title, url, found_at, search_id)
    SELECT repeat('🚲', 64), repeat('🚲', 280), repeat('🚲', 200), now(), id
    FROM north.search_savedsearch
"""


@in_north
def test_longest_row_fits_into_a_page_of_a_table_without_toast(owner: User) -> None:
    with schema.inside("north"):
        SavedSearch.objects.create(
            person=owner,
            address="%" * 1200,
            words="🚲" * 120,
            rhythm="never",
            saved_at=AT,
            checked_at=AT,
        )
    run(LONGEST)
    assert read(TOASTED) == []
