"""Guards that reject a row or a query of a space in another space, on every path of Django.

A query carries the name of its space to the point where it becomes SQL, so that its parts (other
queries, unions, values of a filter) are rejected as well.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import sql
from django.db.models.fetch_modes import FetchMode

from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError


def stamp(row: models.Model) -> None:
    """Write on a row where it was made or read."""
    row._state.space = schema.current()  # type: ignore[attr-defined]


def stamp_of(row: models.Model) -> str | None:
    """Return the space of a row; None for a table shared by all spaces."""
    return getattr(row._state, "space", None)


def check_row(row: models.Model, *, here: str = "") -> None:
    """Refuse a row of another space than `here`, which is where we are unless it is said."""
    space = stamp_of(row)
    here = here or schema.current()
    if space is not None and space != here:
        name = row._meta.label  # a row's own words may be private
        raise WrongSpaceError(f"{name} {row.pk} of {space} used in {here}")


def check_keys(row: models.Model, *, here: str = "") -> None:
    """Raise WrongSpaceError for a foreign key to a row of another space.

    Its number would refer to a different row here.
    """
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            related = field.get_cached_value(row)
            if related is not None:
                check_row(related, here=here)


def check_values(values: Iterable[Any], *, here: str = "") -> None:
    """Raise WrongSpaceError if the values to write contain rows of another space."""
    for value in values:
        if isinstance(value, models.Model):
            check_row(value, here=here)


class FetchInSpace(FetchMode):
    """Fetch lazily only inside the row's own space; in tests not at all."""

    __slots__ = ()
    track_peers = True

    def fetch(self, fetcher: Any, instance: models.Model) -> None:
        """Refuse a row of another space, then raise (tests) or fetch for all its peers."""
        check_row(instance)
        mode = models.FETCH_RAISE if settings.STRICT_FETCH else models.FETCH_PEERS
        mode.fetch(fetcher, instance)

    def __reduce__(self) -> str:
        return "FETCH_IN_SPACE"


FETCH_IN_SPACE = FetchInSpace()


class SharedQuery(sql.Query):
    """Query of public: keys may be compared only with rows of public."""

    def check_query_object_type(self, value: Any, opts: Any, field: Any) -> None:
        """Raise WrongSpaceError for a row of a space: its number is a different row in public."""
        if isinstance(value, models.Model):
            check_row(value, here=schema.PUBLIC)
        super().check_query_object_type(value, opts, field)


class SpaceQuery(sql.Query):
    """A query that becomes SQL only in the space where it was begun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.space = schema.current()

    def check_query_object_type(self, value: Any, opts: Any, field: Any) -> None:
        """Raise WrongSpaceError if the filter refers to a row of another space."""
        if isinstance(value, models.Model):
            check_row(value)
        super().check_query_object_type(value, opts, field)

    def get_compiler(
        self, using: str | None = None, connection: Any = None, *how: Any, **named: Any
    ) -> Any:
        """Refuse to become SQL elsewhere, alone or as a part of another query."""
        check_place(self.space, connection.alias if connection else str(using))
        return super().get_compiler(using, connection, *how, **named)


def check_place(space: str, alias: str = "default") -> None:
    """Refuse a query elsewhere than where it was begun."""
    here = schema.current(alias)
    if space != here:
        raise WrongSpaceError(f"a query of {space} was run in {here}")
