"""Tables of a space without dispensable sequences and indexes.

In thousands of spaces, each empty table or index costs a file and a dozen catalogue rows. So the
tables of a space share a single sequence, no index repeats another, and a foreign key has an index
only if a query needs it: the model then names the index.
"""

from typing import Any

from django.db import models
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

SEQUENCE = "ids"
# A default resolves its sequence at the table's creation, in the first schema of the search path.
NUMBERED = dict.fromkeys(
    ("AutoField", "BigAutoField", "SmallAutoField"), f"DEFAULT nextval('{SEQUENCE}')"
)


def make_sequence(name: str, connection: Any) -> None:
    """Create the sequence of a space, before its first table."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SEQUENCE "{name}"."{SEQUENCE}"')


_Editor: Any = DatabaseSchemaEditor  # its stubs lack the methods that are extended here


class SpaceSchemaEditor(_Editor):  # type: ignore[misc]
    """Django's editor, without indexes that no query of a space goes by."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:  # noqa: ARG002 - Django's form
        """Return no second index for a text column: under C.UTF-8 the first index serves LIKE."""
        return

    def _field_should_be_indexed(self, model: Any, field: Any) -> bool:
        """Return True if Django indexes the field and the field is no foreign key of a space."""
        wanted = bool(super()._field_should_be_indexed(model, field))
        return wanted and not (self._is_in_space and isinstance(field, models.ForeignKey))

    @property
    def _is_in_space(self) -> bool:
        return bool(self.connection.is_in_space)
