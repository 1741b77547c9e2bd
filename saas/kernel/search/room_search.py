"""Answer of an app to the search over all apps: its counts, and a page of its results.

A statement is built a single time for each shape of a search, and then filled in: its text depends
on the set of filters, not on their values.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.utils import timezone

from saas.kernel import hooks
from saas.kernel.database.statements import Given, Statement
from saas.kernel.display.tiles import Tile
from saas.kernel.search import searching, synonyms
from saas.kernel.search.search_hooks import SearchAnswer, SearchCell, SearchQuestion

MOST_WEIGHED = 300
"""Rows of which the nearest to the words are chosen: the newest that have them."""
MOST_COUNTED = 500
"""Rows that are counted: where a room has more, its counts say so."""
FOR_NOTHING = "for nothing"
SOON = dt.timedelta(minutes=30)
MOST_STATEMENTS = 256


class Asker(NamedTuple):
    """Searching person and time: values that are filled in later.

    `soon` is the end of the current half-hour, `today` the day of the space.
    """

    viewer: Any
    at: Any
    soon: Any
    today: Any


class Searched(NamedTuple):
    """Search configuration of an app: its rows, and the columns for filters and orders.

    `rows` are those visible to the asker. `open` has these and few others, by the conditions of
    partial indexes alone: with more, correlated conditions, the planner estimates too few rows to
    use the indexes. `dress` adds the data of the tiles. `names` are words for the app itself,
    absent from its rows. An app without prices has no price filter; `cents=FOR_NOTHING` means free
    for all. `free` is the condition for gifts.
    """

    kind: str
    rows: Callable[[Asker], QuerySet[Any]]
    open: Callable[[Asker], QuerySet[Any]]
    dress: Callable[[QuerySet[Any], Asker], QuerySet[Any]]
    tiles: Callable[[list[Any], dt.datetime], list[Tile]]
    names: str = ""
    variety: str = ""
    site: str = ""
    cents: str = ""
    free: Q | None = None
    author: str = "author"
    newest: str = "-created_at"
    created: str = "created_at"


class Shape(NamedTuple):
    """Filters that are asked, without their values: the text of a statement hangs on them."""

    words: int
    forgiving: bool
    other: bool
    free: bool
    most: bool
    variety: bool
    site: bool
    since: bool
    sort: str
    sites: int
    start: int
    size: int


def answer(
    question: SearchQuestion,
    searched: Searched,
    *,
    viewer: Any,
    at: dt.datetime,
    label: str,
    symbol: str,
    varieties: Mapping[str, str] | None = None,
) -> SearchAnswer:
    """Return an app's counts for a search and, if the app is shown, its tiles."""
    moments = {"at": at, "soon": at + SOON, "today": timezone.localdate(at)}
    values = {**_values_of(question, searched), **moments, "viewer": viewer}
    shape = _shape_of(question, searched)
    is_possible = not searching.has_only_signs(question.words) and _knows_prices(question, searched)
    cells: list[SearchCell] = []
    if is_possible and question.since is None:
        counted = shape._replace(variety=False, site=False, sort="", start=0, size=0)
        cells = [SearchCell(*row) for row in _cells(searched, counted)(**values)]
    is_shown = question.kind in {"", searched.kind} and question.size and (cells or shape.since)
    if question.site_id is not None and not searched.site:
        is_shown = False
    rows = _page(searched, shape)(**values) if is_possible and is_shown else []
    return SearchAnswer(
        kind=searched.kind,
        label=label,
        symbol=symbol,
        varieties=dict(varieties or {}),
        cells=cells,
        tiles=searched.tiles(rows, at) if rows else [],
        more=sum(cell.found for cell in cells) >= MOST_COUNTED,
    )


def _shape_of(question: SearchQuestion, searched: Searched) -> Shape:
    words = searching.words_of(searching.without_names(question.words, searched.names))
    return Shape(
        words=len(words) if question.forgiving else min(1, len(words)),
        forgiving=question.forgiving,
        other=bool(synonyms.translated(question.words)),
        free=question.free,
        most=question.most_cents is not None,
        variety=bool(question.variety and question.kind and searched.variety),
        site=question.site_id is not None and bool(searched.site),
        since=question.since is not None,
        sort=question.sort,
        sites=len(question.sites) if question.sort == "near" else 0,
        start=question.start,
        size=question.size,
    )


def _values_of(question: SearchQuestion, searched: Searched) -> dict[str, Any]:
    """Return the value of each thing that a statement may ask of a search, by its name."""
    text = searching.without_names(question.words, searched.names)
    return {
        "text": text,
        "other": synonyms.translated(text),
        **{f"word{number}": word for number, word in enumerate(searching.words_of(text))},
        "most_cents": question.most_cents,
        "variety": question.variety,
        "site": question.site_id,
        "since": question.since,
        "person": question.person_id,
        **{f"site{number}": site for number, site in enumerate(question.sites)},
    }


def _knows_prices(question: SearchQuestion, searched: Searched) -> bool:
    """Return True if the price filter, if any, applies to an app."""
    return bool(searched.cents) or (question.most_cents is None and not question.free)


def _given(shape: Shape) -> list[str]:
    """Return the parameter names of a statement of this shape; some may be unused."""
    words = [f"word{number}" for number in range(shape.words)]
    sites = [f"site{number}" for number in range(shape.sites)]
    fields = ["text", "other", "most_cents", "variety", "site", "since", "person"]
    return [*Asker._fields, *fields, *words, *sites]


