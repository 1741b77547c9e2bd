"""Cached queries: every page runs the same text with other values.

Django builds a query again each time it is used, which takes several times as long as sending it
and reading the rows. A query of every page is written as a function of its values and decorated
with `statement`:

    @statement
    def _open_of(author: Given, at: Given) -> QuerySet[Classified]:
        return Classified.objects.filter(author=author, closed_at=None, expires_at__gt=at)

    rows = _open_of(author=person, at=now)

The function runs once in a process, with a placeholder for each value, so it may not depend on the
language, the hour, or anything else than its values. The results are ordinary rows: stamped with
the current space, and only when the statement is run.
"""

import copy
import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from saas.kernel import schema
from saas.kernel.database import guards

ALIAS = "default"


class Given(Expression):
    """A value of a statement, which is filled in each time that it runs."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    @property
    def pk(self) -> "Given":
        """Return the placeholder itself, in place of the primary key of a row."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002 - Django's form
        """Return the SQL of a parameter."""
        return "%s", [self]


def keys(given: Given) -> models.Func:
    """Return a placeholder for a list of keys of any length: `pk__in=keys(ids)`."""
    template = "(SELECT unnest(%(expressions)s::bigint[]))"
    return models.Func(given, template=template, output_field=models.BigIntegerField())


def counted(what: Any) -> models.Func:
    """Count where something is not null, over all rows: as a column, since a count is no query."""
    return models.Func(what, function="COUNT", output_field=models.BigIntegerField())


def how_many(few: models.QuerySet[Any, Any]) -> models.Func:
    """Count the rows of a query that ends somewhere, as a column: of very many it reads a few."""
    keys = ArraySubquery(few)
    return models.Func(keys, function="CARDINALITY", output_field=models.IntegerField())


class _Text(NamedTuple):
    """A compiled query: its text, its parameters, and the reader of its rows."""

    queryset: models.QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    parameters: Sequence[Any]


class Statement[T]:
    """A query of some values, put together when it is first asked."""

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]]) -> None:
        self._build = build
        self._text: _Text | None = None
        functools.update_wrapper(self, build)

    def __call__(self, **values: Any) -> list[T]:
        """Run it here, with these values. Raises WrongSpaceError for a row of another space."""
        text = self._text = self._text or self._put_together()
        filled = {name: _plain(value) for name, value in values.items()}
        compiler: Any = copy.copy(text.compiler)
        compiler.connection = connections[ALIAS]
        compiler.as_sql = lambda: (
            text.sql,
            tuple(filled[one.name] if isinstance(one, Given) else one for one in text.parameters),
        )
        queryset: Any = text.queryset.all()
        queryset.query.space = schema.current()
        queryset.query.get_compiler = lambda *_, **__: compiler
        return list(queryset)

    def _put_together(self) -> _Text:
        names = self._build.__annotations__.keys() - {"return"}
        queryset = self._build(**{name: Given(name) for name in names})
        compiler = queryset.query.get_compiler(ALIAS)
        return _Text(queryset, compiler, *compiler.as_sql())


def statement[T](build: Callable[..., models.QuerySet[Any, T]]) -> Statement[T]:
    """Make a statement of a function that returns a query of its values."""
    return Statement(build)


def _plain(value: Any) -> Any:
    """Return a row's key, if it is a row of here; anything else as it is."""
    if not isinstance(value, models.Model):
        return value
    guards.check_row(value)
    return value.pk
