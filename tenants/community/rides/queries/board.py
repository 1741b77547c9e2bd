"""Rides in lists: tomorrow's first, the home page, the rides visible to neighbours."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.display import writing
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.values.points import Point
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Booking, Departure, Ride
from tenants.community.rides.queries.changes import OPEN
from tenants.community.rides.queries.places import detour_of, points, site_names
from tenants.spaces import places
from tenants.spaces.audiences import Audience, seen_by

PAGE_SIZE = 30
MOST_IN_FEED = 4
MOST_OFFERED = 200
A_DAY = dt.timedelta(days=1)


class Filters(NamedTuple):
    """The filters of the list; with a spot, each row shows its detour."""

    role: str = ""
    way: str = ""
    site: int | None = None
    free: bool = False
    spot: rules.Spot | None = None


class Listed(NamedTuple):
    """A departure as a list shows it."""

    url: str
    title: str
    role: str
    symbol: str
    starts_at: dt.datetime
    author: str
    free: int
    price_cents: int
    detour: int | None
    mine: str
    comes_back: str
    seen: str
    drives: bool


class Day(NamedTuple):
    """The departures of a day of the space; `name` is demain, aujourd’hui or nothing."""

    day: dt.date
    is_tomorrow: bool
    is_today: bool
    rows: list[Listed]


class Board(NamedTuple):
    """A page of departures, day by day, and the pages beside it."""

    days: list[Day]
    previous: int | None
    next: int | None
    sites: dict[int, str]


def to_come(*, at: dt.datetime | Given) -> QuerySet[Departure]:
    """Return future departures regardless of visibility: for jobs, never for a page."""
    return Departure.objects.filter(
        cancelled_at=None, starts_at__gt=at, ride__author__is_active=True
    )


def rows_of(filters: Filters, *, viewer: User, at: dt.datetime, start: int, size: int) -> list[Any]:
    """Return some departures visible to the viewer, tomorrow's first, with a single query.

    A ride that repeats has its days of today and tomorrow, else its next alone, and those on which
    the viewer has a seat. The keys of tomorrow's and of all other departures are read in index
    order, each up to the end of this page.
    """
    end = start + size
    found = _seen(filters, viewer=viewer, at=at)
    found = found.filter(_is_soon_or_next(filters, viewer=viewer, at=at))
    seen = found.order_by("starts_at", "pk").values("pk")
    tomorrow = _is_tomorrow(at)
    keys = seen.filter(tomorrow)[:end].union(seen.exclude(tomorrow)[:end])
    few = Departure.objects.filter(pk__in=keys)
    return list(_listing(few, viewer=viewer, at=at)[start:end])


def listing(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Departure]:
    """Return the departures visible to the viewer, tomorrow's first."""
    return _listing(_seen(filters, viewer=viewer, at=at), viewer=viewer, at=at)


def _seen(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Departure]:
    return to_come(at=at).filter(seen_by(viewer, through="ride__"), *_conditions(filters))


def _listing(found: QuerySet[Departure], *, viewer: User, at: dt.datetime) -> QuerySet[Departure]:
    own = Booking.objects.filter(departure=OuterRef("pk"), person=viewer, state__in=OPEN)
    first = Case(When(_is_tomorrow(at), then=Value(0)), default=Value(1))
    rows = found.select_related("ride__author").annotate(
        mine=Subquery(own.order_by().values("state")[:1]), first=first
    )
    return rows.order_by("first", "starts_at", "pk")


