"""The board: open classifieds, filtered, searched, and with wider filters if there is no match."""

import datetime as dt
import functools
import operator
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given, how_many, statement
from saas.kernel.display.tiles import Tile
from saas.kernel.search.room_search import MOST_COUNTED
from saas.kernel.search.searching import forgiven, has_words, nearness
from saas.kernel.values import week
from tenants.community.classifieds.models import Availability, Classified, Picture
from tenants.community.classifieds.queries.tiles import tiles_of, with_cover
from tenants.spaces.audiences import seen_by

PAGE_SIZE = 24
MOST_IN_FEED = 8
MOST_SIMILAR = 3
MOST_COMPARED = 300
MOST_WEIGHED = 12 * PAGE_SIZE  # a multiple of the page size, so that no row appears on two pages
FREE = Q(kind=Classified.Kind.GIVE, price_cents=None)


class Filters(NamedTuple):
    """The filters of a search; everything empty is the whole board."""

    q: str = ""
    kind: str = ""
    site: int | None = None
    most_cents: int | None = None
    free: bool = False
    photo: bool = False
    sort: str = ""
    service: str = ""
    weekday: int | None = None
    minute: int | None = None
    exactly: bool = False

    @property
    def asks_when(self) -> bool:
        """Whether a weekday or an hour is asked for."""
        return self.weekday is not None or self.minute is not None

    @property
    def hour(self) -> str:
        """The requested hour, in the format of its form field."""
        return "" if self.minute is None else week.text_of(self.minute)

    @property
    def when(self) -> str:
        """The requested weekday and hour, as text for the page."""
        day = week.day_name(self.weekday).lower() if self.weekday else ""
        if self.minute is None:
            return day
        hour = week.hour_in_words(self.minute)
        words = _("%(day)s à %(hour)s") if day else _("à %(hour)s")
        return words % {"day": day, "hour": hour}


class Widening(NamedTuple):
    """A filter that could be dropped, and how many classifieds there were without it."""

    name: str
    found: int


class Rows(NamedTuple):
    """A page of matching rows, their total (capped if very large), and whether more follow."""

    rows: list[Classified]
    total: int
    more: bool


class Board(NamedTuple):
    """A page of the board, the pages beside it, and where to look when nothing fits."""

    tiles: list[Tile]
    total: int
    many: bool
    previous: int | None
    next: int | None
    widenings: list[Widening]


def all_open(*, at: dt.datetime | Given) -> QuerySet[Classified]:
    """Return all open classifieds, regardless of audience: for jobs, never for a page."""
    return Classified.objects.filter(closed_at=None, expires_at__gt=at, author__is_active=True)


def on_the_board(*, viewer: User | Given, at: dt.datetime | Given) -> QuerySet[Classified]:
    """Return the open classifieds visible to a viewer."""
    return all_open(at=at).filter(seen_by(viewer))


def fitting(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Classified]:
    """Return the open classifieds visible to a viewer that match each filter."""
    return on_the_board(viewer=viewer, at=at).filter(*_conditions(filters).values())


def rows_of(filters: Filters, *, viewer: User, at: dt.datetime, start: int, size: int) -> Rows:
    """Return a page of rows with the exact search words, else of rows with similar words."""
    if not filters.q:
        return _rows(filters, viewer=viewer, at=at, start=start, size=size)
    exactly = filters._replace(exactly=True)
    found = _rows(exactly, viewer=viewer, at=at, start=start, size=size)
    if found.rows or (start and fitting(exactly, viewer=viewer, at=at).exists()):
        return found
    return _rows(filters, viewer=viewer, at=at, start=start, size=size)


def _rows(filters: Filters, *, viewer: User, at: dt.datetime, start: int, size: int) -> Rows:
    """Select the keys of a page and count all matches, then read these rows for cards."""
    found = fitting(filters, viewer=viewer, at=at)
    total = how_many(found.order_by().values("pk")[: MOST_COUNTED + 1])
    chosen = _ordered(found, filters, viewer=viewer, start=start).annotate(total=total)
    keys = dict(chosen.values_list("pk", "total")[start : start + size + 1])
    count = next(iter(keys.values()), 0)
    rows = with_cover(Classified.objects.all()).in_bulk(list(keys)[:size])
    return Rows(
        [rows[key] for key in keys if key in rows],
        total=count,
        more=len(keys) > size or start + size < count,
    )


def listing(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Classified]:
    """Return sorted matches: rows with the exact search words, else rows with similar words."""
    exactly = filters._replace(exactly=True)
    if filters.q and fitting(exactly, viewer=viewer, at=at).exists():
        filters = exactly
    return with_cover(_sorted(fitting(filters, viewer=viewer, at=at), filters))


