"""Rows that a room keeps of a member, as built values for the copy that they take along."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import QuerySet

from saas.kernel import private_pictures
from saas.kernel.private_pictures import PrivatePicture

MOST_ROWS = 20_000


class PersonalTable(NamedTuple):
    """Some rows of a room: a name for programs, a title for people, and files that belong here.

    `words` are the sentences that pages write for values of a column. `keys` are the keys to a
    person that these rows were found by, such as `lending.Loan.borrower`: a test compares them
    with all that there are.
    """

    name: str
    title: str
    columns: list[str]
    rows: list[list[Any]]
    files: list[str]
    words: dict[str, dict[Any, str]]
    keys: frozenset[str]
    is_cut: bool = False


def table(
    name: str,
    title: Any,
    rows: QuerySet[Any, Any],
    *columns: str,
    pictures: QuerySet[Any, Any] | None = None,
) -> PersonalTable:
    """Read some columns of a member's rows, the oldest first, and the pictures beside them."""
    seen = (PrivatePicture.State.READY, PrivatePicture.State.HIDDEN)
    files = [] if pictures is None else list(pictures.filter(state__in=seen))
    found = list(rows.order_by("pk").values_list(*columns)[: MOST_ROWS + 1])
    return PersonalTable(
        name,
        str(title),
        list(columns),
        [list(row) for row in found[:MOST_ROWS]],
        [private_pictures.file_for(picture, picture.width) for picture in files],
        words={column: _words_of(rows.model, column) for column in columns},
        keys=frozenset(_keys_in(rows) | _keys_in(pictures)),
        is_cut=len(found) > MOST_ROWS,
    )


def written(value: Any) -> Any:
    """Write a value so that JSON holds it."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def key_of(field: Any) -> str:
    """Name a key to a person, as answers are compared by it."""
    return f"{field.model._meta.label}.{field.name}"


def is_key_to_a_person(field: Any) -> bool:
    """Return True if a column is a foreign key to an account."""
    if not isinstance(field, models.ForeignKey):
        return False
    return bool(field.related_model._meta.label == settings.AUTH_USER_MODEL)


def _keys_in(rows: QuerySet[Any, Any] | None) -> set[str]:
    return set() if rows is None else set(_keys_of(rows.query.where))


def _keys_of(node: Any) -> Iterator[str]:
    for child in getattr(node, "children", ()):
        yield from _keys_of(child)
    target = getattr(getattr(node, "lhs", None), "target", None)
    if target is not None and (is_key_to_a_person(target) or target.primary_key):
        yield key_of(target)


def _words_of(model: Any, column: str) -> dict[Any, str]:
    *path, last = column.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    name = "pk" if last == "pk" else last
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return {value: str(label) for value, label in field.flatchoices}
