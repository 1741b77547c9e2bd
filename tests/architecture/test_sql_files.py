"""Each view, function, trigger and policy is defined in a single file, equal to the database's."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader

from saas.kernel.database.sql_files import Created, RunFile, created_in, digest_of, read
from tests.architecture.source import ROOT
from tests.tenants.spaces.database import connecting

type Cursor = psycopg.Cursor[Any]

# Run by the superuser before the first migration; extensions can't be made a second time.
BEFORE = "infra/database/database.sql"
EXTENSIONS = re.compile(r"^CREATE EXTENSION .*$", re.MULTILINE)
SCHEMAS = ["public", "north"]
# Changes of a file, keyed by the only object that differs after the change.
CHANGED = {
    "billing_own_tax": ("billing/sql/billing_own_tax.sql", "OFFSET 0", "OFFSET 1"),
    "billing_own_council": ("billing/sql/billing_own_council.sql", " WITH (security_barrier)", ""),
    "billing_a_charge_sends_no_more_than_it_brought": (
        *("billing/sql/transfers.sql", "sent > sold", "sent >= sold"),
    ),
    "terms_are_only_accepted": (
        *("billing/sql/terms.sql", "BEFORE UPDATE OR DELETE", "BEFORE UPDATE"),
    ),
}
OBJECTS = """
    SELECT 'view', c.relname, '', concat_ws(' ', c.reloptions, pg_get_viewdef(c.oid))
    FROM pg_class c
    WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ANY(%(schemas)s::regnamespace[])
UNION ALL
    SELECT 'function', p.proname, '', pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.prokind <> 'a' AND p.pronamespace = ANY(%(schemas)s::regnamespace[]) AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
    )
UNION ALL
    SELECT 'trigger', t.tgname, c.relname, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = ANY(%(schemas)s::regnamespace[])
UNION ALL
    SELECT 'policy', p.policyname, p.tablename, concat_ws(' ', c.relrowsecurity, p.permissive,
                                                          p.roles, p.cmd, p.qual, p.with_check)
    FROM pg_policies p
    JOIN pg_class c ON c.oid = format('%%I.%%I', p.schemaname, p.tablename)::regclass
    WHERE c.relnamespace = ANY(%(schemas)s::regnamespace[])
"""


def runs() -> list[RunFile]:
    """Every file that migrations run, in their order."""
    graph = MigrationLoader(None).graph
    plan = dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf))
    operations = [operation for key in plan for operation in graph.nodes[key].operations]
    return [operation for operation in operations if isinstance(operation, RunFile)]


def texts() -> dict[str, str]:
    """Return the SQL of each file, in the order of execution in a new database."""
    return {
        BEFORE: EXTENSIONS.sub("", (ROOT / BEFORE).read_text()),
        **{run.path: read(run.path) for run in runs()},
    }


def objects(cursor: Cursor) -> dict[Created, str]:
    """Every object of ours in public and in a space, and how PostgreSQL writes it."""
    rows = cursor.execute(OBJECTS, {"schemas": SCHEMAS}).fetchall()
    assert len({row[:3] for row in rows}) == len(rows), "functions of one name"
    return {Created(*row[:3]): row[3] for row in rows}


def recreated(cursor: Cursor, files: dict[str, str]) -> dict[Created, str]:
    """Drop all objects, run the files, and return the objects that exist afterwards."""
    for kind, name, table in objects(cursor):
        place = f" ON {table}" if table else ""
        cursor.execute(f"DROP {kind} IF EXISTS {name}{place} CASCADE".encode())
        if kind == "policy":
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
    assert objects(cursor) == {}
    for path, text in files.items():
        place = "north, public" if path.startswith("tenants/community/") else "public"
        cursor.execute(f"SET LOCAL search_path = {place}".encode())
        cursor.execute(text.encode())
    cursor.execute("SET LOCAL search_path = public")
    return objects(cursor)


@pytest.fixture
def cursor(django_db_setup: None) -> Iterator[Cursor]:
    """Yield a superuser's cursor in the test database; its changes are rolled back."""
    with connecting.admin() as admin:
        admin.autocommit = False
        with admin.cursor() as found:
            found.execute("SET LOCAL search_path = public")
            yield found
        admin.rollback()


def test_migrations_run_each_file_once_as_it_stands() -> None:
    files = {str(path.relative_to(ROOT)) for path in sql_paths()}
    assert Counter(run.path for run in runs()) == Counter(files)
    changed = {run.path: digest_of(read(run.path)) for run in runs()}
    assert {run.path: run.digest for run in runs()} == changed, "the migration says another digest"


def sql_paths() -> list[Path]:
    return [
        path
        for top in ("saas", "tenants", "billing", "api")
        for path in (ROOT / top).rglob("*.sql")
    ]


def test_file_stands_in_the_folder_of_its_app() -> None:
    loader = MigrationLoader(None)
    for migration in loader.disk_migrations.values():
        for operation in migration.operations:
            if isinstance(operation, RunFile):
                package = migration.__module__.partition(".migrations")[0].replace(".", "/")
                assert str(Path(operation.path).parent) == f"{package}/sql"


def test_no_migration_writes_such_an_object_itself() -> None:
    written = [
        path
        for top in ("saas", "tenants", "billing")
        for path in (ROOT / top).rglob("migrations/0*.py")
        if created_in(path.read_text().replace('"', "\n"))
    ]
    assert written == []


def test_each_object_of_the_database_has_one_file(cursor: Cursor) -> None:
    made = [found for text in texts().values() for found in created_in(text)]
    assert Counter(made) == Counter(objects(cursor).keys())


def test_object_stands_in_the_database_as_in_its_file(cursor: Cursor) -> None:
    before = objects(cursor)
    assert len(before) > 40
    assert recreated(cursor, texts()) == before


def differing(cursor: Cursor, *changes: tuple[str, str, str]) -> set[str]:
    """Return the names of the objects that differ after changes of the files."""
    before = objects(cursor)
    files = texts()
    for path, old, new in changes:
        assert old in files[path]
        files[path] = files[path].replace(old, new)
        assert digest_of(files[path]) != digest_of(read(path))
    after = recreated(cursor, files)
    return {made.name for made in before if after[made] != before[made]}


def test_file_that_says_something_else_is_found(cursor: Cursor) -> None:
    assert differing(cursor, *CHANGED.values()) == CHANGED.keys()


def test_object_without_a_file_is_found(cursor: Cursor) -> None:
    before = objects(cursor)
    for statement in (
        "CREATE VIEW stray AS SELECT 1",
        "CREATE VIEW north.stray_of_a_space AS SELECT 1",
        "CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        """CREATE TRIGGER stray BEFORE UPDATE ON spaces_domain
        FOR EACH ROW EXECUTE FUNCTION spaces_a_host_stays_its_spaces()""",
        "CREATE POLICY stray ON spaces_shareditem USING (true)",
    ):
        cursor.execute(statement.encode())
    assert {(found.kind, found.name) for found in objects(cursor).keys() - before.keys()} == {
        ("view", "stray"),
        ("view", "stray_of_a_space"),
        ("function", "stray"),
        ("trigger", "stray"),
        ("policy", "stray"),
    }