def board(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Board:
    """Return a page of departures; a page past the end falls back to the first."""
    start = (number - 1) * PAGE_SIZE
    rows = rows_of(filters, viewer=viewer, at=at, start=start, size=PAGE_SIZE + 1)
    if not rows and number > 1:
        return board(filters, viewer=viewer, at=at)
    names = site_names()
    sites = points() if filters.spot else {}
    listed = [_listed(row, filters.spot, names=names, sites=sites) for row in rows[:PAGE_SIZE]]
    return Board(
        days=_by_day(listed, at=at),
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE_SIZE else None,
        sites=names,
    )


def for_feed(person: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the next departures with a free seat for the home page, a single departure by ride."""
    rows = _next(viewer=person, at=at)
    return [
        hooks.FeedItem(
            max(row.ride.created_at, row.starts_at - A_DAY),
            "components/tile.html",
            {**tile_of(row.ride, row.starts_at).values, "when": None},
            planned=True,
            site_id=row.ride.site_id,
        )
        for row in rows
    ]


@statement
def _next(viewer: Given, at: Given) -> QuerySet[Departure]:
    found = to_come(at=at).filter(seen_by(viewer, through="ride__"), _has_seat(), _is_next(at=at))
    return found.select_related("ride__author").order_by("starts_at", "pk")[:MOST_IN_FEED]


def offers_of(person_id: int, viewer: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return, for a member's card, the next departure of each ride visible to the viewer."""
    found = to_come(at=at).filter(seen_by(viewer, through="ride__"), _is_next(at=at))
    rows = found.filter(ride__author_id=person_id).select_related("ride__author")
    shown = rows.order_by("starts_at", "pk")[:MOST_IN_FEED]
    tiles = [(row.ride, tile_of(row.ride, row.starts_at)) for row in shown]
    return [hooks.FeedItem(ride.created_at, one.template, one.values) for ride, one in tiles]


def offered_items(at: dt.datetime) -> list[hooks.OfferedItem]:
    """Return the next departure of each ride open to neighbours, while a treaty covers it."""
    for_them = Q(ride__audience=Audience.NEIGHBOURS, ride__hidden_at=None)
    found = to_come(at=at).filter(_is_next(at=at), for_them)
    rows = list(found.select_related("ride").order_by("starts_at", "pk")[:MOST_OFFERED])
    names = site_names() if rows else {}
    return [_item(row, names) for row in rows]


def _conditions(filters: Filters) -> list[Q]:
    wanted = {"ride__role": filters.role, "ride__way": filters.way, "ride__site_id": filters.site}
    conditions = [Q(**{name: value}) for name, value in wanted.items() if value]
    return [*conditions, _has_seat()] if filters.free else conditions


def _has_seat() -> Q:
    return Q(taken__lt=F("seats"))


def _is_soon_or_next(filters: Filters, *, viewer: User, at: dt.datetime) -> Q:
    today = timezone.localtime(at).date()
    later = rules.moment_of(today + 2 * A_DAY, dt.time(), timezone.get_current_timezone())
    own = Booking.objects.filter(departure=OuterRef("pk"), person=viewer, state__in=OPEN)
    return Q(starts_at__lt=later) | Q(Exists(own)) | _is_next(at=at, free=filters.free)


def _is_next(*, at: dt.datetime | Given, free: bool = False) -> Q:
    earlier = Departure.objects.filter(
        ride=OuterRef("ride"),
        cancelled_at=None,
        starts_at__gt=at,
        starts_at__lt=OuterRef("starts_at"),
    )
    return Q(~Exists(earlier.filter(_has_seat()) if free else earlier))


def _is_tomorrow(at: dt.datetime) -> Q:
    zone = timezone.get_current_timezone()
    today = timezone.localtime(at).date()
    starts = rules.moment_of(today + A_DAY, dt.time(), zone)
    ends = rules.moment_of(today + 2 * A_DAY, dt.time(), zone)
    return Q(starts_at__gte=starts, starts_at__lt=ends)


def _listed(
    row: Any, spot: rules.Spot | None, *, names: dict[int, str], sites: dict[int, Point]
) -> Listed:
    ride = row.ride
    return Listed(
        url=ride.get_absolute_url(),
        title=wording.title_of(ride, names.get(ride.site_id, "")),
        role=str(wording.PARTS[ride.role]),
        symbol=rules.SYMBOLS[ride.role],
        starts_at=row.starts_at,
        author=ride.author.short_name,
        free=row.seats - row.taken,
        price_cents=ride.price_cents,
        detour=detour_of(ride, spot, sites=sites) if spot else None,
        mine=row.mine or "",
        comes_back=wording.days_in_words(ride.weekdays),
        seen=wording.seen_in_words(ride.audience),
        drives=ride.role == rules.Role.DRIVER,
    )


def _by_day(rows: Iterable[Listed], *, at: dt.datetime) -> list[Day]:
    today = timezone.localtime(at).date()
    days: list[Day] = []
    for row in rows:
        day = timezone.localtime(row.starts_at).date()
        if not days or days[-1].day != day:
            days.append(Day(day, day == today + A_DAY, day == today, []))
        days[-1].rows.append(row)
    return days


def tile_of(ride: Ride, departs_at: dt.datetime | None) -> Tile:
    """Draw a ride that was brought with its author, and the next time that it leaves."""
    site = places.here().sites.get(ride.site_id)
    return Tile(
        url=ride.get_absolute_url(),
        reference=ride.reference,
        title=wording.title_of(ride, site.name if site else ""),
        kind=str(wording.PARTS[ride.role]),
        symbol=rules.SYMBOLS[ride.role],
        picture="",
        cents=None,
        gift=False,
        unit="",
        place="",
        name=ride.author.short_name,
        note="",
        person_tone=tone_of(ride.author_id),
        when=ride.created_at,
        first=False,
        state=writing.brief_moment(departs_at)
        if departs_at
        else wording.state_in_words(is_open=False),
        over=departs_at is None,
        seen=wording.seen_in_words(ride.audience),
    )


def _item(row: Departure, names: dict[int, str]) -> hooks.OfferedItem:
    ride = row.ride
    return hooks.OfferedItem(
        category=rules.CATEGORY,
        reference=ride.reference,
        url=ride.get_absolute_url(),
        kind=ride.role,
        title=wording.title_of(ride, names.get(ride.site_id, ""))[:80],
        description=ride.note,
        price_cents=ride.price_cents or None,
        price_unit="whole",
        place=ride.place,
        author_id=ride.author_id,
        picture="",
        created_at=ride.created_at,
        expires_at=row.starts_at,
        starts_at=row.starts_at,
    )
