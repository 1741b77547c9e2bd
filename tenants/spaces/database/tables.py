"""Tables of a space without relations that they can do without.

An empty table or index is a file and a dozen rows of the catalogue in each of thousands of spaces.
So the tables of a space share one sequence, no index repeats another, and a key is indexed only
where a query needs it: then the model names the index.
"""

from typing import Any

from django.db import models
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

SEQUENCE = "ids"
# A default finds its sequence when the table is made, in the schema that stands first in the path.
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
        """Return no second index of a text: under C.UTF-8 the first one serves LIKE."""
        return

    def _field_should_be_indexed(self, model: Any, field: Any) -> bool:
        """Return True for a field in `public`, and for one of a space that is no key."""
        wanted = bool(super()._field_should_be_indexed(model, field))
        return wanted and not (self._is_in_space and isinstance(field, models.ForeignKey))

    @property
    def _is_in_space(self) -> bool:
        return bool(self.connection.is_in_space)
