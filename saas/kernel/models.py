"""The common base of our tables: no silent lazy fetching, and rows bound to their space."""

import functools
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.utils.encoding import force_str

from saas.kernel import revision, schema
from saas.kernel.database import constraints, guards
from saas.kernel.errors import WrongSpaceError

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# Among ten million references, a new reference collides less than once in two million times. With
# six letters, two of forty thousand collided more often than not, and the second insert failed.
_LENGTH = 9


def one_of(column: str, values: Iterable[str]) -> models.Q:
    """Return the condition that a column has a listed value, stable in a copy of the schema.

    PostgreSQL stores `IN` with other casts than it was given, and with others again when it rereads
    its own text: a space created from the blueprint would differ from a migrated space.
    """
    return models.Q(*((column, value) for value in values), _connector=models.Q.OR)


def waits_or_ended(column: str) -> models.Q:
    """Return the condition that a waiting row has no moment in a column, and other rows have it."""
    ended = ~models.Q(state="waiting") & models.Q(**{f"{column}__isnull": False})
    return models.Q(state="waiting", **{column: None}) | ended


def reference(prefix: str) -> str:
    """Return a short random reference such as `PA-7K3Q9M2XB`; old references have six letters."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


@functools.cache
def _labels_of(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


class _LabelledModel(models.Model):
    """A row with a `get_…_display` that looks up the label of a choice by its value.

    Django translates all labels of the column each time: a board did so 48 times.
    """

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> Any:  # noqa: N802 - Django's name
        value = getattr(self, field.attname)
        return force_str(_labels_of(field).get(value, value), strings_only=True)


if TYPE_CHECKING:
    _BigAutoField = models.BigAutoField[Any, int]
else:
    _BigAutoField = models.BigAutoField


class RowNumber(_BigAutoField):
    """The id of a row that no key refers to, in a table that is small or not read by ids.

    In a space it has no index: another constraint of its table tells the rows apart.
    """

    is_indexed = False


class SpaceQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that may be read or written only in the space that the query was created in.

    Reads are checked when the query becomes SQL (`guards.SpaceQuery`); writes by another kind of
    query, later fetches and calls without a look-up are checked here.
    """

    _query: guards.SpaceQuery

    def __init__(self, model: Any = None, query: Any = None, **kwargs: Any) -> None:
        super().__init__(model, query or guards.SpaceQuery(model), **kwargs)
        self._fetch_mode = guards.FETCH_IN_SPACE

    def _check(self) -> None:
        """Raise if the space is not the query's own, or not that of the row with the relation."""
        guards.check_place(self._query.space, self.db)
        related_to = self._hints.get("instance")  # type: ignore[attr-defined]
        if related_to is not None:
            guards.check_row(related_to)

    def _checked(self, rows: Iterable[M]) -> list[M]:
        self._check()
        checked = list(rows)
        for row in checked:
            guards.check_row(row)
            guards.check_keys(row)
        return checked

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Stream rows, of this space only and as long as we stay in it."""
        self._check()
        return self._while_here(super().iterator(*args, **kwargs))

    def _while_here(self, rows: Iterator[Any]) -> Iterator[Any]:
        self._check()
        for row in rows:
            yield row
            self._check()

    async def aiterator(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """Stream rows to a coroutine, of this space only and as long as it stays in it."""
        self._check()
        async for row in super().aiterator(*args, **kwargs):
            yield row
            self._check()

    def contains(self, obj: models.Model) -> bool:
        """Return True if a row is in this query set. Raises for a row of another space."""
        guards.check_row(obj)
        return super().contains(obj)

    def raw(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise WrongSpaceError: raw SQL has no record of its space."""
        raise WrongSpaceError(f"raw SQL has no space: ask {self.model._meta.label} otherwise")

    def fetch_mode(self, _fetch_mode: Any) -> Self:
        """Stay with our way to fetch, which is a guard, whatever a shared row's key asks with."""
        return self._chain()  # type: ignore[attr-defined,no-any-return]

    def create(self, **kwargs: Any) -> M:
        """Add a row to this space only."""
        self._check()
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Insert rows into this space. Raises if a row comes from another space."""
        revision.renew_if_watched(self.model)
        return super().bulk_create(self._checked(objs), *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> int:
        """Change rows that were read in this space."""
        revision.renew_if_watched(self.model)
        return super().bulk_update(self._checked(objs), *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Change rows, of this space only, to values of this space."""
        self._check()
        guards.check_values(kwargs.values())
        revision.renew_if_watched(self.model)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows, of this space only."""
        self._check()
        revision.renew_if_watched(self.model)
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._check()
        return super()._raw_delete(using)

    def _merge_sanity_check(self, other: Any) -> None:
        guards.check_place(other.query.space)
        super()._merge_sanity_check(other)  # type: ignore[misc]


class SpaceManager[M: models.Model](models.Manager[M]):
    """The manager of a table that exists in every space, and of a view of a space's own rows."""

    def get_queryset(self) -> SpaceQuerySet[M]:
        """Begin a query here."""
        return SpaceQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]


