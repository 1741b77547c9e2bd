"""Rows that a room keeps of a member, as built values for the copy that they take along."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

MOST_ROWS = 5000


class PersonalTable(NamedTuple):
    """Some rows of a room: a name for programs, a title for people, and files that belong here."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[Any]]
    files: list[str]


def table(
    name: str, title: Any, rows: QuerySet[Any, Any], *columns: str, files: Iterable[str] = ()
) -> PersonalTable:
    """Read some columns of a member's rows, the oldest first, in one statement."""
    found = rows.order_by("pk").values_list(*columns)[:MOST_ROWS]
    return PersonalTable(name, str(title), list(columns), [list(row) for row in found], list(files))


def written(value: Any) -> Any:
    """Write a value so that JSON holds it."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
