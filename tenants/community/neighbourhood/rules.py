"""How far around the gates we look, and how placements are shown and counted."""

import datetime as dt
import hashlib
import hmac
import math
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.models import Category
from saas.catalogue.merchants.rules.shops import CELLS_A_DEGREE, CELLS_A_ROW
from saas.kernel.values.points import Point, degrees_around
from tenants.spaces.rules.walks import reach_metres

WITHIN_MINUTES = 15
# Places of a neighbouring gate are on the plan as well.
ON_A_PLAN_MINUTES = 20
MOST_SHOWN = 3
BEFORE_A_PLACEMENT = 3
MOST_REPORTED = 20
# Fewer recommendations are not shown: they could point to a colleague.
LEAST_RECOMMENDED = 3
MOST_SENT = 1_000
GATHER_DAYS = 7
# A placement that a member saw so often on a day is not shown to them again that day.
MOST_VIEWS_A_DAY = 10
PACE_DAYS = dt.timedelta(days=28)
# A screen may come back after weeks: its plays are taken for 28 days, and kept for longer.
PLAY_DAYS = 30
# What a button of a shop's page changes: a column of the mark, and its value.
CHANGES = {
    "recommend": ("recommends", True),
    "unrecommend": ("recommends", False),
    "follow": ("follows", True),
    "unfollow": ("follows", False),
}
SYMBOLS = {
    Category.BAKERY: "croissant",
    Category.RESTAURANT: "utensils",
    Category.CAFE: "coffee",
    Category.GROCERY: "leaf",
    Category.SPORT: "dumbbell",
    Category.BIKES: "bike",
    Category.BOOKS: "book-open",
    Category.HEALTH: "stethoscope",
    Category.BEAUTY: "scissors",
    Category.CLEANING: "shirt",
    Category.FLOWERS: "flower",
    Category.SERVICES: "wrench",
    Category.OTHER: "store",
}
CITY_SYMBOLS = {
    CityService.Kind.LIBRARY: "library",
    CityService.Kind.TRANSPORT: "bus",
    CityService.Kind.SPORT: "dumbbell",
    CityService.Kind.TOWN_HALL: "landmark",
    CityService.Kind.CHILDCARE: "baby",
    CityService.Kind.PARK: "leaf",
    CityService.Kind.OTHER: "landmark",
}


class Box(NamedTuple):
    """Four borders, in degrees."""

    south: Decimal
    north: Decimal
    west: Decimal
    east: Decimal


def box_around(gates: Iterable[Point]) -> Box:
    """Return borders that hold everything within our reach of any gate."""
    points = list(gates)
    farthest = max(abs(latitude) for latitude, _ in points)
    high, wide = degrees_around(farthest, reach_metres(WITHIN_MINUTES))
    return Box(
        south=_degrees(min(latitude for latitude, _ in points) - high),
        north=_degrees(max(latitude for latitude, _ in points) + high),
        west=_degrees(min(longitude for _, longitude in points) - wide),
        east=_degrees(max(longitude for _, longitude in points) + wide),
    )


def cells_around(gates: Iterable[Point]) -> list[int]:
    """Return the numbers of the cells within our reach of the gates, gate by gate."""
    cells = set()
    for gate in gates:
        box = box_around([gate])
        for row in _span(box.south, box.north):
            cells |= {row * CELLS_A_ROW + column for column in _span(box.west, box.east)}
    return sorted(cells)


def _span(first: Decimal, last: Decimal) -> range:
    return range(math.floor(first * CELLS_A_DEGREE), math.floor(last * CELLS_A_DEGREE) + 1)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def references_in(text: str) -> list[str]:
    """Return the references that a page reports, as many as a page can show."""
    return re.findall(r"FL-(?:[A-Z0-9]{6}|[A-Z0-9]{9})\b", text[:MOST_SENT])[:MOST_REPORTED]


def pseudonym(key: bytes, member_id: int) -> str:
    """Return a member's pseudonym in a day's counts; without the key it identifies no person."""
    return hmac.new(key, str(member_id).encode(), hashlib.sha256).hexdigest()


class Pace(NamedTuple):
    """Views of a placement: on the earlier days of its flight, with their number, and today."""

    earlier: int
    days: int
    today: int

    def views_a_day(self, shown: int) -> float:
        """Return the views a day so far; `shown` pages have not been counted yet."""
        return (self.earlier + self.today + shown) / (self.days + 1)


class Paced(Protocol):
    """A placement in a rotation."""

    @property
    def id(self) -> int:
        """Return the number that grows with each sale."""

    @property
    def reference(self) -> str:
        """Return the public reference."""

    @property
    def pace(self) -> Pace:
        """Return the views so far."""


def in_rotation[T: Paced](
    ads: Iterable[T], *, seen: Mapping[str, int], shown_first: Mapping[str, int]
) -> list[T]:
    """Return placements in the order in which a member sees them.

    First those that the member saw least today, then those whose flight is behind the others in
    views a day, then the newest.
    """

    def turn(ad: T) -> tuple[int, float, int]:
        shown = shown_first.get(ad.reference, 0)
        return seen.get(ad.reference, 0), ad.pace.views_a_day(shown), -ad.id

    return sorted(ads, key=turn)


def open_days_before(day: dt.date, *, since: dt.date, closed: Collection[dt.date]) -> int:
    """Return the days before a day on which a flight was shown, as far back as views are kept."""
    first = max(since, day - PACE_DAYS)
    without = sum(first <= each < day for each in closed)
    return max(0, (day - first).days - without)


def turn_of(person_id: int, day: dt.date, many: int) -> int:
    """Return which of many placements a member sees on a day: each in turn, as often as any."""
    return (person_id + day.toordinal()) % many
