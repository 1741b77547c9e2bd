"""Fill a space: a row or more of every table, with a canary in every column of words."""

import datetime as dt
import decimal
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils import timezone

from infra.drills.inside.columns import Flock, is_painted, tables, texts

type AnyField = models.Field[Any, Any]
type AnyKey = models.ForeignKey[Any, Any]

_numbers = itertools.count(1)
MONTH = dt.timedelta(days=30)
PLAIN: dict[str, Callable[[], Any]] = {
    "BooleanField": lambda: False,
    "DateField": lambda: timezone.localdate().replace(day=1),
    "DateTimeField": timezone.now,
    "DecimalField": lambda: decimal.Decimal("47.39"),
    "BinaryField": lambda: b"canary",
    "TimeField": lambda: dt.time(12),
    "UUIDField": uuid.uuid4,
}


def add(flock: Flock, model: type[models.Model], **given: Any) -> Any:
    """Create a row with canaries in its text columns, and the given values in the rest."""
    values = {
        field.name: _value(flock, field)
        for field in model._meta.concrete_fields
        if field.name not in given and field.attname not in given and not field.primary_key
    }
    row = model(**{name: value for name, value in values.items() if value is not ...}, **given)
    row.save(force_insert=True)
    flock.remember(row)
    return row


def _value(flock: Flock, field: AnyField) -> Any:
    """Return the value for a column; `...` selects the column's default."""
    kind = field.get_internal_type()
    if isinstance(field, models.ForeignKey):
        return None if field.null else _row_of(flock, field)
    if field in texts(field.model) and is_painted(field):
        return flock.value(field)
    if field.has_default() or field.null:
        return ...
    if field.choices:
        return field.choices[0][0]
    return _plain(field, kind)


def _plain(field: AnyField, kind: str) -> Any:
    if field.name == "expires_at":
        return timezone.now() + MONTH
    if kind in PLAIN:
        return PLAIN[kind]()
    number = next(_numbers)
    return number if "Integer" in kind else f"{number:x}"[: field.max_length]


def _row_of(flock: Flock, field: AnyKey) -> Any:
    """Return the row for a foreign key, or create it if the key is unique."""
    manager: Any = field.related_model.objects  # type: ignore[attr-defined]
    found = None if field.unique else manager.order_by("pk").first()
    return found or add(flock, field.related_model)


def fill_the_rest(flock: Flock) -> None:
    """Create a row in each empty table."""
    for model in tables():
        manager: Any = model.objects  # type: ignore[attr-defined]
        if not manager.exists():
            add(flock, model)
