"""Two schemas are compared object by object: each difference is named."""

import functools
from collections.abc import Iterator

import pytest
from django.db import connections, transaction

from tenants.spaces.database import birth, blueprint, fingerprint
from tests.fixtures.people import AT
from tests.tenants.spaces.test_provisioning import founded

MIGRATED = "t_migratedmigrated"

in_north = pytest.mark.django_db(databases=["default", "owner"])


def run(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def migrated(own_database: None) -> Iterator[str]:
    """A schema that went through every migration, with the same rights."""
    birth.make_role(MIGRATED)
    run(f'CREATE SCHEMA "{MIGRATED}"')
    blueprint.migrate(MIGRATED, "owner")
    blueprint.grant_rights(MIGRATED, "owner")
    yield MIGRATED
    birth.drop(MIGRATED)


def test_a_born_schema_equals_a_migrated_one(migrated: str) -> None:
    born, expected = (fingerprint.facts(name) for name in (founded(AT).schema_name, migrated))
    assert fingerprint.differences(born, expected) == []


@in_north
def test_facts_are_of_every_kind_and_name_no_schema() -> None:
    facts, kinds = standing(), {fact[0] for fact in standing()}
    assert kinds >= {"schema", "object", "relation", "column", "constraint", "index", "trigger"}
    assert kinds >= {"sequence", "last value", "default rights", "seed row"}
    assert "extension" not in kinds
    assert len(facts) > 500
    assert not [fact for fact in facts if "north" in "".join(fact)]


@in_north
def test_fingerprint_is_the_same_wherever_the_connection_stands() -> None:
    there = fingerprint.facts("north")
    connections["owner"].set_schema("north")  # type: ignore[attr-defined]
    try:
        assert fingerprint.facts("north") == there
    finally:
        connections["owner"].set_schema_to_public()  # type: ignore[attr-defined]


BOARD = "north.classifieds_classified"
COUNTED = "SELECT nextval('north.ids')"
BEAT = (
    f"CREATE TRIGGER beat BEFORE INSERT ON {BOARD} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)
ALTER = f"ALTER TABLE {BOARD}"
NUMBERS = "SEQUENCE north.ids"
PLANTED = [
    (f"{ALTER} ADD COLUMN extra int", "column classifieds_classified.extra: too much"),
    (f"{ALTER} ALTER title DROP NOT NULL", "column classifieds_classified.title: not_n"),
    (f"{ALTER} ALTER price_unit TYPE text", "classifieds_classified.price_unit: type=text"),
    (f"{ALTER} ALTER title SET DEFAULT 'x'", "column classifieds_classified.title: def"),
    (f"{ALTER} ALTER title SET STORAGE EXTERNAL", "title: storage=e, not storage=x"),
    (f"{ALTER} ALTER title SET STATISTICS 7", "title: statistics=7"),
    (f"{ALTER} ALTER title SET COMPRESSION pglz", "title: compression=p"),
    (
        f"{ALTER} ALTER id DROP DEFAULT, ALTER id ADD GENERATED ALWAYS AS IDENTITY",
        "classifieds_classified.id: identity=a",
    ),
    (f"COMMENT ON COLUMN {BOARD}.title IS 'x'", "title: comment=x"),
    (f"GRANT SELECT (title) ON {BOARD} TO troovon_public", "classifieds_classified.title: r"),
    (f"COMMENT ON TABLE {BOARD} IS 'x'", "relation classifieds_classified: comment=x"),
    (f"REVOKE DELETE ON {BOARD} FROM north", "relation classifieds_classified: rights="),
    (f"GRANT SELECT ON {BOARD} TO troovon_shared", "relation classifieds_classified: rights="),
    (f"{ALTER} ENABLE ROW LEVEL SECURITY", "classifieds_classified: row_security=True"),
    (f"{ALTER} FORCE ROW LEVEL SECURITY", "classifieds_classified: forced=True"),
    (f"{ALTER} REPLICA IDENTITY FULL", "classifieds_classified: replica_identity=f"),
    (f"{ALTER} SET (fillfactor = 70)", "classifieds_classified: options="),
    ("ALTER TABLE north.django_session SET UNLOGGED", "persistence=u, not persistence=p"),
    (
        f"{ALTER} RENAME CONSTRAINT a_price_is_more_than_nothing TO positive",
        "constraint classifieds_classified.a_price_is_more_than_nothing: missing",
    ),
    (f"{ALTER} ADD CONSTRAINT late CHECK (title <> 'late') NOT VALID", "late: too much"),
    (
        f"{ALTER} DROP CONSTRAINT a_price_is_more_than_nothing",
        "a_price_is_more_than_nothing: missing",
    ),
    ("CREATE TABLE north.diary (id int)", "relation diary: too much"),
    ("CREATE UNLOGGED TABLE north.diary (id int)", "relation diary: too much"),
    ("CREATE VIEW north.glance AS SELECT 1 AS one", "relation glance: too much"),
    ("CREATE SEQUENCE north.counter AS int", "sequence counter: too much"),
    ("CREATE TYPE north.mood AS ENUM ('good')", "type mood: too much"),
    ("CREATE FUNCTION north.one() RETURNS int LANGUAGE sql RETURN 1", "function @.one(): too much"),
    (f"CREATE POLICY mine ON {BOARD} USING (true)", "policy classifieds_classified.mine: too much"),
    (f"CREATE STATISTICS north.pair ON title, kind FROM {BOARD}", "statistics pair: too much"),
    (f"CREATE RULE quiet AS ON DELETE TO {BOARD} DO INSTEAD NOTHING", "quiet: too much"),
    (
        "CREATE TABLE north.child () INHERITS (north.classifieds_availability)",
        "parent @.child: too",
    ),
    (BEAT, "trigger classifieds_classified.beat: too much"),
    ("CREATE COLLATION north.plain (provider = libc, locale = 'C')", "object collation @.plain"),
    (f"ALTER {NUMBERS} CACHE 5", "sequence ids: cache=5"),
    (f"ALTER {NUMBERS} AS int", "sequence ids: type=integer"),
    (COUNTED, "last value ids"),
    ("GRANT USAGE ON SCHEMA north TO troovon_public", "schema @: rights="),
    ("COMMENT ON SCHEMA north IS 'x'", "schema @: comment=x"),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA north GRANT SELECT ON TABLES TO troovon_public",
        "default rights troovon_owner r: rights=",
    ),
    (
        "DELETE FROM north.django_migrations WHERE (app, name) = ('classifieds', '0001_initial')",
        'seed row django_migrations {"app": "classifieds", "name": "0001_initial"}: missing',
    ),
]
# Reading a schema is slower than changing it, so several differences are planted together: each
# ninth of the list, since neighbours change the same object, with all its differences on a single
# line.
AT_ONCE_EVERY = 9


@functools.cache
def standing() -> set[fingerprint.Fact]:
    """The facts of the north as all tests find it."""
    return fingerprint.facts("north")


def found_after(*statements: str) -> list[str]:
    """The differences after the last statement from before it; all are taken back."""
    standing()
    with transaction.atomic(using="owner"):
        for statement in statements[:-1]:
            run(statement)
        before = fingerprint.facts("north") if statements[:-1] else standing()
        run(statements[-1])
        found = fingerprint.differences(fingerprint.facts("north"), before)
        transaction.set_rollback(True, using="owner")
    return found


@in_north
@pytest.mark.parametrize("first", range(AT_ONCE_EVERY))
def test_planted_differences_are_reported_each_by_its_name(first: int) -> None:
    planted = PLANTED[first::AT_ONCE_EVERY]
    found = found_after(";\n".join(statement for statement, _ in planted))
    for statement, expected in planted:
        assert [line for line in found if expected in line], (statement, found)
    assert len(found) < 40, found


CHECKED = "definition=CHECK (((title)::text <> 'x'::text))"
LATE = f"constraint classifieds_classified.late: {CHECKED}"


@in_north
@pytest.mark.parametrize(
    ("prepared", "then", "expected"),
    [
        pytest.param(
            BEAT,
            f"{ALTER} DISABLE TRIGGER beat",
            ["trigger classifieds_classified.beat: enabled=D, not enabled=O"],
            id="a disabled trigger",
        ),
        pytest.param(
            f"CREATE INDEX by_title ON {BOARD} (title)",
            "DROP INDEX north.by_title",
            ["index by_title: missing", "relation by_title: missing"],
            id="a dropped index",
        ),
        pytest.param(
            f"CREATE INDEX by_title ON {BOARD} (title)",
            f"{ALTER} CLUSTER ON by_title",
            ["index by_title: clustered=True, not clustered=False"],
            id="a clustered index",
        ),
        pytest.param(
            f"{ALTER} ADD CONSTRAINT late CHECK (title <> 'x') NOT VALID",
            f"{ALTER} VALIDATE CONSTRAINT late",
            [f"{LATE}, not {CHECKED} NOT VALID; validated=True, not validated=False"],
            id="a validated constraint",
        ),
        pytest.param(
            f"{ALTER} ADD COLUMN a int, ADD COLUMN b int",
            f"{ALTER} DROP COLUMN a, ADD COLUMN a int",
            [
                "column classifieds_classified.a: rank={b}, not rank={a}",
                "column classifieds_classified.b: rank={a}, not rank={b}",
            ],
            id="the order of columns",
        ),
    ],
)
def test_a_difference_from_a_prepared_state_is_reported_exactly(
    prepared: str, then: str, expected: list[str]
) -> None:
    columns = {fact[1] for fact in standing() if fact[0] == "column"}
    last = len([name for name in columns if name.startswith("classifieds_classified.")])
    found = found_after(prepared, then)
    assert found == [line.format(a=last + 1, b=last + 2) for line in expected]


@in_north
def test_lasting_facts_leave_out_sequences() -> None:
    assert found_after(COUNTED)
    with transaction.atomic(using="owner"):
        before = fingerprint.lasting(fingerprint.facts("north"))
        run(COUNTED)
        assert fingerprint.lasting(fingerprint.facts("north")) == before


def test_a_newborn_has_rows_in_the_seed_tables_only(own_database: None) -> None:
    name = founded(AT).schema_name
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
            [name],
        )
        tables = [row[0] for row in cursor.fetchall()]
        filled = set()
        for table in tables:
            cursor.execute(f'TABLE "{name}"."{table}" LIMIT 1')
            if cursor.fetchone():
                filled.add(table)
    assert filled == set(fingerprint.SEED_TABLES)


@in_north
def test_fingerprint_cost_does_not_grow_with_the_number_of_spaces() -> None:
    """Each question finds its objects by an index: no plan reads a whole table of columns."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        try:
            for kind, question in fingerprint.QUESTIONS.items():
                cursor.execute(f"EXPLAIN {question}", {"name": "north", "relations": [1, 2]})
                plan = "\n".join(row[0] for row in cursor.fetchall())
                for table in ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_depend"):
                    assert f"Seq Scan on {table}" not in plan, kind
        finally:
            cursor.execute("RESET enable_seqscan")
