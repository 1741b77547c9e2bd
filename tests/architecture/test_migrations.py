"""A migration neither blocks people nor breaks the release that serves them meanwhile."""

import sys
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Now, Random
from django.db.models.functions.uuid import UUID7

from tenants.spaces.database.upkeep import safety
from tenants.spaces.database.upkeep.state import Key

type Place = tuple[str, str]
SPACE, SHARED = ("classifieds", "classified"), ("merchants", "merchant")
SMALL = ("spaces", "tenant")


def planted(
    loader: MigrationLoader,
    label: str,
    *operations_: Any,
    name: str = "9001_planted",
    contract_of: Key | None = None,
) -> Key:
    """Add a migration after the last migration of an app, and return its key."""
    last = max(key for key in loader.graph.nodes if key[0] == label)
    attributes: dict[str, Any] = {"dependencies": [last], "operations": list(operations_)}
    if contract_of:
        attributes["contract_of"] = contract_of
    migration = type("Migration", (Migration,), attributes)(name, label)
    key = (label, name)
    loader.disk_migrations[key] = migration
    loader.graph.add_node(key, migration)
    loader.graph.add_dependency(migration, key, last)
    return key


def faults(place: Place, *operations_: Any) -> list[str]:
    loader = MigrationLoader(None)
    return safety.faults_of(loader, [planted(loader, place[0], *operations_)])


def column(place: Place, **options: Any) -> operations.AddField:
    return operations.AddField(place[1], "colour", models.CharField(max_length=9, **options))


def altered(place: Place, name: str, **options: Any) -> operations.AlterField:
    """Return an AlterField that changes the given options of a field and keeps the others."""
    state = MigrationLoader(None).project_state()
    _, _, args, kwargs = state.models[place].fields[name].deconstruct()
    kind = options.pop("kind", type(state.models[place].fields[name]))
    return operations.AlterField(place[1], name, kind(*args, **{**kwargs, **options}))


def check(*fields: str) -> models.CheckConstraint:
    condition = models.Q(*((f"{field}__gt", "") for field in fields))
    return models.CheckConstraint(condition=condition, name="planted")


def test_every_migration_of_ours_keeps_the_rules() -> None:
    loader = MigrationLoader(None)
    assert safety.faults_of(loader, loader.graph.nodes) == []


def test_rules_hold_from_one_initial_migration_an_app_on() -> None:
    """Check that an app's further migrations before the first release have a docstring."""
    disk = MigrationLoader(None).disk_migrations
    ours = {key: found for key, found in disk.items() if key[0] not in safety.OTHERS}
    assert {app for app, _name in ours} == set(safety.LANDED)
    assert set(safety.LANDED.items()) <= set(ours)
    unexplained = [
        key
        for key, found in ours.items()
        if key[1] not in {"0001_initial", safety.LANDED[key[0]]}
        and key[1] <= safety.LANDED[key[0]]
        and not sys.modules[found.__module__].__doc__
    ]
    assert unexplained == []


def test_no_contract_step_comes_with_what_it_completes() -> None:
    loader = MigrationLoader(None)
    for key in loader.graph.nodes:
        named = safety.contract_of(loader.graph.nodes[key])
        assert named is None or named in loader.graph.nodes


@pytest.mark.parametrize("place", [SPACE, SHARED])
@pytest.mark.parametrize(
    "options", [{"null": True}, {"db_default": "x"}, {"null": True, "db_default": Now()}]
)
def test_a_column_that_the_old_code_need_not_know_may_be_added(
    place: Place, options: dict[str, Any]
) -> None:
    assert faults(place, column(place, **options)) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "the old code inserts no value"),
        ({"default": "x"}, "the old code inserts no value"),
        ({"db_default": Random()}, "rewrites the table"),
        ({"db_default": UUID7()}, "rewrites the table"),
        ({"unique": True, "db_default": "x"}, "would have the same value"),
    ],
)
def test_a_column_that_the_old_code_cannot_fill_or_that_rewrites_is_refused(
    options: dict[str, Any], sentence: str
) -> None:
    assert [fault for fault in faults(SPACE, column(SPACE, **options)) if sentence in fault]