def _stated(
    searched: Searched, shape: Shape, build: Callable[["_Query"], QuerySet[Any, Any]]
) -> Statement[Any]:
    """Return a statement, built a single time; later searches fill in other values."""

    def of(**given: Given) -> QuerySet[Any, Any]:
        return build(_Query(searched, shape, given))

    of.__annotations__ = dict.fromkeys(_given(shape), Given)
    return Statement(of)


@functools.lru_cache(maxsize=MOST_STATEMENTS)
def _cells(searched: Searched, shape: Shape) -> Statement[Any]:
    """Return the count of results by variety and site at once: all facets derive from it."""
    return _stated(searched, shape, _Query.counted)


@functools.lru_cache(maxsize=MOST_STATEMENTS)
def _page(searched: Searched, shape: Shape) -> Statement[Any]:
    """Return a page of results, in the requested order."""
    return _stated(searched, shape, _Query.page)


class _Query(NamedTuple):
    """Query of an app for a search of some shape, with values filled in later."""

    searched: Searched
    shape: Shape
    given: dict[str, Given]

    @property
    def asker(self) -> Asker:
        return Asker(*(self.given[name] for name in Asker._fields))

    def counted(self) -> QuerySet[Any, Any]:
        variety, site = self.searched.variety, self.searched.site
        columns: dict[str, Any] = {
            "of_variety": F(variety) if variety else Value("", output_field=TextField()),
            "of_site": F(site) if site else Value(None, output_field=BigIntegerField()),
        }
        few = self.narrowed().order_by().values("pk")[:MOST_COUNTED]
        counted: Any = self.seen().filter(_one_of(few)).order_by().values(**columns)
        listed: QuerySet[Any, Any] = counted.annotate(found=Count("pk")).values_list(
            *columns, "found"
        )
        return listed

    def seen(self) -> QuerySet[Any]:
        """Return the rows without those of people blocked by the asker."""
        rows = self.searched.rows(self.asker)
        for people in hooks.blocked_people.ask(self.given["viewer"]):
            rows = rows.exclude(**{f"{self.searched.author}__in": people})
        return rows

    def chosen(self) -> QuerySet[Any]:
        found = self.narrowed()
        if self.shape.variety:
            found = found.filter(**{self.searched.variety: self.given["variety"]})
        if self.shape.site:
            found = found.filter(**{self.searched.site: self.given["site"]})
        return found

    def narrowed(self) -> QuerySet[Any]:
        rows = self.searched.open(self.asker)
        if self.shape.words and self.shape.forgiving:
            each = [self.given[f"word{number}"] for number in range(self.shape.words)]
            rows = rows.filter(searching.each_alike(each))
        elif self.shape.words and self.shape.other:
            rows = rows.filter(searching.has_either(self.given["text"], self.given["other"]))
        elif self.shape.words:
            rows = rows.filter(searching.has_words(self.given["text"]))
        if self.shape.since:
            rows = rows.filter(**{f"{self.searched.created}__gt": self.given["since"]})
            rows = rows.exclude(**{self.searched.author: self.given["person"]})
        return rows.filter(*self.prices())

    def prices(self) -> list[Q]:
        cents = self.searched.cents
        if cents in {"", FOR_NOTHING}:
            return []
        if self.shape.free:
            return [self.gifts()]
        most = self.shape.most
        return [Q(**{f"{cents}__lte": self.given["most_cents"]}) | self.gifts()] if most else []

    def gifts(self) -> Q:
        free = self.searched.free
        return free if free is not None else Q(**{self.searched.cents: 0})

    def page(self) -> QuerySet[Any]:
        """Return a page: select a few keys by indexed conditions first, then read these rows."""
        start, end = self.shape.start, self.shape.start + self.shape.size
        asks_words = self.shape.words and not self.shape.sort
        order = [self.searched.newest] if asks_words else self.order()
        few = self.chosen().order_by(*order).values("pk")[:MOST_WEIGHED]
        rows = self.seen().filter(_one_of(few))
        return self.searched.dress(rows.order_by(*self.order())[start:end], self.asker)

    def order(self) -> list[Any]:
        newest = [self.searched.newest, "-pk"]
        if self.shape.sort == "price" and self.searched.cents not in {"", FOR_NOTHING}:
            gifts_first = Case(When(self.gifts(), then=Value(0)), default=Value(1))
            return [gifts_first, self.searched.cents, *newest]
        if self.shape.sort == "near" and self.searched.site and self.shape.sites:
            return [self.distance(), *newest]
        if self.shape.words and self.shape.sort != "new":
            return [searching.nearness(self.given["text"]).desc(), *newest]
        return newest

    def distance(self) -> Case:
        steps = [
            When(**{self.searched.site: self.given[f"site{number}"]}, then=Value(number))
            for number in range(self.shape.sites)
        ]
        return Case(*steps, default=Value(self.shape.sites))


def _one_of(keys: QuerySet[Any, Any]) -> Func:
    """Return the condition that a row is in a set of keys; the keys, being few, are read first."""
    one = "(%(expressions)s))"
    is_one = BooleanField()
    return Func(
        F("pk"), ArraySubquery(keys), template=one, arg_joiner=" = ANY (", output_field=is_one
    )
