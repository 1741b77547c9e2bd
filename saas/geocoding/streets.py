"""The streets around a point, as maps draw them; each process keeps those of many squares."""

import dataclasses
import time
from collections.abc import Collection, Iterator
from typing import NamedTuple

from saas.geocoding import rules
from saas.geocoding.models import StreetLine
from saas.kernel import schema
from saas.kernel.display.plan import Plan
from saas.kernel.display.streets import DrawnStreets, Line, Paper, drawn
from saas.kernel.display.walking import WalkingMap
from saas.kernel.values.points import METRES_A_DEGREE, Point

RENEWED_SECONDS = 600.0
MOST_SQUARES, MOST_PAPERS = 400, 400
# A larger piece of land is drawn without streets: they would be a single grey stain.
MOST_ON_A_PAPER = 60


class Square(NamedTuple):
    """The streets of a square of a hundredth of a degree, with the moment of their reading."""

    read_at: float
    lines: tuple[Line, ...]
    sources: frozenset[str]


class Ground(NamedTuple):
    """The streets of a map, and the sources to be named beside them."""

    streets: tuple[DrawnStreets, ...] = ()
    sources: tuple[str, ...] = ()


squares: dict[int, Square] = {}
papers: dict[Paper, tuple[float, Ground]] = {}


def forget() -> None:
    """Forget the streets that this process keeps."""
    squares.clear()
    papers.clear()


def ground_of(paper: Paper) -> Ground:
    """Return the streets on the paper of a map; empty where no file was loaded."""
    known = papers.get(paper)
    if known is not None and _is_fresh(known[0]):
        return known[1]
    half = max(paper.width / paper.a_longitude, paper.height / paper.a_latitude) / 2
    cells = _cells_of(paper.middle, half * METRES_A_DEGREE)
    found = list(_squares(cells)) if len(cells) <= MOST_ON_A_PAPER else []
    lines = [line for square in found for line in square.lines]
    ground = Ground(
        drawn(lines, paper),
        tuple(sorted({source for square in found for source in square.sources if source})),
    )
    if len(papers) >= MOST_PAPERS:
        papers.clear()
    papers[paper] = time.monotonic(), ground
    return ground


def under_pins(drawn: WalkingMap, middle: Point, *, metres_a_minute: float) -> WalkingMap:
    """Return a map by walking minutes with the streets around its middle."""
    ground = ground_of(drawn.paper_around(middle, metres_a_minute=metres_a_minute))
    return dataclasses.replace(drawn, streets=ground.streets, sources=ground.sources)


def under_a_pin(plan: Plan) -> Plan:
    """Return the plan on which a pin is moved, with its streets."""
    ground = ground_of(plan.paper)
    return dataclasses.replace(plan, streets=ground.streets, sources=ground.sources)


def _cells_of(middle: Point, metres: float) -> list[int]:
    return rules.cells_around(*middle, metres=metres + rules.PIECE_METRES)


def _squares(cells: Collection[int]) -> Iterator[Square]:
    """Return the squares; those that are not kept are read by a single statement."""
    found = {cell: known for cell in cells if (known := squares.get(cell)) and _is_fresh(known[0])}
    missing = [cell for cell in cells if cell not in found]
    if missing:
        read = _read(missing)
        if len(squares) + len(read) > MOST_SQUARES:
            squares.clear()
        squares.update(read)
        found |= read
    return iter(found.values())


def _read(cells: Collection[int]) -> dict[int, Square]:
    with schema.in_public():
        rows = StreetLine.objects.filter(cell__in=cells).order_by("pk")
        listed = list(rows.values_list("cell", "sort", "points", "file__source"))
    lines: dict[int, list[Line]] = {cell: [] for cell in cells}
    sources: dict[int, set[str]] = {cell: set() for cell in cells}
    for cell, sort, points, source in listed:
        lines[cell].append(Line(sort, tuple(points)))
        sources[cell].add(source)
    now = time.monotonic()
    return {cell: Square(now, tuple(lines[cell]), frozenset(sources[cell])) for cell in cells}


def _is_fresh(read_at: float) -> bool:
    return time.monotonic() - read_at < RENEWED_SECONDS
