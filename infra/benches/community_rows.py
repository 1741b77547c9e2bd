"""Two spaces for the benches of the apps: fifty rows of a kind, and very many."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, QuerySet
from psycopg import sql

from infra.benches.community_sizes import LARGE_SPACE, SMALL, SMALL_SPACE, Size
from saas.kernel import schema
from tenants.spaces.database import fingerprint
from tenants.spaces.models import Company, Site

CONSTANTS = (str, int, bool, list, dict)
ROWS = Path(__file__).with_suffix(".sql")


def fill(at: dt.datetime, *, large: Size) -> None:
    """Write the rows of both spaces."""
    for space, size in ((SMALL_SPACE, SMALL), (LARGE_SPACE, large)):
        values = {**size._asdict(), **_places(space), "at": at}
        with schema.inside(space), connection.cursor() as cursor:
            _set_defaults()
            for statement in _statements():
                cursor.execute(statement, values)


def _set_defaults() -> None:
    """Set the models' defaults on the tables, so that a later column breaks no inserted row.

    Empty tables restart their numbers at 1, because the rows refer to each other by number.
    """
    for model in apps.get_models():
        if model._meta.app_label in fingerprint.space_labels():
            key: Any = model._meta.pk
            if isinstance(key, AutoField) and not QuerySet(model).exists():
                _count_alone(model._meta.db_table, key)
            for field in model._meta.concrete_fields:
                if not (field.generated or field.unique) and isinstance(
                    field.get_default(), CONSTANTS
                ):
                    value = field.get_db_prep_save(field.get_default(), connection)
                    setting = sql.SQL("SET DEFAULT {}").format(sql.Literal(value))
                    _alter(model._meta.db_table, field, setting)


def _count_alone(table: str, key: Any) -> None:
    """Create a sequence for this table alone, from 1: a space's tables share a single sequence."""
    sequence = f"bench_{table}"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SEQUENCE {}").format(sql.Identifier(sequence)))
    default = sql.SQL("SET DEFAULT nextval({})").format(sql.Literal(sequence))
    _alter(table, key, default)


def _alter(table: str, field: Any, change: sql.SQL | sql.Composed) -> None:
    with connection.cursor() as cursor:
        names = sql.Identifier(table), sql.Identifier(str(field.column))
        cursor.execute(sql.SQL("ALTER TABLE {} ALTER COLUMN {} {}").format(*names, change))


def _places(space: str) -> dict[str, int]:
    """Return a site and a company of a space, by their keys."""
    own = {"tenant__schema_name": space}
    return {
        "site": Site.objects.filter(**own).values_list("pk", flat=True)[0],
        "company": Company.objects.filter(**own).values_list("pk", flat=True)[0],
    }


def _statements() -> list[str]:
    """Return the statements of the SQL file without its first paragraph, a description."""
    return ROWS.read_text().strip().split("\n\n")[1:]
