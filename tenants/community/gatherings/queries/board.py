"""Lists of gatherings: future, the member's own, the home page, and those for neighbours."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.display import writing
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from tenants.community.gatherings import rules, wording
from tenants.community.gatherings.models import BudgetLine, Gathering, Participation
from tenants.spaces.audiences import Audience, seen_by

PAGE_SIZE = 30
MOST_IN_FEED = 6
MOST_MINE = 100
MOST_OFFERED = 200
MOST_DRAWN = 20
NEAR = dt.timedelta(days=2)


class Filters(NamedTuple):
    """The filters of a list; with `next_only`, of each series its next date alone."""

    kind: str = ""
    free: bool = False
    next_only: bool = False


class Listed(NamedTuple):
    """A gathering as a list shows it."""

    url: str
    title: str
    kind: str
    symbol: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    organiser: str
    taken: int
    places: int | None
    drawn: list[bool]
    state: str
    over: bool
    mine: str
    council_pays: bool
    comes_back: str
    seen: str

    @property
    def free(self) -> int | None:
        """The number of free places, if there is a limit."""
        return None if self.places is None else max(0, self.places - self.taken)


class Day(NamedTuple):
    """The gatherings of a single day of the space."""

    day: dt.date
    rows: list[Listed]


class Board(NamedTuple):
    """A page of future gatherings, day by day, and the pages beside it."""

    days: list[Day]
    previous: int | None
    next: int | None


class Mine(NamedTuple):
    """A person's gatherings: future, and past."""

    ahead: list[Listed]
    over: list[Listed]


def to_come(*, at: dt.datetime | Given) -> QuerySet[Gathering]:
    """List all future gatherings, regardless of audience: for jobs, never for a page."""
    return Gathering.objects.filter(cancelled_at=None, starts_at__gt=at)


def rows_of(
    filters: Filters, *, viewer: User, at: dt.datetime, start: int, size: int
) -> list[Gathering]:
    """Return a page of gatherings that the viewer may join, the next first, in a single query."""
    return list(listing(filters, viewer=viewer, at=at)[start : start + size])


def listing(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Gathering]:
    """List the gatherings that the viewer may join, the next first."""
    found = to_come(at=at).filter(seen_by(viewer, author="organiser"), organiser__is_active=True)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.free:
        found = found.exclude(places__isnull=False, taken__gte=F("places"))
    if filters.next_only:
        found = found.filter(is_next(at=at))
    return _dressed(found, viewer).order_by("starts_at", "pk")


