"""Tables of a space without dispensable sequences and indexes.

An empty table or index is a file and a dozen rows of the catalogue in each of thousands of spaces.
So the tables of a space share one sequence, no index repeats another, a key is indexed only where a
query needs it (then the model names the index), and rows that fit into a page have no TOAST table.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

SEQUENCE = "ids"
# A default resolves its sequence at the table's creation, in the first schema of the search path.
NUMBERED = dict.fromkeys(
    ("AutoField", "BigAutoField", "SmallAutoField"), f"DEFAULT nextval('{SEQUENCE}')"
)
PLAIN = " STORAGE PLAIN"  # a value that PostgreSQL neither compresses nor moves out of its row
MOST_BYTES_OF_A_ROW = 8_152  # a page holds 8,160
LEAST_BYTES_TO_MOVE = 2_032  # a row that may be larger has a TOAST table
_HEADER, _LENGTH, _CHARACTER_BYTES = 32, 4, 4
_FIXED = {
    **dict.fromkeys(("boolean", "smallint", "integer", "bigint", "double precision"), 8),
    **dict.fromkeys(("date", "time", "timestamp with time zone"), 8),
    "uuid": 16,
}
_TEXT = re.compile(r"varchar\((\d+)\)$")
_UNSIZED = {"text", "jsonb", "bytea"}
_STORED = re.compile(r'^ALTER TABLE ONLY (\S+) ALTER COLUMN ("?\w+"?) SET STORAGE PLAIN;$')
_CREATED = re.compile(r"^CREATE TABLE (\S+) \($")
_COLUMN = re.compile(r'^( +("?\w+"?) (?:character varying\(\d+\)|text|bytea|jsonb))(?=[ ,]|$)')
_Editor: Any = DatabaseSchemaEditor  # its stubs lack the methods that are extended here


def make_sequence(name: str, connection: Any) -> None:
    """Create the sequence of a space, before its first table."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SEQUENCE "{name}"."{SEQUENCE}"')


class SpaceSchemaEditor(_Editor):  # type: ignore[misc]
    """Django's editor, without relations that no query of a space needs."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:  # noqa: ARG002 - Django's form
        """Return no second index for a text column: under C.UTF-8 the first index serves LIKE."""
        return

    def _field_should_be_indexed(self, model: Any, field: Any) -> bool:
        """Return True if Django indexes the field and the field is no foreign key of a space."""
        wanted = bool(super()._field_should_be_indexed(model, field))
        return wanted and not (self._is_in_space and isinstance(field, models.ForeignKey))

    def _iter_column_sql(self, column_db_type: str, *options: Any) -> Iterator[str]:
        """Yield the parts of a column's definition, the type first."""
        parts = super()._iter_column_sql(column_db_type, *options)
        if not self._is_in_space:
            yield from parts
            return
        _params, model, field, *_rest = options
        yield next(parts) + (PLAIN if self._is_plain(model, field) else "")
        for part in parts:
            if part != "PRIMARY KEY" or getattr(field, "is_indexed", True):
                yield part

    def _is_plain(self, model: Any, field: Any) -> bool:
        """Return True for a text of a table whose rows fit into a page, yet have a TOAST table."""
        fields = {known.column: known for known in [*model._meta.local_concrete_fields, field]}
        kinds = {column: self._kind_of(known) for column, known in fields.items()}
        if kinds[field.column] in _FIXED:
            return False
        most = [_most_bytes(kinds[column], known) for column, known in fields.items()]
        if None in most or _HEADER + sum(size or 0 for size in most) > MOST_BYTES_OF_A_ROW:
            return False
        # PostgreSQL knows no bound of such a type, and takes each letter of the others for four.
        counted = [int(_TEXT.sub(r"\1", kind)) for kind in kinds.values() if _TEXT.match(kind)]
        fixed = sum(_FIXED.get(kind, 0) for kind in kinds.values())
        size = _HEADER + fixed + sum(_LENGTH + _CHARACTER_BYTES * letters for letters in counted)
        return size > LEAST_BYTES_TO_MOVE or not _UNSIZED.isdisjoint(kinds.values())

    def _kind_of(self, field: Any) -> str:
        return str(field.db_parameters(connection=self.connection)["type"])

    @property
    def _is_in_space(self) -> bool:
        return bool(self.connection.is_in_space)


def _most_bytes(kind: str, field: Any) -> int | None:
    """Return the bytes that a column takes at most, or None if it has no bound."""
    sized = _TEXT.match(kind)
    letters = int(sized[1]) if sized else field.max_length
    if not letters or not (sized or kind in _UNSIZED):
        return _FIXED.get(kind)
    is_ascii = kind == "bytea" or field.name == "reference" or bool(field.choices)
    length = letters if is_ascii else letters * _CHARACTER_BYTES
    return _LENGTH + length + -length % _LENGTH


def with_storage(script: str) -> str:
    """Return a dump whose tables are created with plain columns.

    `pg_dump` changes the columns afterwards, when their table has its TOAST table, which stays.
    """
    lines = script.splitlines()
    plain = {match.groups() for line in lines if (match := _STORED.match(line))}
    written, table, placed = list[str](), "", set[tuple[str | Any, ...]]()
    for line in lines:
        if created := _CREATED.match(line):
            table = created[1]
        column = _COLUMN.match(line)
        if column and (table, column[2]) in plain:
            placed.add((table, column[2]))
            written.append(_COLUMN.sub(rf"\1{PLAIN}", line))
        elif not _STORED.match(line):
            written.append(line)
    if placed != plain:
        raise RuntimeError(f"pg_dump writes columns otherwise: {sorted(plain - placed)}")
    return "\n".join(written)
