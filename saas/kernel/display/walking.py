"""The map by walking minutes: the gate in the middle, places around it by bearing and time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from saas.kernel.display.drawing import at
from saas.kernel.display.streets import DrawnStreets, Paper
from saas.kernel.values.points import METRES_A_DEGREE, Point

SMALL, LARGE = 264, 340
REACH = 0.42
PIN = 6.5
GATE = 7
CHARACTER_WIDTH = 6.3
RINGS = 3
WHOLE_TURN = 360


class Sort(StrEnum):
    """The sorts of places on the map; each has its own shape and its own colour."""

    OPEN = "open"
    SHUT = "shut"
    SPONSORED = "ad"
    CITY = "city"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class Place:
    """A place to walk to: minutes from the gate, degrees clockwise from the north.

    `drawn_at`: minutes to the second, where the pin stands on a map with streets.
    """

    name: str
    minutes: int
    bearing: float
    url: str = ""
    sort: Sort = Sort.OPEN
    drawn_at: float | None = None

    @property
    def away(self) -> float:
        """The minutes at which it is drawn."""
        return self.minutes if self.drawn_at is None else self.drawn_at


@dataclass(frozen=True, slots=True)
class Ring:
    """All that lies within some minutes."""

    minutes: int
    radius: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map, with its name where there was room for it."""

    place: Place
    shape: str
    x: str
    y: str
    anchor: str
    named: bool


@dataclass(frozen=True, slots=True)
class WalkingMap:
    """The map, ready to draw."""

    size: int
    middle: str
    gate: str
    gate_y: str
    gate_shape: str
    rings: tuple[Ring, ...]
    pins: tuple[Pin, ...]
    a_minute: float
    streets: tuple[DrawnStreets, ...] = ()
    sources: tuple[str, ...] = ()

    def paper_around(self, point: Point, *, metres_a_minute: float) -> Paper:
        """Return the paper on which streets are drawn, with the gate's place in its middle."""
        a_latitude = METRES_A_DEGREE * self.a_minute / metres_a_minute
        narrow = math.cos(math.radians(point[0]))
        return Paper(point, self.size, self.size, a_latitude, a_latitude * narrow)


@dataclass(frozen=True, slots=True)
class _Box:
    """Occupied rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        """Return True if two rectangles overlap."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(slots=True)
class _Sheet:
    """Square drawing area: the length of a minute on it, and its occupied rectangles."""

    size: int
    step: int
    taken: list[_Box]

    def spot(self, minutes: float, bearing: float) -> tuple[float, float]:
        """Return the position at a number of minutes in a direction, never on the gate itself."""
        radius = max(self.radius(minutes), 20)
        lean = math.radians(bearing - 90)
        middle = self.size / 2
        return middle + radius * math.cos(lean), middle + radius * math.sin(lean)

    def radius(self, minutes: float) -> float:
        """Measure minutes on the paper."""
        return self.size * REACH * minutes / (RINGS * self.step)

    def take(self, box: _Box) -> bool:
        """Take some room, if it is free and on the paper."""
        outside = box.left < 0 or box.top < 0 or max(box.right, box.bottom) > self.size
        if outside or any(box.meets(other) for other in self.taken):
            return False
        self.taken.append(box)
        return True


def walking_map(places: Sequence[Place], *, gate: str, size: int = SMALL) -> WalkingMap:
    """Draw the places around a gate; the nearest are the first to get their names."""
    sheet = _Sheet(size, _step_of(max((math.ceil(place.away) for place in places), default=0)), [])
    middle = size / 2
    sheet.take(_Box(middle - 8, middle - 8, middle + 8, middle + 8))
    spots = {place: sheet.spot(place.away, place.bearing) for place in places}
    sheet.taken.extend(
        _Box(x - PIN - 1, y - PIN - 1, x + PIN + 1, y + PIN + 1) for x, y in spots.values()
    )
    gate_y = _below_or_above(gate, sheet)
    rings = tuple(_ring(count * sheet.step, sheet) for count in range(RINGS, 0, -1))
    nearest_first = sorted(places, key=lambda place: place.minutes)
    return WalkingMap(
        size=size,
        middle=at(middle),
        gate=gate,
        gate_y=at(gate_y),
        gate_shape=_disc(middle, middle, GATE),
        rings=rings,
        pins=tuple(_pin(place, spots[place], sheet) for place in nearest_first),
        a_minute=sheet.radius(1),
    )


