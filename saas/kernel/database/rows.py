"""Single rows of shared tables, written and read by cached SQL statements.

Django builds a statement again for each query, which takes longer than running it, and PostgreSQL
would plan it again each time too. Only statements that run for each payment, or for very many rows
at once, use this module; everything else uses the ORM.
"""

import datetime as dt
import functools
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from saas.kernel import schema
from saas.kernel.database import guards
from saas.kernel.models import SharedModel

# Values that every column but those of JSON takes as they are.
_AS_THEY_ARE = {str, int, bool, type(None), dt.datetime, dt.date, uuid.UUID}

type _Field = models.Field[Any, Any]
type _Shape = tuple[tuple[bool, ...], ...]


class _Reading(NamedTuple):
    """How rows are read: their columns, their tables, and the columns with a database converter."""

    columns: str
    parts: list[tuple[type[SharedModel], list[str], int, int]]
    converted: list[tuple[int, Any, Any]]


def tuples(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement with constant text; its values are parameters.

    A persistent connection keeps it prepared: PostgreSQL parses and plans it once.
    """
    return _run(statement, values)[0]


def cut(table: type[models.Model], column: str, words: str) -> str:
    """Return a text truncated to the length of its column."""
    field = cast("models.CharField[str, str]", table._meta.get_field(column))
    return words[: field.max_length]


def add(*rows: SharedModel) -> None:
    """Insert new rows of a single table in this order; set their ids and database defaults.

    Raises IntegrityError if a constraint is violated, WrongSpaceError if a row refers to a person
    of a space.
    """
    if not rows:
        return
    sql, filled_in, given = _inserting(rows)
    for row, found in zip(rows, tuples(sql, given), strict=True):
        for name, value in zip(filled_in, found, strict=True):
            setattr(row, name, value)
        row._state.adding, row._state.db = False, connection.alias


def insert_many(
    model: type[models.Model],
    records: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str],
    refers_to: Sequence[models.Model] = (),
) -> list[tuple[Any, ...]]:
    """Insert plain values by column, all records by a single statement; return their new rows.

    Records in conflict with a row are skipped. Columns missing in a record are NULL; columns in no
    record have their database default. Raises WrongSpaceError if they refer to another space's row.
    """
    if not records:
        return []
    for row in refers_to:
        guards.check_row(row)
    table = _quoted(model._meta.db_table)
    columns, found = (", ".join(map(_quoted, names)) for names in (records[0], returning))
    text = (
        f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 - names of our own columns
        f" FROM json_populate_recordset(NULL::{table}, %s) ON CONFLICT DO NOTHING RETURNING {found}"
    )
    return tuples(text, [json.dumps(records, cls=DjangoJSONEncoder)])


def store(row: SharedModel, *columns: str) -> None:
    """Write some columns of a row. Raises NotUpdated where it is gone."""
    if not store_if("true", row, *columns):
        raise type(row).NotUpdated(f"{row._meta.label} {row.pk} is gone")


def write(*stored: tuple[SharedModel, Sequence[str]], add: Sequence[SharedModel]) -> None:
    """Update columns of some rows, and insert new rows of a single table, in a single statement.

    No row occurs twice, and inserted rows get no id. Raises NotUpdated if a row was deleted.
    """
    texts, values = [], []
    for row, columns in stored:
        sql, written = _storing(row, tuple(columns))
        texts.append(sql)
        values += written
    inserting, _filled_in, given = _inserting(add)
    found = tuples(_at_once(tuple(texts), inserting), [*values, *given])
    if len(found) != len(stored):
        named = ", ".join(f"{row._meta.label} {row.pk}" for row, _columns in stored)
        raise type(stored[0][0]).NotUpdated(f"one of these is gone: {named}")


def change[M: SharedModel](
    model: type[M], changes: str, where: str, *, values: Sequence[Any]
) -> list[M]:
    """Update the rows of a condition in SQL, and return them whole, as changed."""
    reading = _reading((model,))
    table = _quoted(model._meta.db_table)
    statement = f"UPDATE {table} SET {changes} WHERE {where} RETURNING {reading.columns}"  # noqa: S608 - ours
    return [row for (row,) in _made_of(reading, tuples(statement, values))]


def store_if(holds: str, row: SharedModel, *columns: str) -> bool:
    """Update columns of a row if a condition in SQL still holds; return True if it did."""
    return _run(*_storing(row, columns, holds))[1] == 1


def read[M: SharedModel](
    model: type[M], where: str, values: Sequence[Any], *, hold: str = ""
) -> list[M]:
    """Return the whole rows of a table that match a condition in SQL.

    `hold` is the lock until the end of the transaction, such as `FOR UPDATE`.
    """
    source = f"{_quoted(model._meta.db_table)} WHERE {where} {hold}"
    return [row for (row,) in together((model,), source, values)]


def one[M: SharedModel](model: type[M], where: str, values: Sequence[Any], *, hold: str = "") -> M:
    """Return the single row of a condition in SQL. Raises DoesNotExist for no match."""
    found = read(model, where, values, hold=hold)
    if not found:
        raise model.DoesNotExist(f"no {model._meta.label} where {where}")
    return found[0]


def together(
    models_read: tuple[type[SharedModel], ...], source: str, values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Return joined rows of several tables, whole: `source` is the text after FROM."""
    reading = _reading(models_read)
    found = tuples(f"SELECT {reading.columns} FROM {source}", values)  # noqa: S608 - ours
    return _made_of(reading, found)


def _made_of(reading: _Reading, found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    mode = models.FETCH_RAISE if settings.STRICT_FETCH else models.FETCH_ONE
    return [
        tuple(
            model.from_db(connection.alias, names, line[first:last], fetch_mode=mode)
            for model, names, first, last in reading.parts
        )
        for line in (_converted(row, reading) for row in found)
    ]


def _storing(
    row: SharedModel, columns: tuple[str, ...], holds: str = "true"
) -> tuple[str, list[Any]]:
    """Return how some columns of a row are written, and the values."""
    guards.check_keys(row, here=schema.PUBLIC)
    sql, fields = _update(type(row), columns, holds)
    return sql, [*(_value(field, row, is_new=False) for field in fields), row.pk]


def _inserting(rows: Sequence[SharedModel]) -> tuple[str, list[str], list[Any]]:
    """Return the INSERT of new rows of a table, the columns it returns, and the values."""
    fields = _written(type(rows[0]))
    for row in rows:
        guards.check_keys(row, here=schema.PUBLIC)
    values = [[_value(field, row, is_new=True) for field in fields] for row in rows]
    shape = tuple(tuple(isinstance(value, DatabaseDefault) for value in line) for line in values)
    sql, filled_in = _insert(type(rows[0]), shape)
    given = [value for line in values for value in line if not isinstance(value, DatabaseDefault)]
    return sql, filled_in, given


def _run(statement: str, values: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
    ran: tuple[list[tuple[Any, ...]], int] = cast("Any", connection).run_prepared(statement, values)
    return ran


def _value(field: _Field, row: SharedModel, *, is_new: bool) -> Any:
    value = field.pre_save(row, is_new)
    if type(value) in _AS_THEY_ARE and not isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _converted(row: Sequence[Any], reading: _Reading) -> Sequence[Any]:
    if not reading.converted:
        return row
    values = list(row)
    for place, convert, column in reading.converted:
        values[place] = convert(values[place], column, connection)
    return values


@functools.cache
def _written(model: type[SharedModel]) -> list[_Field]:
    """Return the inserted columns of a new row: all but the id, generated by the database."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@functools.cache
def _insert(model: type[SharedModel], shape: _Shape) -> tuple[str, list[str]]:
    """Return how rows are inserted, and the columns that are told back."""
    fields = _written(model)
    lines = [", ".join("DEFAULT" if default else "%s" for default in line) for line in shape]
    filled_in = [field for place, field in enumerate(fields) if any(line[place] for line in shape)]
    number = model._meta.pk
    returned = [number, *filled_in]
    sql = (
        f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(fields)})"  # noqa: S608 - ours
        f" VALUES ({'), ('.join(lines)}) RETURNING {_columns(returned)}"
    )
    return sql, [field.attname for field in returned]


@functools.cache
def _update(
    model: type[SharedModel], columns: tuple[str, ...], holds: str
) -> tuple[str, list[_Field]]:
    """Return how some columns of a row are written."""
    fields = [cast("_Field", model._meta.get_field(name)) for name in columns]
    changes = ", ".join(f"{_columns([field])} = %s" for field in fields)
    table = _quoted(model._meta.db_table)
    return f"UPDATE {table} SET {changes} WHERE id = %s AND {holds}", fields  # noqa: S608 - ours


@functools.cache
def _at_once(storing: tuple[str, ...], inserting: str) -> str:
    """Return how rows are stored and others inserted at once; it answers a line for each stored."""
    named = [f"stored_{place} AS ({sql} RETURNING id)" for place, sql in enumerate(storing)]
    met = [f"SELECT id FROM stored_{place}" for place, _sql in enumerate(storing)]  # noqa: S608 - ours
    return f"WITH {', '.join([*named, f'added AS ({inserting})'])} {' UNION ALL '.join(met)}"


@functools.cache
def _reading(models_read: tuple[type[SharedModel], ...]) -> _Reading:
    """Return how the rows of some tables are read side by side."""
    columns: list[str] = []
    converted, parts = [], []
    for model in models_read:
        fields, table, first = model._meta.concrete_fields, model._meta.db_table, len(columns)
        columns += [f"{_quoted(table)}.{_columns([field])}" for field in fields]
        parts.append((model, [field.attname for field in fields], first, len(columns)))
        converted += [
            (first + place, convert, field.get_col(table))
            for place, field in enumerate(fields)
            for convert in field.get_db_converters(connection)
        ]
    return _Reading(", ".join(columns), parts, converted)


def _columns(fields: Sequence[Any]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def copy_in(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    """Run a `COPY … FROM STDIN` with rows of values; return their number."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