def board(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Board:
    """Return a page of future gatherings; a number past the end falls back to the first page."""
    start = (number - 1) * PAGE_SIZE
    rows = rows_of(filters, viewer=viewer, at=at, start=start, size=PAGE_SIZE + 1)
    if not rows and number > 1:
        return board(filters, viewer=viewer, at=at)
    return Board(
        days=_by_day(listed(row, at=at) for row in rows[:PAGE_SIZE]),
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE_SIZE else None,
    )


def mine(person: User, *, at: dt.datetime) -> Mine:
    """List the gatherings that a person organises, joined or waits for.

    Future gatherings come first, then past gatherings, newest first.
    """
    involved = Participation.objects.filter(person=person, gathering__hidden_at=None)
    organised = Gathering.objects.filter(organiser=person).values("pk")
    shown = organised.union(involved.order_by().values("gathering"))
    own = _dressed(Gathering.objects.filter(pk__in=shown), person)
    ahead = own.filter(ends_at__gt=at, cancelled_at=None).order_by("starts_at", "pk")[:MOST_MINE]
    over = own.exclude(ends_at__gt=at, cancelled_at=None).order_by("-starts_at", "-pk")
    return Mine(
        [listed(row, at=at) for row in ahead], [listed(row, at=at) for row in over[:PAGE_SIZE]]
    )


def for_feed(person: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the next gatherings for a person's home page; of a series only its next date."""
    rows = _next(viewer=person, at=at)
    tiles = [tile_of(row, at=at) for row in rows]
    return [
        hooks.FeedItem(
            max(row.created_at, row.starts_at - NEAR),
            tile.template,
            {**tile.values, "when": None},
            of_the_week=row.starts_at,
            planned=True,
            site_id=row.site_id,
        )
        for row, tile in zip(rows, tiles, strict=True)
    ]


def next_dates(*, viewer: User | Given, at: dt.datetime | Given) -> QuerySet[Gathering]:
    """Return the gatherings that the viewer may join; of each series only its next date."""
    seen = seen_by(viewer, author="organiser")
    return to_come(at=at).filter(seen, is_next(at=at), organiser__is_active=True)


@statement
def _next(viewer: Given, at: Given) -> QuerySet[Gathering]:
    return (
        next_dates(viewer=viewer, at=at)
        .select_related("organiser")
        .order_by("starts_at", "pk")[:MOST_IN_FEED]
    )


def is_next(*, at: dt.datetime | Given) -> Q:
    """Return the condition that no earlier future date of the same series exists."""
    earlier = to_come(at=at).filter(series=OuterRef("series"), starts_at__lt=OuterRef("starts_at"))
    return Q(~Exists(earlier))


def offered_items(at: dt.datetime) -> list[hooks.OfferedItem]:
    """List the gatherings offered to neighbours under a treaty, the next first."""
    found = to_come(at=at).filter(
        audience=Audience.NEIGHBOURS, hidden_at=None, organiser__is_active=True
    )
    return [_item(row) for row in found.order_by("starts_at", "pk")[:MOST_OFFERED]]


def listed(row: Any, *, at: dt.datetime) -> Listed:
    """Return a row that `rows_of` brought as a list shows it."""
    return Listed(
        url=row.get_absolute_url(),
        title=row.title,
        kind=row.get_kind_display(),
        symbol=rules.SYMBOLS[row.kind],
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        organiser=row.organiser.short_name,
        taken=row.taken,
        places=row.places,
        drawn=drawn_places(row),
        state=wording.state_of(row, at=at),
        over=row.cancelled_at is not None or row.ends_at <= at,
        mine=row.mine or "",
        council_pays=row.council_pays,
        comes_back=row.series.get_rhythm_display() if row.series else "",
        seen=wording.seen_in_words(row.audience),
    )


def drawn_places(gathering: Gathering) -> list[bool]:
    """Return each place as taken or not, where there are few enough to draw."""
    if gathering.places is None or gathering.places > MOST_DRAWN:
        return []
    return [number < gathering.taken for number in range(gathering.places)]


def _dressed(rows: QuerySet[Gathering], viewer: User) -> QuerySet[Gathering]:
    own = Participation.objects.filter(gathering=OuterRef("pk"), person=viewer).order_by()
    return rows.select_related("organiser", "series").annotate(
        mine=Subquery(own.values("state")[:1]),
        council_pays=Exists(BudgetLine.objects.filter(gathering=OuterRef("pk"))),
    )


def _by_day(rows: Iterable[Listed]) -> list[Day]:
    days: list[Day] = []
    for row in rows:
        day = timezone.localtime(row.starts_at).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].rows.append(row)
    return days


def tile_of(row: Gathering, *, at: dt.datetime) -> Tile:
    """Draw a gathering that was brought with its organiser."""
    over = row.cancelled_at is not None or row.ends_at <= at
    return Tile(
        url=row.get_absolute_url(),
        reference=row.reference,
        title=row.title,
        kind=row.get_kind_display(),
        symbol=rules.SYMBOLS[row.kind],
        picture="",
        cents=None,
        gift=False,
        unit="",
        place=row.place,
        name=row.organiser.short_name,
        note="",
        person_tone=tone_of(row.organiser_id),
        when=row.created_at,
        first=False,
        state=wording.state_of(row, at=at) if over else writing.brief_moment(row.starts_at),
        over=over,
        seen=wording.seen_in_words(row.audience),
    )


def _item(row: Gathering) -> hooks.OfferedItem:
    return hooks.OfferedItem(
        category=rules.CATEGORY,
        reference=row.reference,
        url=row.get_absolute_url(),
        kind=row.kind,
        title=row.title,
        description=row.description,
        price_cents=None,
        price_unit="whole",
        place=row.place,
        author_id=row.organiser_id,
        picture="",
        created_at=row.created_at,
        expires_at=row.starts_at,
        starts_at=row.starts_at,
    )
