"""Names in alphabetical order for a reader: É beside E, not after Z.

The database compares bytes (`builtin`, C.UTF-8), the same on every machine, and may be built
without ICU; so the key uses only functions that every build has.
"""

import unicodedata

from django.db.models import Func, TextField


class SortKey(Func):
    """Sort key of a column of names: lower case, without accents."""

    template = "regexp_replace(normalize(lower(%(expressions)s), NFKD), '[\u0300-\u036f]', '', 'g')"
    output_field = TextField()


def sort_key(name: str) -> str:
    """Return the same key for a name in Python."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
