"""Statements of a space's role against other schemas, through the app's cursor."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, connection, transaction

from infra.drills.inside import plans
from infra.drills.inside import tricks as known_tricks
from infra.drills.inside.columns import PATTERN
from infra.drills.inside.jobs import WRITTEN, leave_a_row
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.spaces.database import grants
from tenants.spaces.database.cells import directory

OPENED = """
WITH treaties AS (
    SELECT t.* FROM spaces_treaty t
    JOIN spaces_tenant us ON us.id IN (t.proposer_id, t.partner_id) AND us.schema_name = %(name)s
)
SELECT item::text FROM spaces_shareditem item
    JOIN spaces_treatyclause c ON c.giver_id = item.tenant_id AND c.category = item.category
    JOIN treaties t ON t.id = c.treaty_id AND t.state = 'accepted'
UNION ALL SELECT concat_ws(' ', message, proposed_by) FROM treaties
UNION ALL SELECT them.name FROM spaces_tenant them
    JOIN treaties t ON them.id IN (t.proposer_id, t.partner_id)
"""
DATABASES = """
SELECT datname, datdba = 'troovon_owner'::regrole FROM pg_database WHERE datallowconn
"""
ALLOWED = frozenset(grants.SHARED_TABLES)


class Walls:
    """Tries all statements, counts them, and collects those that succeeded."""

    def __init__(self, names: list[str], *, trying: list[str] | None = None) -> None:
        self.names = names
        self.trying = names if trying is None else trying
        self.tried: Counter[str] = Counter()
        self.found: list[str] = []
        self.opened: dict[str, set[str]] = {}
        self.relations = {name: self._known(name) for name in (*names, schema.PUBLIC)}

    def _known(self, name: str) -> list[tuple[str, str]]:
        with schema.inside(name), connection.cursor() as cursor:  # in its own cluster
            cursor.execute(
                "SELECT relname, relkind::text FROM pg_class WHERE relnamespace ="
                " %s::regnamespace AND relkind IN ('r', 'v', 'S', 'm', 'p', 'f') ORDER BY 1",
                [name],
            )
            return [(str(relation), str(kind)) for relation, kind in cursor.fetchall()]

    def against_all(self) -> None:
        """Let spaces' roles try every relation of the others and of public, and each trick."""
        for name in self.trying:
            for other in self.names:
                if other != name:
                    self.relations_of(name, other)
                    self.tricks(name, other)
            self.relations_of(name, schema.PUBLIC)
            self.own_views(name)

    def relations_of(self, name: str, other: str) -> None:
        """Try every way to touch each relation of another schema."""
        for relation, kind in self.relations[other]:
            self.relation_of(name, other, relation=relation, kind=kind)

    def relation_of(self, name: str, other: str, *, relation: str, kind: str) -> None:
        """Try every access to a relation of another schema; `kind` is PostgreSQL's letter."""
        readable = other == schema.PUBLIC and relation in ALLOWED
        for statement in known_tricks.against(f'"{other}"."{relation}"', kind):
            reads = statement.startswith(("SELECT *", "SELECT count", "TABLE"))
            self._try(name, statement, may=readable and reads)
        if kind != "S":
            self._copy(name, f'COPY "{other}"."{relation}" TO STDOUT', may=readable)

    def tricks(self, name: str, other: str) -> None:
        """Try the ways to another role, or to rows of another space."""
        table = f"{other}.accounts_user"
        for statement, params in known_tricks.tricks(other, table):
            self._try(name, statement, params, may=True)
        for statement in known_tricks.refused(other):
            self._try(name, statement)

    def own_views(self, name: str) -> None:
        """Ask the views and the shared tables in ways that make the planner or an error talk."""
        for view in grants.SHARED_TABLES:
            self.own_view(name, view)

    def own_view(self, name: str, view: str) -> None:
        """Ask a view or a shared table for its plans, and in ways that make an error talk."""
        self._plans_of(name, view)
        for column in self._columns_of(view):
            for statement in known_tricks.talkative(view, column):
                self._try(name, statement, may=True)

    def _plans_of(self, name: str, view: str) -> None:
        """Check query plans: a filter applied to all spaces' rows leaks how many match."""
        with schema.inside(name), connection.cursor() as cursor:
            open_columns = plans.open_columns(cursor, view)
        self.tried["statements"] += 1
        self.found += [f"{name} hears of others by EXPLAIN: {column}" for column in open_columns]

    def _columns_of(self, view: str) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
                [f"public.{view}"],
            )
            return [str(row[0]) for row in cursor.fetchall()]

    def _try(self, name: str, statement: str, params: Any = None, *, may: bool = False) -> None:
        """Run a statement as a space and roll it back.

        The result and the error's text must contain no word of another space. Unless it `may`
        succeed, an accepted statement is a finding in itself.
        """
        self.tried["statements"] += 1
        try:
            with schema.inside(name), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, params)
                rows = cursor.fetchall() if cursor.description else cursor.rowcount
                cursor.execute("SELECT current_user::text")
                role = str(cursor.fetchone()[0])
                transaction.set_rollback(True)
        except (Error, psycopg.Error) as error:
            self._search(name, statement, str(error))
            return
        self._search(name, statement, str(rows))
        if role != name:
            self.found.append(f"{name} became {role} by: {statement[:120]}")
        elif not may:
            self.found.append(f"{name} was not refused: {statement[:120]}")

    def _copy(self, name: str, statement: str, *, may: bool) -> None:
        self.tried["statements"] += 1
        try:
            with (
                schema.inside(name),
                transaction.atomic(),
                connection.cursor() as cursor,
                cursor.copy(statement) as copied,
            ):
                text = b"".join(bytes(part) for part in copied).decode()
        except (Error, psycopg.Error) as error:
            self._search(name, statement, str(error))
            return
        self._search(name, statement, text)
        if not may:
            self.found.append(f"{name} was not refused: {statement[:120]}")

    def _search(self, name: str, statement: str, text: str) -> None:
        seen = {word for word in PATTERN.findall(text.lower()) if _space_of(word) != name[-1]}
        if seen - self._opened_to(name):
            self.found.append(f"{name} read {sorted(seen)[:3]} by: {statement[:120]}")

    def _opened_to(self, name: str) -> set[str]:
        """Return the words of others that treaties open to a space: things, names, the offer."""
        if name not in self.opened:
            with schema.in_public(), connection.cursor() as cursor:
                cursor.execute(OPENED, {"name": name})
                text = " ".join(str(row[0]) for row in cursor.fetchall())
            self.opened[name] = set(PATTERN.findall(text.lower()))
        return self.opened[name]

    def bare_login(self) -> None:
        """Let the app's login, in no role at all, read every relation there is."""
        for cell in directory.clusters():
            with _logged_in(cell) as line:
                for statement in self._all_reads():
                    self.tried["statements"] += 1
                    try:
                        line.execute(statement)
                    except psycopg.Error:
                        continue
                    self.found.append(f"the bare login was not refused: {statement.decode()}")

    def databases(self) -> None:
        """Enter every database as the app's login, and try statements without tables."""
        for cell in directory.clusters():
            with _logged_in(cell) as line:
                known = line.execute(DATABASES).fetchall()
            self._databases_of(cell, known)

    def _databases_of(self, cell: str, known: list[tuple[Any, ...]]) -> None:
        for name, ours in known:
            self.tried["statements"] += 1
            try:
                with _logged_in(cell, str(name)) as line:
                    if not ours:
                        self.found.append(f"the app's login was let into {name}")
                    self._in_a_database(line)
            except psycopg.OperationalError:
                continue

    def _in_a_database(self, line: psycopg.Connection[Any]) -> None:
        for statement in known_tricks.in_a_database():
            self.tried["statements"] += 1
            try:
                line.execute(statement.encode())
            except psycopg.Error:
                continue
            self.found.append(f"in {line.info.dbname} was not refused: {statement}")
        limit = line.execute("SHOW temp_file_limit").fetchone()
        if limit == ("-1",):
            self.found.append(f"in {line.info.dbname} a statement may fill the disk")

    def as_the_web(self) -> None:
        """Try to redirect a space's host to another space as the web's role."""
        for statement in known_tricks.as_the_web():
            self.tried["statements"] += 1
            try:
                with schema.in_public(), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
                    transaction.set_rollback(True)
            except (Error, psycopg.Error):
                continue
            self.found.append(f"the web's role was not refused: {statement}")
        for cell in settings.CELLS:
            self._as_the_web_in(cell)

    def _as_the_web_in(self, cell: str) -> None:
        """Try the same in a cell, where the product never becomes that role."""
        with _logged_in(cell) as line:
            line.execute("SET ROLE troovon_public")
            for statement in known_tricks.as_the_web():
                self.tried["statements"] += 1
                try:
                    with line.transaction(force_rollback=True):
                        line.execute(statement.encode())
                except psycopg.Error:
                    continue
                self.found.append(f"the web's role in {cell} was not refused: {statement}")

    def jobs(self) -> None:
        """Run a job of each space, and a job without a space, as a worker would."""
        for number, name in enumerate(self.names):
            self.tried["statements"] += 2
            args = (name, f"wall{number}")
            with schema.in_public():
                leave_a_row.apply(args=args, headers={SCHEMA_HEADER: name})
                placeless = leave_a_row.apply(args=args, headers={})
                fallen = User.objects.filter(last_name=WRITTEN).count()
            with schema.inside(name):
                arrived = User.objects.filter(last_name=WRITTEN).count()
            if fallen or arrived != 1:
                self.found.append(f"a job of {name} left {fallen} rows in public, {arrived} there")
            if placeless.successful():
                self.found.append("a job that names no space was run")

    def _all_reads(self) -> Iterator[bytes]:
        for name, relations in self.relations.items():
            for relation, _kind in relations:
                yield f'SELECT * FROM "{name}"."{relation}" LIMIT 1'.encode()  # noqa: S608 - names of the catalogue

    def left_open(self) -> dict[str, str]:
        """Try the statements open by design, and return those that are open here."""
        first, second = self.names[:2]
        result = {}
        for what, statement in known_tricks.by_design(second).items():
            with schema.inside(first):
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement)
                        transaction.set_rollback(True)
                except (Error, psycopg.Error) as error:
                    result[what] = f"refused: {str(error).splitlines()[0]}"
                else:
                    result[what] = "open"
        return result


def _logged_in(cell: str, database: str = "") -> psycopg.Connection[Any]:
    """Connect to a cluster as the app's login, in no role at all."""
    login = settings.DATABASES[directory.alias_in(cell, "default")]
    return psycopg.connect(
        host=login["HOST"],
        port=login["PORT"],
        user=login["USER"],
        password=login["PASSWORD"],
        dbname=database or login["NAME"],
        autocommit=True,
    )


def _space_of(word: str) -> str:
    return word[6] if word.startswith("kanari") else word[3]
