"""The map by walking minutes: the gate in the middle, places around it by bearing and time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from saas.kernel.looks.drawing import at

SIZE = 320
MIDDLE = SIZE / 2
REACH = 118
PIN = 6.5
LETTER = 6.7
LINE = 15
WHOLE_TURN = 360


class Sort(StrEnum):
    """What a place is on the map; each has its own shape and its own colour."""

    OPEN = "open"
    SHUT = "shut"
    SPONSORED = "ad"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Place:
    """A place to walk to: minutes from the gate, degrees clockwise from the north."""

    name: str
    minutes: int
    bearing: float
    url: str = ""
    sort: Sort = Sort.OPEN


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

    gate: str
    gate_shape: str
    rings: tuple[Ring, ...]
    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class _Box:
    """Room that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        """Say whether two boxes share any room."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    @property
    def inside(self) -> bool:
        """Say whether the whole box is on the map."""
        return self.left >= 0 and self.top >= 0 and self.right <= SIZE and self.bottom <= SIZE


def walking_map(places: Sequence[Place], *, gate: str) -> WalkingMap:
    """Draw the places around a gate; the nearest get their names first."""
    step = _step_of(max((place.minutes for place in places), default=0))
    rings = tuple(_ring(step * count, step) for count in (1, 2, 3))
    spots = {place: _spot(place, step) for place in places}
    taken = [_box_of(spot) for spot in spots.values()]
    taken.append(_Box(MIDDLE - 34, MIDDLE - 8, MIDDLE + 34, MIDDLE + 26))
    taken.extend(
        _Box(float(r.x) - 18, float(r.y) - 10, float(r.x) + 18, float(r.y) + 4) for r in rings
    )
    pins = [
        _pin(place, spots[place], taken)
        for place in sorted(places, key=lambda place: place.minutes)
    ]
    return WalkingMap(gate, _disc(MIDDLE, MIDDLE, 7), rings[::-1], tuple(pins))


def bearing(*, origin: tuple[float, float], goal: tuple[float, float]) -> float:
    """Give the direction from one (latitude, longitude) to another, in degrees from the north."""
    (lat, lng), (goal_lat, goal_lng) = origin, goal
    north, goal_north, turn = (math.radians(each) for each in (lat, goal_lat, goal_lng - lng))
    x = math.sin(turn) * math.cos(goal_north)
    y = math.cos(north) * math.sin(goal_north)
    y -= math.sin(north) * math.cos(goal_north) * math.cos(turn)
    return math.degrees(math.atan2(x, y)) % WHOLE_TURN


def _step_of(farthest: int) -> int:
    """Choose the minutes between rings, so that three of them hold every place."""
    return next((step for step in (2, 3, 5, 10) if farthest <= step * 3), -(-farthest // 3))


def _ring(minutes: int, step: int) -> Ring:
    """Draw one ring, its minutes written at the lower right."""
    radius = REACH * minutes / (3 * step)
    lean = math.radians(52)
    x, y = MIDDLE + radius * math.cos(lean), MIDDLE + radius * math.sin(lean)
    return Ring(minutes, at(radius), at(x), at(y + 4))


def _spot(place: Place, step: int) -> tuple[float, float]:
    """Find where a place lies; one next to the gate keeps off it."""
    radius = max(REACH * place.minutes / (3 * step), 20)
    lean = math.radians(place.bearing - 90)
    return MIDDLE + radius * math.cos(lean), MIDDLE + radius * math.sin(lean)


def _box_of(spot: tuple[float, float]) -> _Box:
    """Give the room that a pin takes."""
    x, y = spot
    return _Box(x - PIN - 1, y - PIN - 1, x + PIN + 1, y + PIN + 1)


def _pin(place: Place, spot: tuple[float, float], taken: list[_Box]) -> Pin:
    """Set a pin, and its name on the first side that is free."""
    x, y = spot
    wide = len(place.name) * LETTER
    sides = (
        ("start", x + 11, y + 4, _Box(x + 11, y - 8, x + 11 + wide, y + LINE - 8)),
        ("end", x - 11, y + 4, _Box(x - 11 - wide, y - 8, x - 11, y + LINE - 8)),
        ("middle", x, y - 11, _Box(x - wide / 2, y - 11 - LINE, x + wide / 2, y - 8)),
        ("middle", x, y + 20, _Box(x - wide / 2, y + 8, x + wide / 2, y + 8 + LINE)),
    )
    for anchor, text_x, text_y, box in sides:
        if box.inside and not any(box.meets(other) for other in taken):
            taken.append(box)
            return Pin(place, _shape(place.sort, x, y), at(text_x), at(text_y), anchor, named=True)
    return Pin(place, _shape(place.sort, x, y), at(x), at(y), "middle", named=False)


def _shape(sort: Sort, x: float, y: float) -> str:
    """Draw the sign of a place: disc, crossed ring, diamond or square."""
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