def test_an_index_that_stops_writers_is_refused_on_a_large_table_only() -> None:
    added = column(SHARED, null=True, db_index=True)
    assert "stops all writers" in faults(SHARED, added)[0]
    assert faults(SPACE, column(SPACE, null=True, db_index=True)) == []
    index = models.Index(fields=["name"], name="planted")
    assert "AddIndexConcurrently" in faults(SHARED, operations.AddIndex("merchant", index))[0]
    assert faults(SHARED, AddIndexConcurrently("merchant", index)) == []
    assert faults(SMALL, operations.AddIndex("tenant", index)) == []


def test_a_new_table_is_nobody_s_yet() -> None:
    made = operations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])
    text = operations.AddField("note", "text", models.CharField(max_length=9, default=""))
    index = operations.AddIndex("note", models.Index(fields=["text"], name="planted"))
    unique = models.UniqueConstraint(fields=["text"], name="planted_once")
    by_hand = operations.RunSQL(
        "ALTER TABLE merchants_note ADD CONSTRAINT c CHECK (true);"
        " CREATE UNIQUE INDEX ON merchants_note (text)"
    )
    added = operations.AddConstraint("note", unique)
    assert faults(SHARED, made, text, index, added, by_hand) == []


def test_a_constraint_is_added_without_reading_a_large_table_and_after_the_code_keeps_it() -> None:
    plain = operations.AddConstraint("merchant", check("name"))
    gentle = AddConstraintNotValid("merchant", check("name"))
    assert [fault for fault in faults(SHARED, plain) if "AddConstraintNotValid" in fault]
    assert "later release" in faults(SHARED, gentle)[0]
    assert (
        "later release" in faults(SPACE, operations.AddConstraint("classified", check("title")))[0]
    )


def test_a_constraint_may_be_replaced_by_one_that_allows_more_of_the_same_column() -> None:
    def of(*kinds: str) -> models.CheckConstraint:
        return models.CheckConstraint(condition=models.Q(kind__in=list(kinds)), name="planted")

    def replaced(wider: models.CheckConstraint) -> list[str]:
        gone = operations.RemoveConstraint("classified", "planted")
        loader = MigrationLoader(None)
        planted(loader, SPACE[0], operations.AddConstraint("classified", of("a", "b")))
        added = operations.AddConstraint("classified", wider)
        return safety.faults_of(loader, [planted(loader, SPACE[0], gone, added, name="9002_on")])

    assert replaced(of("a", "b", "c")) == []
    other = models.CheckConstraint(condition=models.Q(title__in=["a", "b", "c"]), name="planted")
    refused = [of("a", "c"), of("a", "b"), other, check("title")]
    assert all("later release" in replaced(narrower)[0] for narrower in refused)