def bearing(*, origin: tuple[float, float], goal: tuple[float, float]) -> float:
    """Return the bearing from a (latitude, longitude) to another, in degrees from north."""
    (lat, lng), (goal_lat, goal_lng) = origin, goal
    north, goal_north, turn = (math.radians(each) for each in (lat, goal_lat, goal_lng - lng))
    x = math.sin(turn) * math.cos(goal_north)
    y = math.cos(north) * math.sin(goal_north)
    y -= math.sin(north) * math.cos(goal_north) * math.cos(turn)
    return math.degrees(math.atan2(x, y)) % WHOLE_TURN


def _step_of(farthest: int) -> int:
    """Choose the minutes between rings, so that they hold every place."""
    return next((step for step in (2, 3, 5, 10) if farthest <= step * RINGS), -(-farthest // RINGS))


def _ring(minutes: int, sheet: _Sheet) -> Ring:
    """Return a ring, with its minutes written in a free place."""
    for lean in (142, 218, 38, 322, 165, 90, 270):
        x, y = sheet.spot(minutes, lean)
        if sheet.take(_Box(x - 18, y - 7, x + 18, y + 7)):
            break
    return Ring(minutes, at(sheet.radius(minutes)), at(x), at(y + 4))


def _below_or_above(gate: str, sheet: _Sheet) -> float:
    """Return the height of the gate's name, in a place free of pins; reserve its room."""
    middle, wide = sheet.size / 2, len(gate) * CHARACTER_WIDTH / 2
    rooms = {
        base: _Box(middle - wide, middle + base - 12, middle + wide, middle + base + 4)
        for base in (22, -14)
    }
    for base, room in rooms.items():
        if sheet.take(room):
            return middle + base
    sheet.taken.append(rooms[22])
    return middle + 22


def _pin(place: Place, spot: tuple[float, float], sheet: _Sheet) -> Pin:
    """Return a pin, with its name on the first free side."""
    x, y = spot
    shape = _shape(place.sort, x, y)
    wide = len(place.name) * CHARACTER_WIDTH
    sides = (
        ("start", x + 11, y + 4, _Box(x + 11, y - 8, x + 11 + wide, y + 7)),
        ("end", x - 11, y + 4, _Box(x - 11 - wide, y - 8, x - 11, y + 7)),
        ("middle", x, y - 11, _Box(x - wide / 2, y - 24, x + wide / 2, y - 9)),
        ("middle", x, y + 20, _Box(x - wide / 2, y + 9, x + wide / 2, y + 24)),
        ("start", x + 7, y - 8, _Box(x + 7, y - 20, x + 7 + wide, y - 8)),
        ("start", x + 7, y + 17, _Box(x + 7, y + 8, x + 7 + wide, y + 20)),
        ("end", x - 7, y - 8, _Box(x - 7 - wide, y - 20, x - 7, y - 8)),
        ("end", x - 7, y + 17, _Box(x - 7 - wide, y + 8, x - 7, y + 20)),
    )
    for anchor, text_x, text_y, box in sides:
        if sheet.take(box):
            return Pin(place, shape, at(text_x), at(text_y), anchor, named=True)
    return Pin(place, shape, at(x), at(y), "middle", named=False)


def _shape(sort: Sort, x: float, y: float) -> str:
    """Draw the sign of a place: disc, crossed ring, diamond, square, or the disc of a gate."""
    if sort is Sort.GATE:
        return _disc(x, y, GATE)
    if sort is Sort.SPONSORED:
        tip = PIN + 2
        return f"M{at(x)} {at(y - tip)}l{tip} {tip}-{tip} {tip}-{tip}-{tip}z"
    if sort is Sort.CITY:
        side = PIN * 2 - 2
        return f"M{at(x - side / 2)} {at(y - side / 2)}h{at(side)}v{at(side)}h-{at(side)}z"
    if sort is Sort.SHUT:
        return f"{_disc(x, y, PIN)}M{at(x - 3)} {at(y)}h6"
    return _disc(x, y, PIN)


def _disc(x: float, y: float, radius: float) -> str:
    """Draw a full circle as a path."""
    half = f"a{radius} {radius} 0 1 0 "
    return f"M{at(x - radius)} {at(y)}{half}{at(radius * 2)} 0{half}-{at(radius * 2)} 0z"
