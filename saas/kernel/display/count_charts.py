"""Course of two counts over months: a part, drawn in front of the whole."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format

from saas.kernel.display.drawing import at
from saas.kernel.display.writing import num, shown_count

WIDTH, HEIGHT, LEFT = 344, 160, 42
FLOOR, TALLEST = HEIGHT - 24, HEIGHT - 48
WIDEST, MOST_LABELS, GAP = 48, 6, 6


class Counts(NamedTuple):
    """A month, the whole, and the part; a count that is null is too small to be shown."""

    month: dt.date
    whole: int | None
    part: int | None


@dataclass(frozen=True, slots=True)
class CountBar:
    """Two bars of a month, the part in front."""

    x: str
    y: str
    height: str
    part_y: str
    part_height: str
    middle: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class CountChart:
    """Bars of the months, with a line at the highest whole."""

    bars: tuple[CountBar, ...]
    width: str
    top_y: str
    top: str
    label_y: int = HEIGHT - 6
    floor: int = FLOOR


def count_chart(counts: Sequence[Counts]) -> CountChart | None:
    """Return the bars of months, oldest first; None without any."""
    highest = max((one.whole or 0 for one in counts), default=0)
    if not highest:
        return None
    pace = min(WIDEST, (WIDTH - LEFT) / len(counts))
    every = -(-len(counts) // MOST_LABELS)
    bars = tuple(
        _bar(
            one,
            x=LEFT + place * pace,
            pace=pace,
            highest=highest,
            labelled=not (len(counts) - 1 - place) % every,
        )
        for place, one in enumerate(counts)
    )
    return CountChart(bars, at(pace - GAP), at(FLOOR - TALLEST), num(highest))


def _bar(one: Counts, *, x: float, pace: float, highest: int, labelled: bool) -> CountBar:
    factor = TALLEST / highest
    whole, part = (one.whole or 0) * factor, (one.part or 0) * factor
    name = date_format(one.month, "F Y")
    return CountBar(
        x=at(x + GAP / 2),
        y=at(FLOOR - whole),
        height=at(whole),
        part_y=at(FLOOR - part),
        part_height=at(part),
        middle=at(x + pace / 2),
        label=date_format(one.month, "b") if labelled else "",
        title=f"{name}\u00a0: {shown_count(one.part)} / {shown_count(one.whole)}",
    )
