"""What our tables have in common: loud fetching, and rows that know their space."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.db.models.fetch_modes import FetchMode

from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def reference(prefix: str) -> str:
    """Return a short random public reference such as `PA-7K3Q9M`."""
    return f"{prefix}-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


class FetchInSpace(FetchMode):
    """Fetch lazily only inside the row's own space; in tests not at all."""

    __slots__ = ()
    track_peers = True

    def fetch(self, fetcher: Any, instance: models.Model) -> None:
        """Refuse a row of another space, then raise (tests) or fetch for all its peers."""
        _check_space(instance)
        mode = models.FETCH_RAISE if settings.STRICT_FETCH else models.FETCH_PEERS
        mode.fetch(fetcher, instance)

    def __reduce__(self) -> str:
        return "FETCH_IN_SPACE"


FETCH_IN_SPACE = FetchInSpace()


def _stamp(instance: models.Model) -> None:
    instance._state.space = schema.current()  # type: ignore[attr-defined]


def _check_space(instance: models.Model) -> None:
    stamp = getattr(instance._state, "space", None)
    if stamp is not None and stamp != schema.current():
        name = instance._meta.label  # a row's own words may be private
        raise WrongSpaceError(f"{name} {instance.pk} of {stamp} used in {schema.current()}")


def _check_keys(instance: models.Model) -> None:
    """Refuse to point to a row of another space, whose number is somebody else's here."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(instance):
            related = field.get_cached_value(instance)
            if related is not None:
                _check_space(related)


def _checked[M: models.Model](rows: Iterable[M]) -> list[M]:
    checked = list(rows)
    for row in checked:
        _check_space(row)
        _check_keys(row)
    return checked


class SpaceQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that may be read or written only in the space where the query was begun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._space = schema.current()
        self._fetch_mode = FETCH_IN_SPACE

    def _clone(self) -> Self:
        clone = cast("Self", super()._clone())  # type: ignore[misc]
        clone._space = self._space  # noqa: SLF001 - its own clone
        return clone

    def _check(self) -> None:
        """Refuse another space than the query's own, or than the row's whose relations it reads."""
        if self._space != schema.current():
            raise WrongSpaceError(f"a query of {self._space} was run in {schema.current()}")
        related_to = self._hints.get("instance")  # type: ignore[attr-defined]
        if related_to is not None:
            _check_space(related_to)

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """Stream rows, of this space only."""
        self._check()
        return super().iterator(*args, **kwargs)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Aggregate rows, of this space only."""
        self._check()
        return super().aggregate(*args, **kwargs)

    def count(self) -> int:
        """Count rows, of this space only."""
        self._check()
        return super().count()

    def exists(self) -> bool:
        """Say whether there is a row, in this space only."""
        self._check()
        return super().exists()

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Add rows to this space, none of which comes from another."""
        made = super().bulk_create(_checked(objs), *args, **kwargs)
        for row in made:
            _stamp(row)
        return made

    def bulk_update(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> int:
        """Change rows that were read in this space."""
        return super().bulk_update(_checked(objs), *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Change rows, of this space only."""
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows, of this space only."""
        self._check()
        return super().delete()


class SpaceManager[M: models.Model](models.Manager[M]):
    """The manager of a table that stands in every space."""

    def get_queryset(self) -> SpaceQuerySet[M]:
        """Begin a query here."""
        return SpaceQuerySet(self.model, using=self._db)


class SpaceModel(models.Model):
    """A row of one space; it refuses to be saved or deleted in another."""

    objects: ClassVar[models.Manager[Self]] = SpaceManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save here, never in a space that the row does not come from."""
        _check_space(self)
        _check_keys(self)
        super().save(*args, **kwargs)
        _stamp(self)

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        """Stamp the row with the space that it was read in."""
        row = super().from_db(db, field_names, values, **kwargs)
        _stamp(row)
        return row

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, in its own space only."""
        _check_space(self)
        super().refresh_from_db(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete here, never in a space that the row does not come from."""
        _check_space(self)
        return super().delete(*args, **kwargs)


class SharedManager[M: models.Model](models.Manager[M]):
    """The manager of a table in public; a forgotten `select_related` is loud in tests."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Begin a query."""
        mode = models.FETCH_RAISE if settings.STRICT_FETCH else models.FETCH_PEERS
        return super().get_queryset().fetch_mode(mode)


class SharedModel(models.Model):
    """A row that all spaces share, in public."""

    objects: ClassVar[models.Manager[Self]] = SharedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
