"""Colours of the drawn pictures, in OKLCH: equal steps look equal whatever the hue."""

import math
from typing import NamedTuple


class Palette(NamedTuple):
    """The colours of one picture: the object's own, and a second one far away on the wheel."""

    ground: str
    shadow: str
    ring: str
    body: str
    light: str
    deep: str
    dark: str
    second: str
    second_deep: str
    pale: str
    white: str = "#fffdf8"


def palette(hue: int, *, second: int) -> Palette:
    """Mix the colours of a picture from two hues."""
    return Palette(
        ground=colour(0.925, 0.045, hue),
        shadow=colour(0.86, 0.07, hue),
        ring=colour(0.965, 0.03, hue),
        body=colour(0.60, 0.125, hue),
        light=colour(0.76, 0.105, hue),
        deep=colour(0.40, 0.085, hue),
        dark=colour(0.27, 0.04, hue),
        second=colour(0.74, 0.135, second),
        second_deep=colour(0.58, 0.125, second),
        pale=colour(0.80, 0.055, hue),
    )


def colour(lightness: float, chroma: float, hue: float) -> str:
    """Write an OKLCH colour as #rrggbb, with less chroma where a screen has not that much."""
    while True:
        light = _linear(lightness, chroma, hue)
        if chroma <= 0 or all(0 <= amount <= 1 for amount in light):
            return "#" + "".join(f"{_level(amount):02x}" for amount in light)
        chroma -= 0.004


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Turn OKLCH into linear red, green and blue."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _level(light: float) -> int:
    """Turn linear light into the level that a screen stores."""
    light = min(1.0, max(0.0, light))
    if light <= 0.0031308:  # noqa: PLR2004  where sRGB begins to curve
        return round(255 * 12.92 * light)
    curved: float = 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * curved)
