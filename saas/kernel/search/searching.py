"""Search that tolerates accents, plurals, and lost or swapped letters.

A searchable table has the stems of its words, French and English, and its title without case or
accents, in two columns outside the models; they are defined with their indexes in a file of its
app's `sql/`.
"""

import difflib
import functools
import operator
import re
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import (
    BooleanField,
    FloatField,
    Func,
    Q,
    TextField,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler

from saas.kernel.database.statements import Given
from saas.kernel.search.sorting import sort_key

MOST_WORDS = 8
ALIKE = 0.8
_WORD = re.compile(r"[^\W_]+")
_PLURAL = re.compile(r"(?<=\w{3})[sx]$")


class Written(Func):
    """Words without case or accents, as `title_key` has them."""

    function = "public.sort_key"
    output_field = TextField()


class _SearchColumn(Func):
    """Column maintained by the database for the search, outside the models.

    It is in the same table as the given column.
    """

    column = ""

    def as_sql(self, compiler: SQLCompiler, *_: Any, **__: Any) -> tuple[str, Any]:
        """Return the SQL of the search column, in the table of the given column."""
        named, values = compiler.compile(self.source_expressions[0])
        return f'{named.rpartition(".")[0]}."{self.column}"', values


class Stems(_SearchColumn):
    """The stems of a row's words."""

    column = "stems"
    output_field = SearchVectorField()


class TitleKey(_SearchColumn):
    """The title of a row without case or accents."""

    column = "title_key"
    output_field = TextField()


def words_of(text: str) -> list[str]:
    """Return the words that are searched for, the first few of very many."""
    return _WORD.findall(text)[:MOST_WORDS]


def has_only_signs(text: str) -> bool:
    """Return True if a non-empty text contains no word."""
    return bool(text.strip()) and not words_of(text)


def has_words(words: str | Given) -> Func:
    """Return the condition that a row contains all words, in any number or case."""
    query = Func(_plain(words), function="public.search_query", output_field=SearchQueryField())
    return Func(Stems("pk"), query, template="(%(expressions)s)", arg_joiner=" @@ ",
                output_field=BooleanField())  # fmt: skip


def has_either(words: Given, other: Given) -> Func:
    """Return the condition that a row contains all words, or all of their translation."""
    queries = Func(
        *(Func(one, function="public.search_query", output_field=SearchQueryField())
          for one in (words, other)),
        template="(%(expressions)s)", arg_joiner=" || ", output_field=SearchQueryField(),
    )  # fmt: skip
    return Func(Stems("pk"), queries, template="(%(expressions)s)", arg_joiner=" @@ ",
                output_field=BooleanField())  # fmt: skip


def resembles(words: str | Given) -> TrigramWordSimilar:
    """Return the condition that a part of a row's title resembles these words."""
    return TrigramWordSimilar(TitleKey("pk"), Written(_plain(words)))


def nearness(words: str | Given) -> Func:
    """Return the similarity of a row's title to these words, from 0 to 1."""
    parts: tuple[Any, ...] = (Written(_plain(words)), TitleKey("pk"))
    return Func(*parts, function="word_similarity", output_field=FloatField())


def forgiven(words: str) -> Q:
    """Return the condition that a row contains each word, or resembles it in its title."""
    each = words_of(words)
    return each_alike(each) if each else Q(pk__in=[])


def each_alike(words: Sequence[str | Given]) -> Q:
    """Return the condition of `forgiven` for words that may be filled in later."""
    each = (Q(has_words(word)) | Q(resembles(word)) for word in words)
    return functools.reduce(operator.and_, each)


def _plain(words: str | Given) -> Any:
    return words if isinstance(words, Given) else Value(words)


def is_in(words: str, text: str, forgiving: bool = False) -> bool:  # noqa: FBT001, FBT002 - as asked
    """Return True if a given text contains all words, or words beginning with them.

    Plurals and accents are ignored; with `forgiving`, similar words match as well.
    """
    there = [_stem(word) for word in _WORD.findall(text)]
    return all(_is_among(_stem(word), there, forgiving=forgiving) for word in words_of(words))


def without_names(words: str, names: str) -> str:
    """Return the words that are searched for, without those that name the room itself."""
    known = {_stem(name) for name in names.split()}
    return " ".join(word for word in words_of(words) if _stem(word) not in known)


def _is_among(word: str, there: list[str], *, forgiving: bool) -> bool:
    if any(one.startswith(word) for one in there):
        return True
    return forgiving and bool(difflib.get_close_matches(word, there, n=1, cutoff=ALIKE))


def _stem(word: str) -> str:
    return _PLURAL.sub("", sort_key(word))
