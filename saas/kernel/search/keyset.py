"""Keyset pagination: pages start from a row and not from a number, whatever is inserted before it.

A place in a list consists of the values that its last row was sorted by. They are read with the
rows, so a page costs a single statement, and the next page begins right after it.
"""

import datetime as dt
from typing import Any, NamedTuple, cast

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast

_NAME = "place_{}"


class Place(NamedTuple):
    """A place in a list, between two rows; `backwards` to get the rows before it."""

    values: tuple[Any, ...]
    backwards: bool = False


class Cut[T](NamedTuple):
    """Some rows of a list, and the places before and after them, where there is more."""

    rows: list[T]
    previous: Place | None
    next: Place | None


class _Key(NamedTuple):
    """A sort key of a list."""

    name: str
    descending: bool
    nulls_first: bool

    def reversed(self) -> "_Key":
        return _Key(self.name, not self.descending, not self.nulls_first)

    def order(self) -> OrderBy:
        column = F(self.name)
        way = column.desc if self.descending else column.asc
        return way(nulls_first=True) if self.nulls_first else way(nulls_last=True)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def after(self, value: Any) -> Q | None:
        """Return the condition for rows after a value; None if there can be no such rows."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~empty if self.nulls_first else None
        beyond = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return beyond if self.nulls_first else beyond | empty


def cut[T](rows: QuerySet[Any, T], place: Place | None, size: int) -> Cut[T]:
    """Return the rows of a sorted list after a place, or before it, in a single statement.

    The last sort key of the list is unique: its primary key.
    """
    found, keys = _with_keys(rows)
    backwards = place is not None and place.backwards
    if backwards:
        keys = [key.reversed() for key in keys]
    if place is not None:
        found = found.filter(_after(keys, place.values))
    got = list(found.order_by(*(key.order() for key in keys))[: size + 1])
    more, got = len(got) > size, got[:size]
    if backwards:
        got.reverse()
    before = place is not None if not backwards else more
    after = more if not backwards else True
    if not got:
        return Cut([], None, None)
    return Cut(
        got,
        Place(_values(got[0], len(keys)), backwards=True) if before else None,
        Place(_values(got[-1], len(keys))) if after else None,
    )


def _with_keys[T](rows: QuerySet[Any, T]) -> tuple[QuerySet[Any, T], list[_Key]]:
    keys, columns = [], {}
    for number, part in enumerate(rows.query.order_by):
        name = _NAME.format(number)
        column, key = _read(part, name)
        columns[name] = column
        keys.append(key)
    return cast("QuerySet[Any, T]", rows.annotate(**columns)), keys


def _read(part: Any, name: str) -> tuple[Combinable, _Key]:
    if isinstance(part, str):
        descending = part.startswith("-")
        return F(part.lstrip("-")), _Key(name, descending, descending)
    order = part if isinstance(part, OrderBy) else part.asc()
    column = order.expression
    if isinstance(getattr(column, "output_field", None), FloatField):
        column = Cast(column, FloatField())  # a short float would never equal itself again
    first = order.nulls_first or (order.descending and not order.nulls_last)
    return column, _Key(name, order.descending, bool(first))


def _after(keys: list[_Key], values: tuple[Any, ...]) -> Q:
    found, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.after(value)
        if beyond is not None:
            found |= same & beyond
        same &= key.same(value)
    return found


def _values(row: Any, count: int) -> tuple[Any, ...]:
    return tuple(getattr(row, _NAME.format(number)) for number in range(count))


def as_json(place: Place) -> list[Any]:
    """Write a place so that JSON holds it."""
    return [place.backwards, *(_written(value) for value in place.values)]


def from_json(written: list[Any]) -> Place:
    """Read a place that `as_json` wrote."""
    return Place(tuple(_value(one) for one in written[1:]), bool(written[0]))


def _written(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return value


def _value(written: Any) -> Any:
    if isinstance(written, dict):
        if "moment" in written:
            return dt.datetime.fromisoformat(written["moment"])
        return dt.date.fromisoformat(written["day"])
    return written