def test_a_constraint_over_what_came_with_it_refuses_nothing_old() -> None:
    added = column(SPACE, db_default="x")
    constraint = operations.AddConstraint("classified", check("colour"))
    assert faults(SPACE, added, constraint) == []
    both = operations.AddConstraint("classified", check("colour", "title"))
    assert faults(SPACE, added, both)
    unique = models.UniqueConstraint(fields=["colour"], name="planted")
    assert faults(SPACE, added, operations.AddConstraint("classified", unique))


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (operations.RemoveField("classified", "title"), "the old code still uses it"),
        (operations.DeleteModel("picture"), "the old code still uses it"),
        (operations.RenameField("classified", "title", "heading"), "still says the old name"),
        (operations.RenameModel("picture", "image"), "still says the old name"),
        (operations.AlterModelTable("picture", "images"), "still says the old name"),
        (operations.AlterUniqueTogether("picture", {("classified", "uploader")}), "may refuse"),
        (operations.RunSQL("ALTER TABLE classifieds_picture DROP COLUMN name"), "still uses it"),
        (operations.RunSQL("DROP TABLE classifieds_picture"), "still uses it"),
        (operations.RunSQL("ALTER TABLE classifieds_picture DROP name"), "still uses it"),
        (operations.RunSQL("DROP TABLE a, classifieds_picture"), "still uses it"),
        (operations.RunSQL("DROP /* it goes */ TABLE classifieds_picture"), "still uses it"),
        (operations.RunSQL("DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$"), "cannot be read"),
        (operations.RunSQL("ALTER TABLE a ADD COLUMN b numeric(9, 6) NOT NULL"), "no value"),
        (operations.RunSQL("ALTER TABLE a ADD b int NOT NULL, ADD c int DEFAULT 0"), "no value"),
        (operations.RunSQL("ALTER TABLE a ALTER b DROP DEFAULT"), "counts on the default"),
        (operations.RunSQL("DELETE FROM classifieds_picture"), "every row"),
        (operations.RunSQL("ALTER TABLE a SET UNLOGGED"), "rewrites"),
        (operations.RunSQL("REVOKE SELECT ON spaces_site FROM troovon_public"), "the right"),
        (operations.RunSQL("ALTER TABLE a RENAME COLUMN b TO c"), "still says the old name"),
        (operations.RunSQL("ALTER TABLE a ALTER b SET NOT NULL"), "refuses what the old code"),
        (operations.RunSQL("ALTER TABLE a ALTER COLUMN b TYPE bigint"), "type is changed"),
        (operations.RunSQL("CREATE UNIQUE INDEX i ON a (b)"), "unique index"),
        (operations.RunSQL(["SELECT 1", "VACUUM FULL a"]), "VACUUM"),
        (operations.RunSQL([("LOCK TABLE a", None)]), "keeps everybody out"),
        (operations.RunSQL("CLUSTER a"), "CLUSTER"),
        (operations.RunSQL("TRUNCATE a"), "TRUNCATE"),
        (operations.RunSQL("REINDEX TABLE a"), "REINDEX"),
        (operations.RunSQL("DROP VIEW spaces_own_site"), "CREATE OR REPLACE VIEW"),
    ],
    ids=str,
)
def test_blocking_or_breaking_operation_is_refused(operation: Any, sentence: str) -> None:
    assert [fault for fault in faults(SPACE, operation) if sentence in fault]


def test_operation_inside_another_is_found_at_any_depth() -> None:
    inner = operations.SeparateDatabaseAndState(database_operations=[operations.RunSQL("LOCK a")])
    outer = operations.SeparateDatabaseAndState(database_operations=[inner])
    assert "keeps everybody out" in faults(SPACE, inner)[0]
    assert "keeps everybody out" in faults(SPACE, outer)[0]


def test_by_hand_a_column_may_come_and_go_the_gentle_way() -> None:
    gentle = """ALTER TABLE a ADD b int NOT NULL DEFAULT 0, ADD c numeric(9, 6);
        ALTER TABLE a ALTER d DROP NOT NULL; ALTER TABLE a DROP CONSTRAINT IF EXISTS e;
        ALTER TABLE a ADD COLUMN f text;
        DELETE FROM a WHERE b IS NULL; GRANT EXECUTE ON FUNCTION g() TO troovon_public"""
    assert faults(SPACE, operations.RunSQL(gentle)) == []


def test_a_default_that_the_old_code_counts_on_stays() -> None:
    gone = altered(SPACE, "audience", db_default=models.NOT_PROVIDED)
    assert "counts on the default" in faults(SPACE, gone)[0]


def test_words_in_quotes_and_comments_are_no_statements() -> None:
    options = "COMMENT ON TABLE a IS 'LOCK TABLE; DROP TABLE b' -- VACUUM"
    assert faults(SPACE, operations.RunSQL(options)) == []


def test_by_hand_a_large_table_is_indexed_and_checked_gently() -> None:
    assert faults(SHARED, operations.RunSQL("CREATE INDEX i ON merchants_merchant (name)"))
    gently = "CREATE INDEX CONCURRENTLY i ON merchants_merchant (name)"
    assert faults(SHARED, operations.RunSQL(gently)) == []
    assert faults(SPACE, operations.RunSQL("CREATE INDEX i ON classifieds_picture (name)")) == []
    read = "ALTER TABLE merchants_merchant ADD CONSTRAINT c CHECK (true)"
    assert any("NOT VALID" in fault for fault in faults(SHARED, operations.RunSQL(read)))
    unread = faults(SHARED, operations.RunSQL(f"{read} NOT VALID"))
    assert not any("VALIDATE" in fault for fault in unread)


