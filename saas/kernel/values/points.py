"""Points on the earth: their coordinates as they are stored, and the distance between two."""

import math
from decimal import Decimal
from typing import Any

type Point = tuple[float, float]  # latitude and longitude

EARTH_METRES = 6_371_000
METRES_A_DEGREE = math.radians(EARTH_METRES)
"""Metres of a degree of latitude, and of a degree of longitude at the equator."""
_STORED = Decimal("0.000001")  # a sixth decimal is 11 cm


def degrees(value: Any) -> Decimal:
    """Return degrees to the sixth decimal. Raises InvalidOperation for a text that is no number."""
    return Decimal(str(value)).quantize(_STORED)


def degrees_around(latitude: float, distance: float) -> tuple[float, float]:
    """Return the degrees of latitude and of longitude that `distance` metres are at a latitude.

    Close to a pole, where a degree of longitude has no length, the second stays finite.
    """
    high = distance / METRES_A_DEGREE
    return high, high / max(0.01, math.cos(math.radians(latitude)))


def metres(origin: Point, goal: Point) -> float:
    """Return the great-circle distance between two points."""
    (lat, lng), (goal_lat, goal_lng) = origin, goal
    north, goal_north = math.radians(lat), math.radians(goal_lat)
    half_lat = math.sin((goal_north - north) / 2)
    half_lng = math.sin(math.radians(goal_lng - lng) / 2)
    chord = half_lat**2 + math.cos(north) * math.cos(goal_north) * half_lng**2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord)))
