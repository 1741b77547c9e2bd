"""Map of known spots, north up, to pick a new spot on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from saas.kernel.display.drawing import at
from saas.kernel.display.streets import DrawnStreets, Paper

WIDTH, HEIGHT = 320, 240
METRES_A_DEGREE = 111_320
MINUTE = 80 / 1.3
LEAST_METRES = 500
CHARACTER_WIDTH, LINE = 6.3, 14


@dataclass(frozen=True, slots=True)
class Spot:
    """A known place."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class DrawnSpot:
    """A known place on the plan, with its name where there was room for it."""

    name: str
    named: bool
    shape: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class ReachRing:
    """The area within five minutes of a known place."""

    x: str
    y: str
    radius: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Map, its four borders in degrees, and the position of the pin."""

    north: str
    south: str
    west: str
    east: str
    spots: tuple[DrawnSpot, ...]
    rings: tuple[ReachRing, ...]
    pin_x: str
    pin_y: str
    paper: Paper
    streets: tuple[DrawnStreets, ...] = ()
    sources: tuple[str, ...] = ()


def plan(spots: Sequence[Spot], *, pin: tuple[float, float] | None = None) -> Plan:
    """Return the map of the spots with a margin; the pin starts in the middle until it is set."""
    if not spots:
        raise ValueError("A plan needs one known spot.")
    latitudes = [spot.latitude for spot in spots] + ([pin[0]] if pin else [])
    longitudes = [spot.longitude for spot in spots] + ([pin[1]] if pin else [])
    middle = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    narrow = math.cos(math.radians(middle[0]))
    high = (max(latitudes) - min(latitudes)) * METRES_A_DEGREE
    wide = (max(longitudes) - min(longitudes)) * METRES_A_DEGREE * narrow
    metres = max(high / HEIGHT, wide / WIDTH, LEAST_METRES / HEIGHT) * 1.7
    half_lat = HEIGHT * metres / METRES_A_DEGREE / 2
    half_lng = WIDTH * metres / METRES_A_DEGREE / narrow / 2
    points = [
        _point(spot.latitude, spot.longitude, middle=middle, half=(half_lat, half_lng))
        for spot in spots
    ]
    pin_x, pin_y = _point(*(pin or middle), middle=middle, half=(half_lat, half_lng))
    return Plan(
        north=f"{middle[0] + half_lat:.6f}",
        south=f"{middle[0] - half_lat:.6f}",
        west=f"{middle[1] - half_lng:.6f}",
        east=f"{middle[1] + half_lng:.6f}",
        spots=_drawn([spot.name for spot in spots], points),
        rings=tuple(ReachRing(at(x), at(y), at(5 * MINUTE / metres)) for x, y in points),
        pin_x=at(pin_x),
        pin_y=at(pin_y),
        paper=Paper(middle, WIDTH, HEIGHT, HEIGHT / 2 / half_lat, WIDTH / 2 / half_lng),
    )


def _drawn(names: Sequence[str], points: Sequence[tuple[float, float]]) -> tuple[DrawnSpot, ...]:
    """Return the drawn spots; a name is left out if it would overlap an earlier name."""
    written: list[tuple[float, float, float]] = []
    drawn = []
    for name, (x, y) in zip(names, points, strict=True):
        half = len(name) * CHARACTER_WIDTH / 2
        named = not any(
            abs(x - other_x) < half + other_half and abs(y - other_y) < LINE
            for other_x, other_y, other_half in written
        )
        if named:
            written.append((x, y, half))
        square = f"M{at(x - 5)} {at(y - 5)}h10v10h-10z"
        drawn.append(DrawnSpot(name, named, square, at(x), at(y + 20)))
    return tuple(drawn)


def _point(
    latitude: float, longitude: float, *, middle: tuple[float, float], half: tuple[float, float]
) -> tuple[float, float]:
    """Find where a place lies on the paper."""
    x = WIDTH / 2 * (1 + (longitude - middle[1]) / half[1])
    y = HEIGHT / 2 * (1 - (latitude - middle[0]) / half[0])
    return x, y