def board(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Board:
    """Return a page of matches; a page number past the end falls back to the first page."""
    start = (number - 1) * PAGE_SIZE
    rows, total, more = rows_of(filters, viewer=viewer, at=at, start=start, size=PAGE_SIZE)
    if not rows and number > 1:
        return board(filters, viewer=viewer, at=at)
    return Board(
        tiles=tiles_of(rows, at=at),
        total=min(total, MOST_COUNTED),
        many=total > MOST_COUNTED,
        previous=number - 1 if number > 1 else None,
        next=number + 1 if more else None,
        widenings=[] if rows else widenings(filters, viewer=viewer, at=at),
    )


def widenings(filters: Filters, *, viewer: User, at: dt.datetime) -> list[Widening]:
    """Return the number of matches without each filter in turn, with a single query."""
    conditions = _conditions(filters)
    if not conditions:
        return []
    counts = {
        f"without_{name}": Count("pk", filter=_all_of(conditions, but=name)) for name in conditions
    }
    found = on_the_board(viewer=viewer, at=at).aggregate(**counts)
    each = ((name, found[f"without_{name}"]) for name in conditions)
    return [Widening(name, count) for name, count in each if count]


def similar_to(classified: Classified, *, viewer: User, at: dt.datetime) -> list[Classified]:
    """Return the newest classifieds with the most similar words, the same kind first."""
    words, kind = classified.title, classified.kind
    return _similar(viewer=viewer, at=at, one=classified, words=words, kind=kind)


@statement
def _similar(
    *, viewer: Given, at: Given, one: Given, words: Given, kind: Given
) -> QuerySet[Classified]:
    same = Case(When(kind=kind, then=Value(0)), default=Value(1))
    others = on_the_board(viewer=viewer, at=at).exclude(pk=one).order_by("-created_at")
    compared = Classified.objects.filter(pk__in=others.values("pk")[:MOST_COMPARED])
    nearest = compared.annotate(near=nearness(words), same=same)
    return with_cover(nearest.order_by("same", "-near", "-created_at"))[:MOST_SIMILAR]


def for_feed(person: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the newest classifieds visible to a person, for their home page."""
    rows = _newest(viewer=person, at=at)
    shown = zip(rows, tiles_of(list(rows), at=at, cards={}), strict=True)
    return [
        hooks.FeedItem(
            row.created_at,
            tile.template,
            {**tile.values, "name": row.author.short_name},
            site_id=row.site_id,
        )
        for row, tile in shown
    ]


@statement
def _newest(viewer: Given, at: Given) -> QuerySet[Classified]:
    newest = on_the_board(viewer=viewer, at=at).select_related("author").order_by("-created_at")
    return with_cover(newest)[:MOST_IN_FEED]


def _conditions(filters: Filters) -> dict[str, Q]:
    conditions: dict[str, tuple[object, Callable[[], Q]]] = {
        "q": (filters.q, lambda: _written(filters)),
        "kind": (filters.kind, lambda: Q(kind=filters.kind)),
        "site": (filters.site is not None, lambda: Q(site_id=filters.site)),
        "max": (
            filters.most_cents is not None,
            lambda: Q(price_cents__lte=filters.most_cents) | FREE,
        ),
        "free": (filters.free, lambda: FREE),
        "service": (filters.service, lambda: Q(service=filters.service)),
        "when": (filters.asks_when, lambda: Q(_is_free(filters))),
        "photo": (filters.photo, lambda: Q(_has_picture())),
    }
    return {name: build() for name, (wanted, build) in conditions.items() if wanted}


def _written(filters: Filters) -> Q:
    return Q(has_words(filters.q)) if filters.exactly else forgiven(filters.q)


def _all_of(conditions: dict[str, Q], *, but: str) -> Q:
    others: Iterable[Q] = (part for name, part in conditions.items() if name != but)
    return functools.reduce(operator.and_, others, Q(pk__isnull=False))


def _is_free(filters: Filters) -> Exists:
    """Return a condition: the service is available on the weekday, at the hour, or at both."""
    hours = Availability.objects.filter(classified=OuterRef("pk"))
    if filters.weekday is not None:
        hours = hours.filter(weekday=filters.weekday)
    if filters.minute is not None:
        hours = hours.filter(starts_minute__lte=filters.minute, ends_minute__gt=filters.minute)
    return Exists(hours)


def _has_picture() -> Exists:
    return Exists(Picture.objects.filter(classified=OuterRef("pk"), state=Picture.State.READY))


def _ordered(
    found: QuerySet[Classified], filters: Filters, *, viewer: User, start: int
) -> QuerySet[Classified]:
    """Sort the matches; by similarity only the newest are sorted, older rows follow by date.

    The newest are chosen with the date index alone, without conditions that rarely exclude a row.
    """
    if filters.sort or not filters.q:
        return _sorted(found, filters)
    if start >= MOST_WEIGHED:
        return _sorted(found, filters._replace(q=""))
    newest = Classified.objects.filter(seen_by(viewer), *_conditions(filters).values())
    keys = newest.filter(closed_at=None).order_by("-created_at").values("pk")[:MOST_WEIGHED]
    return _sorted(found.filter(pk__in=keys), filters)


def _sorted(rows: QuerySet[Classified], filters: Filters) -> QuerySet[Classified]:
    if filters.sort == "price":
        price = Case(
            When(FREE, then=Value(0)), default=F("price_cents"), output_field=BigIntegerField()
        )
        return rows.order_by(price.asc(nulls_last=True), "-created_at", "-pk")
    if filters.sort == "ending":
        return rows.order_by("expires_at", "pk")
    if filters.q and not filters.sort:
        return rows.order_by(nearness(filters.q).desc(), "-created_at", "-pk")
    return rows.order_by("-created_at", "-pk")


def begun_columns() -> dict[str, Combinable]:
    """Return the setup columns of a new space: whether this room has any row."""
    return {"classified": Exists(Classified.objects.all())}
