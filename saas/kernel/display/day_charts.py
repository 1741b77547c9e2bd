"""Course of a count over days, as bars."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.formats import date_format

from saas.kernel.display.drawing import at
from saas.kernel.display.writing import LEAST_SHOWN, num, shown_count

WIDTH, HEIGHT, LEFT = 344, 140, 42
FLOOR, TALLEST = HEIGHT - 24, HEIGHT - 44
MOST_DAYS, MOST_LABELS, WIDEST = 92, 6, 24


@dataclass(frozen=True, slots=True)
class DayBar:
    """Bar of a day; a small count has the height of the smallest count that is shown."""

    x: str
    y: str
    width: str
    height: str
    is_small: bool
    label: str
    middle: str
    title: str


@dataclass(frozen=True, slots=True)
class DayChart:
    """Bars of the last days, with a line at the highest."""

    bars: tuple[DayBar, ...]
    top_y: str
    top: str
    label_y: int = HEIGHT - 6
    floor: int = FLOOR


def day_chart(counts: Mapping[dt.date, int]) -> DayChart | None:
    """Return the bars of all days from the first to the last; None if no day can be shown."""
    if not counts or max(counts.values()) < LEAST_SHOWN:
        return None
    first, last = min(counts), max(counts)
    first = max(first, last - dt.timedelta(days=MOST_DAYS - 1))
    days = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
    highest = max(counts.get(day, 0) for day in days)
    if highest < LEAST_SHOWN:
        return None
    pace = min(WIDEST, (WIDTH - LEFT) / len(days))
    every = -(-len(days) // MOST_LABELS)
    bars = tuple(
        _bar(day, counts.get(day), x=LEFT + place * pace, pace=pace, highest=highest)
        for place, day in enumerate(days)
    )
    named = tuple(
        replace(bar, label=date_format(day, "j N")) if not place % every else bar
        for place, (bar, day) in enumerate(zip(bars, days, strict=True))
    )
    return DayChart(named, at(FLOOR - TALLEST), num(highest))


def _bar(day: dt.date, count: int | None, *, x: float, pace: float, highest: int) -> DayBar:
    is_small = count is not None and count < LEAST_SHOWN
    height = TALLEST * (LEAST_SHOWN if is_small else count or 0) / highest
    written = date_format(day, "j N")
    return DayBar(
        x=at(x),
        y=at(FLOOR - height),
        width=at(max(1.0, pace - 1.5)),
        height=at(height),
        is_small=is_small,
        label="",
        middle=at(x + pace / 2),
        title=f"{written}\u00a0: {shown_count(count)}" if count is not None else written,
    )
