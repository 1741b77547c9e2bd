"""Export and import of a space's rows as files: every table by COPY, from a single snapshot.

The table of applied migrations describes the schema itself: it is compared and never copied.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connections, transaction
from psycopg import sql

from tenants.spaces.database.cells import directory

OF_THE_SCHEMA = "django_migrations"
# Keys to a person's open session, mailed link, program or calendar. A copy has no keys, so that
# keys revoked since then stay revoked; after a load, all people must sign in again.
KEYS = (
    *("accounts_pass", "django_session"),
    *("integrations_apitoken", "gatherings_calendarlink"),
)
# Counts that lead to members while their key exists. They are in no copy, because the copy would
# outlive the key, and a load leaves them unchanged. Their totals are in the public schema, updated
# every hour.
COUNTING = ("neighbourhood_dailysalt", "neighbourhood_placementevent")
NOT_COPIED = (*KEYS, *COUNTING)
SHEET = "tables.json"
_CHUNK = 1 << 16
# Ids that nothing answers to: more negative than any that a row could have had.
_NOWHERE = 1 << 62


class CopyRefused(Exception):  # noqa: N818 - an answer to whoever copies, not a fault
    """The files and the schema do not go together; nothing was changed."""


class Table(NamedTuple):
    """A copied table: its columns by name, and the expected content of its file."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


class Copied(NamedTuple):
    """The copy of a space's rows, and the state of the schema that it goes with."""

    tables: list[Table]
    sequences: dict[str, list[Any]]
    migrations: list[str]

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table had."""
        return {table.name: table.rows for table in self.tables}

    def as_json(self) -> dict[str, Any]:
        """Return the values to store in a file."""
        return {**self._asdict(), "tables": [table._asdict() for table in self.tables]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Copied":
        """Return the values stored in a file."""
        tables = [Table(**table) for table in stored["tables"]]
        return cls(tables, stored["sequences"], stored["migrations"])


def file_of(folder: Path, table: str) -> Path:
    """Return the path of a table's rows in a folder."""
    return folder / f"{table}.copy"


def dump(
    name: str,
    folder: Path,
    alias: str = "owner",
    *,
    without: Collection[str] = (),
    instead: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    sent: str = "",
) -> Copied:
    """Write all copied tables of a space into a folder, from a single snapshot.

    Tables in `without` are left out, and columns in `instead` are written with its SQL. A moment in
    a column named `sent` is filled if it is empty: its mail is sent from here.
    """
    alias = directory.alias_of(name, alias)
    # Enter the schema first: otherwise its query would be the first of the transaction.
    connections[alias].cursor().close()
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        columns = columns_of(cursor, name)
        tables = [
            _write(
                cursor,
                (name, table),
                own,
                to=file_of(folder, table),
                instead={
                    **({sent: f"coalesce({sent}, now())"} if sent in own else {}),
                    **instead.get(table, {}),
                },
            )
            for table, own in sorted(columns.items())
            if table not in {*NOT_COPIED, *without}
        ]
        # Read last, so that no sequence is behind a copied row.
        copied = Copied(tables, _sequences_of(cursor, name), _migrations_of(cursor, name))
    (folder / SHEET).write_text(json.dumps(copied.as_json()))
    return copied


def load(name: str, folder: Path, alias: str = "owner") -> Copied:
    """Replace the rows of a space with those of a folder, in a single transaction.

    Tables that are never copied are never loaded either, regardless of the folder. Raises
    CopyRefused if the schema has other tables, columns or migrations.
    """
    alias = directory.alias_of(name, alias)
    copied = Copied.from_json(json.loads((folder / SHEET).read_text()))
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        columns = columns_of(cursor, name)
        _check_goes_together(copied, columns, _migrations_of(cursor, name))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        emptied = columns.keys() - set(COUNTING)
        cursor.execute(
            sql.SQL("TRUNCATE {}").format(
                sql.SQL(", ").join(sql.Identifier(name, table) for table in sorted(emptied))
            )
        )
        for table in copied.tables:
            if table.name not in NOT_COPIED:
                _read(cursor, name, table, path=file_of(folder, table.name))
        for sequence, position in copied.sequences.items():
            _advance(cursor, (name, sequence), position)
    return copied