class SpaceModel(_LabelledModel):
    """A row of a single space. Saving or deleting it in another space raises."""

    objects: ClassVar[models.Manager[Self]] = SpaceManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guards.stamp(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, models.Model) and guards.stamp_of(other) != guards.stamp_of(self):
            return False
        return super().__eq__(other)

    __hash__ = models.Model.__hash__

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Save here, never in a space that the row does not come from."""
        guards.check_row(self)
        guards.check_keys(self)
        revision.renew_if_watched(type(self))
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete here, never in a space that the row does not come from."""
        guards.check_row(self)
        revision.renew_if_watched(type(self))
        return super().delete(*args, **kwargs)

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        """Check the columns, against rows of the row's own space."""
        guards.check_row(self)
        super().clean_fields(*args, **kwargs)

    def validate_unique(self, *args: Any, **kwargs: Any) -> None:
        """Look for a twin, in the row's own space."""
        guards.check_row(self)
        super().validate_unique(*args, **kwargs)

    def validate_constraints(self, *args: Any, **kwargs: Any) -> None:
        """Validate the constraints, in the row's own space."""
        guards.check_row(self)
        super().validate_constraints(*args, **kwargs)

    def get_constraints(self) -> list[constraints.OfTable]:
        """Return the constraints, with the checks of each table combined."""
        return constraints.at_once(super().get_constraints())


class SharedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of public. Queries and writes with a person of a space raise."""

    def __init__(self, model: Any = None, query: Any = None, **kwargs: Any) -> None:
        super().__init__(model, query or guards.SharedQuery(model), **kwargs)
        self._fetch_mode = models.FETCH_RAISE if settings.STRICT_FETCH else models.FETCH_PEERS

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Add rows that point to public only."""
        return super().bulk_create(_of_public(objs), *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> int:
        """Change rows so that they point to public only."""
        return super().bulk_update(_of_public(objs), *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Change rows to values of public."""
        guards.check_values(kwargs.values(), here=schema.PUBLIC)
        return super().update(**kwargs)


def _of_public[M: models.Model](rows: Iterable[M]) -> list[M]:
    checked = list(rows)
    for row in checked:
        guards.check_keys(row, here=schema.PUBLIC)
    return checked


class SharedManager[M: models.Model](models.Manager[M]):
    """The manager of a table in public; a forgotten `select_related` is loud in tests."""

    def get_queryset(self) -> SharedQuerySet[M]:
        """Begin a query."""
        return SharedQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]


class SharedModel(_LabelledModel):
    """A row of public, shared by all spaces; its foreign keys to people refer to public."""

    objects: ClassVar[models.Manager[Self]] = SharedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises if a key refers to a person of a space: ids differ in public."""
        guards.check_keys(self, here=schema.PUBLIC)
        super().save_base(*args, **kwargs)

    def get_constraints(self) -> list[constraints.OfTable]:
        """Return the constraints, with the checks of each table combined."""
        return constraints.at_once(super().get_constraints())
