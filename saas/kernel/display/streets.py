"""Lines of streets under the pins of a map."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from saas.kernel.values.points import Point

# In the order of drawing, from the ground up.
SORTS = ("water", "path", "street", "main")


class Line(NamedTuple):
    """A piece of a street: its sort, and its latitudes and longitudes in turn."""

    sort: str
    points: Sequence[float]


class Paper(NamedTuple):
    """The paper of a map: the point at its middle, its size, and the length of a degree on it."""

    middle: Point
    width: float
    height: float
    a_latitude: float
    a_longitude: float


@dataclass(frozen=True, slots=True)
class DrawnStreets:
    """All streets of a sort, as a single path."""

    sort: str
    path: str


def drawn(lines: Iterable[Line], paper: Paper) -> tuple[DrawnStreets, ...]:
    """Draw the lines that touch a paper; the drawing's frame cuts them at its edges."""
    paths: dict[str, list[str]] = {sort: [] for sort in SORTS}
    for line in lines:
        xs, ys = _placed(line.points, paper)
        if max(xs) >= 0 and min(xs) <= paper.width and max(ys) >= 0 and min(ys) <= paper.height:
            paths[line.sort].append(_path(xs, ys))
    return tuple(DrawnStreets(sort, "".join(found)) for sort, found in paths.items() if found)


def _placed(points: Sequence[float], paper: Paper) -> tuple[list[float], list[float]]:
    north, east = paper.middle
    return (
        [paper.width / 2 + (each - east) * paper.a_longitude for each in points[1::2]],
        [paper.height / 2 - (each - north) * paper.a_latitude for each in points[::2]],
    )


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return a path of relative steps, in tenths of a unit."""
    whole = [(round(x * 10), round(y * 10)) for x, y in zip(xs, ys, strict=True)]
    steps = [(x - was_x, y - was_y) for (was_x, was_y), (x, y) in itertools.pairwise(whole)]
    written = " ".join(f"{x} {y}" for x, y in steps if x or y)
    return f"M{whole[0][0]} {whole[0][1]}l{written}" if written else ""
