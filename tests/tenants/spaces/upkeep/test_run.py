"""Many spaces are brought up: each in a transaction of its own, each with a word about it."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tenants.spaces.database import birth, blueprint, fingerprint
from tenants.spaces.database.upkeep import plan, replay, run
from tenants.spaces.database.upkeep.report import Report
from tenants.spaces.models import Blueprint, Tenant
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.upkeep.conftest import Found, Planter, as_owner, columns_of

COLOUR = "migrations.AddField('classified', 'colour', models.CharField(max_length=9, null=True))"
SIZE = "migrations.AddField('classified', 'size', models.IntegerField(db_default=3))"
INDEX = "AddIndexConcurrently('classified', models.Index(fields=['title'], name='by_title'))"
MARKS = """
def mark(apps, editor):
    Classified = apps.get_model("classifieds", "Classified")
    User = apps.get_model("accounts", "User")
    alias = editor.connection.alias
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        here = cursor.fetchone()[0]
    if here == "south" and FAILS:
        raise ValueError("no marks in the south")
    import datetime
    User.objects.using(alias).create(
        email=f"mark@{here}.example", first_name="M", last_name="M",
        created_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
"""


def bring_up(*, verify: bool = False, workers: int = 2) -> Report:
    lines: list[str] = []
    return run.bring_up(run.RunOptions(alias="owner", verify=verify, workers=workers), lines.append)


def hashes() -> dict[str, str]:
    return dict(Tenant.objects.using("owner").values_list("schema_name", "schema_hash"))


def test_when_all_is_current_it_costs_one_look_and_touches_nothing(own_database: None) -> None:
    bring_up()
    with CaptureQueriesContext(connections["owner"]) as statements:
        report = bring_up()
    assert (report.current, report.migrated, report.failed) == (2, 0, {})
    assert len(statements) == 1
    as_owner("UPDATE spaces_tenant SET schema_hash = ''")
    report = bring_up()
    assert (report.current, report.migrated) == (2, 0)
    assert set(hashes().values()) == {blueprint.migrations_hash()}


def test_an_added_column_reaches_every_space_though_rows_say_it_is_there(planter: Planter) -> None:
    planter.plant(COLOUR)
    as_owner("UPDATE spaces_tenant SET schema_hash = %s", [blueprint.migrations_hash()])
    assert bring_up().current == 2  # a row is believed, unless schemas are asked
    report = bring_up(verify=True)
    assert (report.current, report.migrated, report.failed) == (0, 2, {})
    assert "colour" in columns_of("north")
    assert "colour" in columns_of("south")


@pytest.mark.proof
def test_a_replayed_space_equals_a_newborn_one_object_by_object(planter: Planter) -> None:
    planter.plant(COLOUR, SIZE)
    planter.plant("migrations.RemoveField('classified', 'colour')", name="gone")
    planter.plant(
        "migrations.CreateModel('Note', [('id', models.BigAutoField(primary_key=True)),"
        " ('about', models.ForeignKey('classifieds.Classified', models.CASCADE)),"
        " ('text', models.CharField(max_length=9, unique=True))])",
        name="note",
    )
    bring_up()
    birth.make_role("t_newborn")
    birth.make_schema("t_newborn", blueprint.write("owner").script)
    try:
        newborn = fingerprint.lasting(fingerprint.facts("t_newborn"))
        north = fingerprint.lasting(fingerprint.facts("north"))
        assert fingerprint.differences(north, newborn) == []
        assert ("relation", "classifieds_note") in {fact[:2] for fact in newborn}
    finally:
        birth.drop("t_newborn")


def test_spaces_that_stand_at_different_points_all_arrive(planter: Planter, found: Found) -> None:
    planter.plant(COLOUR)
    as_owner("UPDATE spaces_tenant SET state = 'deleted' WHERE schema_name = 'south'")
    bring_up()
    as_owner("UPDATE spaces_tenant SET state = 'active' WHERE schema_name = 'south'")
    planter.plant(SIZE, name="later")
    report = bring_up()
    assert (report.migrated, report.failed) == (2, {})
    assert {"colour", "size"} <= columns_of("north")
    assert {"colour", "size"} <= columns_of("south")


def test_a_data_migration_runs_in_each_space_on_its_own_rows(planter: Planter) -> None:
    planter.plant(COLOUR)
    planter.plant("migrations.RunPython(mark)", name="marks", head=f"FAILS = False\n{MARKS}")
    planter.plant(SIZE, name="after")
    report = bring_up()
    assert (report.migrated, report.failed) == (2, {})
    for name in ("north", "south"):
        marked = as_owner(f"TABLE {name}.accounts_user")
        assert [f"mark@{name}.example" in row for row in marked] == [True]
        assert "size" in columns_of(name)
    assert bring_up().current == 2


@pytest.mark.proof
def test_a_space_whose_data_migration_fails_goes_on_from_there_next_time(planter: Planter) -> None:
    planter.plant(COLOUR)
    marks = planter.plant("migrations.RunPython(mark)", name="marks", head=f"FAILS = True\n{MARKS}")
    report = bring_up()
    assert report.migrated == 1
    assert report.failed == {
        "south": f"classifieds.{marks}: ValueError: no marks in the south",
    }
    assert "colour" in columns_of("south")  # earlier migrations stay applied
    planter.pull(marks)
    planter.plant("migrations.RunPython(mark)", name="marks", head=f"FAILS = False\n{MARKS}")
    assert (bring_up().failed, len(as_owner("SELECT 1 FROM south.accounts_user"))) == ({}, 1)
    assert len(as_owner("SELECT 1 FROM north.accounts_user")) == 1


def test_a_migration_without_a_transaction_runs_in_each_space(planter: Planter) -> None:
    planter.plant(INDEX, body="atomic = False")
    assert bring_up().failed == {}
    for name in ("north", "south"):
        assert ("index", "by_title") in {fact[:2] for fact in fingerprint.facts(name)}


@pytest.mark.proof
def test_failed_space_is_named_and_done_alone_next_time(planter: Planter, found: Found) -> None:
    for number in range(4):
        found(f"t_many{number}")
    as_owner("ALTER TABLE t_many2.classifieds_classified ADD COLUMN colour int")
    added = planter.plant(COLOUR)
    report = bring_up()
    assert report.migrated == 5
    assert report.failed == {
        "t_many2": f'classifieds.{added}: column "colour" of relation "classifieds_classified"'
        " already exists"
    }
    assert hashes()["t_many2"] != blueprint.migrations_hash()
    as_owner("ALTER TABLE t_many2.classifieds_classified DROP COLUMN colour")
    again = bring_up()
    assert (again.current, again.migrated, again.failed) == (5, 1, {})


@pytest.mark.proof
def test_a_held_table_delays_only_its_own_space_and_not_once_it_is_let_go(
    planter: Planter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "LOCK_TIMEOUT", "50ms")
    planter.plant(COLOUR)
    with connecting.admin() as holder:
        holder.autocommit = False
        holder.execute("SELECT * FROM south.classifieds_classified")
        report = bring_up()
        assert report.migrated == 1
        assert "lock timeout" in report.failed["south"]
        assert "colour" in columns_of("north")

        try_ = replay.Replay._try  # noqa: SLF001 - after the first one the table is let go

        def try_then_let_go(tried: replay.Replay, name: str) -> replay.Outcome:
            outcome = try_(tried, name)
            holder.rollback()
            return outcome

        monkeypatch.setattr(replay.Replay, "_try", try_then_let_go)
        report = bring_up()
    assert (report.current, report.migrated, report.failed) == (1, 1, {})
    assert "colour" in columns_of("south")
    assert set(hashes().values()) == {blueprint.migrations_hash()}


def test_failed_rehearsal_touches_no_space(planter: Planter) -> None:
    planter.plant(COLOUR, "migrations.RunSQL('ALTER TABLE nowhere ADD COLUMN x int')")
    report = bring_up()
    assert set(report.failed) == {"north", "south"}
    assert "rehearsal" in report.failed["north"]
    assert 'relation "nowhere" does not exist' in report.failed["north"]
    assert "colour" not in columns_of("north")
    assert as_owner("SELECT 1 FROM pg_namespace WHERE nspname = %s", [blueprint.TOKEN]) == []


@pytest.mark.proof
def test_spaces_that_cannot_come_up_are_reported_by_name(planter: Planter, found: Found) -> None:
    for name in ("t_gone", "t_half", "t_closed", "t_kept", "t_lost"):
        found(name)
    as_owner("DROP SCHEMA t_gone CASCADE; DROP TABLE t_half.django_migrations")
    as_owner("DROP SCHEMA t_closed CASCADE; CREATE SCHEMA t_orphan")
    as_owner(
        "UPDATE spaces_tenant SET state = 'archived' WHERE schema_name IN ('t_closed', 't_kept')"
    )
    as_owner("UPDATE spaces_tenant SET state = 'deleted' WHERE schema_name = 't_lost'")
    planter.plant(COLOUR)
    report = bring_up()
    assert report.failed == {
        "t_gone": "its schema is gone",
        "t_half": "half built: it does not say which migrations it has",
    }
    assert report.skipped == {
        "t_closed": "archived",
        "t_lost": "deleted",
        "t_orphan": "a schema that belongs to no space",
    }
    assert report.migrated == 3
    assert "colour" in columns_of("t_kept")
    assert report.total == 8


@pytest.mark.proof
def test_a_template_of_unknown_birth_is_made_to_stand_like_the_spaces(planter: Planter) -> None:
    as_owner("UPDATE spaces_blueprint SET facts = NULL")
    planter.plant(COLOUR)
    assert (bring_up().migrated, columns_of("north") >= {"colour"}) == (2, True)


def test_statements_that_follow_each_other_are_one_message(planter: Planter) -> None:
    planter.plant(COLOUR)
    planter.plant(SIZE, name="more")
    have = frozenset(as_owner("SELECT app, name FROM north.django_migrations"))
    born = Blueprint.objects.using("owner").latest("made_at").script
    (step,) = plan.rehearse(have, born, "owner")
    assert isinstance(step, plan.Replayed)
    assert step.sql.count("ADD COLUMN") == 2
    assert len(step.keys) == 2
