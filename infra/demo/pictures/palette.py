"""Colours of the drawn pictures, in OKLCH: equal steps look equal whatever the hue."""

from typing import NamedTuple

from saas.kernel.display.accent import colour


class Palette(NamedTuple):
    """The colours of a picture: the object's own, and a second colour far away on the wheel."""

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
