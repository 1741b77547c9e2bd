"""Search that forgives accents and letters lost or swapped: trigrams of what was written.

A table that is searched has an index over exactly the expression of `written`, which stands in a
file of its room's `sql/`.
"""

from typing import Any

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db.models import FloatField, Func, TextField, Value


class Written(Func):
    """The columns' words without case or accents, word for word as the index has them."""

    function = "public.sort_key"
    arg_joiner = " || ' ' || "
    output_field = TextField()


def resembles(words: str, *columns: str) -> TrigramWordSimilar:
    """Say whether what stands in the columns looks like these words."""
    return TrigramWordSimilar(Written(*columns), Written(Value(words)))


def nearness(words: str, *columns: str) -> Func:
    """Say how near what stands in the columns is to these words, from 0 to 1."""
    parts: tuple[Any, ...] = (Written(Value(words)), Written(*columns))
    return Func(*parts, function="word_similarity", output_field=FloatField())