def columns_of(cursor: Any, name: str) -> dict[str, list[str]]:
    """Return the columns that rows of each table are made of, in their order."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)"
        " AND c.relkind = 'r' AND c.relname <> %s GROUP BY c.relname",
        [name, OF_THE_SCHEMA],
    )
    return dict(cursor.fetchall())


def _sequences_of(cursor: Any, name: str) -> dict[str, list[Any]]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace ="
        " (SELECT oid FROM pg_namespace WHERE nspname = %s) AND relname NOT LIKE %s",
        [name, f"{OF_THE_SCHEMA}%"],
    )
    names = {row[0] for row in cursor.fetchall()}
    values = {}
    for sequence in sorted(names):
        cursor.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name, sequence))
        )
        values[sequence] = list(cursor.fetchone())
    return values


def _advance(cursor: Any, place: tuple[str, str], position: list[Any]) -> None:
    """Move a sequence on to where it was; never back, since rows that stay have numbers of it."""
    own = sql.Identifier(*place)
    cursor.execute(
        sql.SQL(
            "SELECT setval(%s::regclass, %s, %s) FROM {} WHERE (last_value, is_called) < (%s, %s)"
        ).format(own),
        [own.as_string(None), *position, *position],
    )


def _migrations_of(cursor: Any, name: str) -> list[str]:
    cursor.execute(
        sql.SQL("SELECT app || '.' || name FROM {}").format(sql.Identifier(name, OF_THE_SCHEMA))
    )
    return sorted(row[0] for row in cursor.fetchall())


def _write(
    cursor: Any,
    place: tuple[str, str],
    columns: list[str],
    *,
    to: Path,
    instead: Mapping[str, str],
) -> Table:
    rows, digest = 0, hashlib.sha256()
    selected = sql.SQL(", ").join(_selected(column, instead) for column in columns)
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        selected, sql.Identifier(*place)
    )
    with to.open("wb") as file, cursor.copy(statement) as copy:
        for block in copy:
            digest.update(block)
            rows += bytes(block).count(b"\n")
            file.write(block)
    return Table(place[1], columns, rows, digest.hexdigest())


def _read(cursor: Any, name: str, table: Table, *, path: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name, table.name), _listed(table.columns)
    )
    digest = hashlib.sha256()
    with path.open("rb") as file, cursor.copy(statement) as copy:
        while block := file.read(_CHUNK):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != table.sha256 or cursor.rowcount != table.rows:
        raise CopyRefused(f"the file of {table.name} is not the one that was written")


def _selected(column: str, instead: Mapping[str, str]) -> sql.Composable:
    """Return a column, or the SQL that is written in its place."""
    return sql.SQL(instead[column]) if column in instead else sql.Identifier(column)


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _check_goes_together(
    copied: Copied, columns: dict[str, list[str]], migrations: list[str]
) -> None:
    if copied.migrations != migrations:
        raise CopyRefused("the schema has other migrations than the copy")
    for table in copied.tables:
        if sorted(columns.get(table.name, [])) != sorted(table.columns):
            raise CopyRefused(f"{table.name} has other columns than the copy")


def rename_files(name: str, *, was: str, alias: str = "owner") -> int:
    """Update rows that contain a stored file of the space `was` to the name of this space."""
    alias = directory.alias_of(name, alias)
    changed = 0
    with connections[alias].cursor() as cursor:
        for table, column in _columns_of_type(cursor, name, ("text", "varchar")):
            place, word = sql.Identifier(name, table), sql.Identifier(column)
            cursor.execute(
                sql.SQL("UPDATE {} SET {} = %s || substr({}, %s) WHERE starts_with({}, %s)").format(
                    place, word, word, word
                ),
                [name, len(was) + 1, f"{was}/"],
            )
            changed += cursor.rowcount
    return changed


def renumber(name: str, column: str, *, numbers: dict[int, int], alias: str = "owner") -> None:
    """Update a column that stores the id of a row of `public` to its new ids.

    An id without a row becomes negative, so that it belongs to no row. In a unique column the
    update takes two steps, so that no new id collides with an old id.
    """
    alias = directory.alias_of(name, alias)
    with connections[alias].cursor() as cursor:
        for table, found in _columns_of_type(cursor, name, ("int8",)):
            if found != column:
                continue
            place, word = sql.Identifier(name, table), sql.Identifier(column)
            twice = _is_unique(cursor, name, table, column)
            cursor.execute(
                sql.SQL(
                    "UPDATE {} t SET {} = coalesce((SELECT {} m.new FROM"
                    " unnest(%s::bigint[], %s::bigint[]) AS m(old, new) WHERE m.old = t.{}),"
                    " -t.{} - %s::bigint) WHERE t.{} > 0"
                ).format(place, word, sql.SQL("-" if twice else ""), word, word, word),
                [list(numbers), list(numbers.values()), _NOWHERE],
            )
            if twice:
                cursor.execute(
                    sql.SQL("UPDATE {} SET {} = -{} WHERE {} < 0 AND {} > %s").format(
                        place, word, word, word, word
                    ),
                    [-_NOWHERE],
                )


def _is_unique(cursor: Any, *place: str) -> bool:
    """Return True if a unique index contains the column."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)"
        " WHERE c.relnamespace = %s::regnamespace AND c.relname = %s"
        " AND a.attname = %s AND i.indisunique)",
        place,
    )
    return bool(cursor.fetchone()[0])


def _columns_of_type(cursor: Any, name: str, types: Collection[str]) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT c.relname, a.attname FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " AND a.attgenerated = ''"
        " JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND t.typname = ANY(%s)",
        [name, list(types)],
    )
    return list(cursor.fetchall())