def test_a_type_may_only_grow() -> None:
    size = MigrationLoader(None).project_state().models[SPACE].fields["title"].max_length
    assert faults(SPACE, altered(SPACE, "title", max_length=size + 1)) == []
    assert "later release" in faults(SPACE, altered(SPACE, "title", max_length=size - 1))[0]
    rewritten = operations.AlterField("classified", "title", models.IntegerField())
    assert "rewrites the table" in faults(SPACE, rewritten)[0]
    grown = operations.AlterField("classified", "title", models.TextField())
    assert faults(SPACE, grown) == []


def test_words_of_a_field_may_change_as_one_likes() -> None:
    assert faults(SPACE, altered(SPACE, "title", help_text="x", verbose_name="y")) == []


def test_column_is_not_made_required_while_the_old_code_leaves_it_out() -> None:
    required = altered(SPACE, "closed_at", null=False)
    assert "refuses what the old code writes" in faults(SPACE, required)[0]
    unique = altered(SPACE, "title", unique=True)
    assert "may refuse what the old code writes" in faults(SPACE, unique)[0]


def completed(place: Place, expand: list[Any], contract: list[Any]) -> list[str]:
    """The faults of the second of two migrations that names the first."""
    loader = MigrationLoader(None)
    first = planted(loader, place[0], *expand)
    second = planted(loader, place[0], *contract, name="9002_contract", contract_of=first)
    return safety.faults_of(loader, [second])


def test_a_contract_step_may_tighten_what_the_code_keeps_since() -> None:
    nothing = [operations.RunPython(operations.RunPython.noop)]
    tight = [
        altered(SPACE, "closed_at", null=False),
        operations.AddConstraint("classified", check("title")),
        operations.RunSQL("ALTER TABLE classifieds_picture ALTER name SET NOT NULL"),
    ]
    assert completed(SPACE, nothing, tight) == []
    assert faults(SPACE, *tight)


def test_even_a_contract_step_reads_no_large_table_while_others_wait() -> None:
    nothing = [operations.RunPython(operations.RunPython.noop)]
    sentence = completed(SHARED, nothing, [operations.AddConstraint("merchant", check("name"))])
    assert "AddConstraintNotValid" in sentence[0]


def test_a_contract_step_drops_only_what_its_expand_took_out_of_the_code() -> None:
    gone = operations.SeparateDatabaseAndState(
        state_operations=[operations.RemoveField("classified", "title")]
    )
    drop = operations.RunSQL("ALTER TABLE classifieds_classified DROP COLUMN title")
    other = operations.RunSQL("ALTER TABLE classifieds_classified DROP COLUMN kind")
    assert completed(SPACE, [gone], [drop]) == []
    assert "still uses it" in completed(SPACE, [gone], [other])[0]
    table = operations.SeparateDatabaseAndState(
        state_operations=[operations.DeleteModel("picture")]
    )
    assert completed(SPACE, [table], [operations.RunSQL("DROP TABLE classifieds_picture")]) == []


def test_a_field_leaves_the_code_while_its_column_stands() -> None:
    """The new code inserts nothing there: a column that wants a value would refuse its rows."""
    leaves = [operations.RemoveField("classified", "title")]
    gone = operations.SeparateDatabaseAndState(state_operations=leaves)
    assert "the new code inserts nothing" in faults(SPACE, gone)[0]
    loose = operations.RunSQL("ALTER TABLE classifieds_classified ALTER title DROP NOT NULL")
    both = operations.SeparateDatabaseAndState([loose], leaves)
    assert faults(SPACE, both) == []
    assert faults(SPACE, altered(SPACE, "title", null=True), gone) == []


def test_a_contract_step_names_a_migration_before_it() -> None:
    loader = MigrationLoader(None)
    key = planted(loader, "classifieds", contract_of=("classifieds", "9000_never"))
    assert "not among those before it" in safety.faults_of(loader, [key])[0]


def test_a_contract_step_never_comes_in_the_same_run() -> None:
    loader = MigrationLoader(None)
    first = planted(loader, "classifieds")
    second = planted(loader, "classifieds", name="9002_contract", contract_of=first)
    assert safety.hasty(loader, {second}) == []
    assert "later release" in safety.hasty(loader, {first, second})[0]
