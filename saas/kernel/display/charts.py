"""Small charts: twelve stacked months, a sparkline, a euro cut in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from saas.kernel.display.drawing import Amount, at

MONTHS_WIDTH, MONTHS_HEIGHT = 344, 224
FLOOR = MONTHS_HEIGHT - 28
TALLEST = MONTHS_HEIGHT - 56
BARS_UNDER_AMOUNT = 3
FIRST_BAR, PACE, BAR = 48, 24.8, 16
SPARK_WIDTH, SPARK_HEIGHT = 240, 54


@dataclass(frozen=True, slots=True)
class Month:
    """Sums that two budgets received in a month."""

    name: str
    first_cents: int
    second_cents: int

    @property
    def cents(self) -> int:
        """Both budgets together."""
        return self.first_cents + self.second_cents


@dataclass(frozen=True, slots=True)
class Tick:
    """Line across the chart, with its value in whole euros."""

    y: str
    y_text: str
    euros: int


@dataclass(frozen=True, slots=True)
class MonthBar:
    """Month as two stacked bars."""

    x: str
    middle: str
    first_y: str
    first_height: str
    second_y: str
    second_height: str
    label: str
    month: Month


@dataclass(frozen=True, slots=True)
class Months:
    """The chart of the last months."""

    ticks: tuple[Tick, ...]
    bars: tuple[MonthBar, ...]
    top_y: str

    @property
    def last(self) -> Month:
        """The month that the chart ends with."""
        return self.bars[-1].month


def months(values: Sequence[Month]) -> Months | None:
    """Return the months' bars, oldest first; a month with a negative sum has empty bars."""
    if not any(month.cents > 0 for month in values):
        return None
    step = _step_of(max(month.cents for month in values))
    top = step * max(1, -(-max(month.cents for month in values) // step))
    factor = TALLEST / top
    bars = tuple(_month_bar(place, month, factor) for place, month in enumerate(values))
    # The last month's amount is written over the last three bars.
    highest = max(0, *(month.cents for month in values[-BARS_UNDER_AMOUNT:])) * factor
    return Months(
        ticks=tuple(
            Tick(at(FLOOR - cents * factor), at(FLOOR - cents * factor + 4), cents // 100)
            for cents in range(0, top + 1, step)
        ),
        bars=bars,
        top_y=at(FLOOR - highest - 9),
    )


def _step_of(highest: int) -> int:
    """Choose a round distance between lines, three or four of them."""
    for power in (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        for factor in (1, 2, 4, 5):
            if highest <= power * factor * 4:
                return power * factor
    return highest


def _month_bar(place: int, month: Month, factor: float) -> MonthBar:
    """Return the bars of a month with their coordinates."""
    x = FIRST_BAR + place * PACE
    first = max(month.first_cents, 0) * factor
    second = max(month.second_cents, 0) * factor
    gap = 2 if first and second else 0
    return MonthBar(
        x=at(x),
        middle=at(x + BAR / 2),
        first_y=at(FLOOR - first),
        first_height=at(first),
        second_y=at(FLOOR - first - second - gap),
        second_height=at(second),
        label=month.name if place % 2 else "",
        month=month,
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes, with its last point."""

    line: str
    area: str
    x: str
    y: str


def spark(values: Sequence[int]) -> Spark | None:
    """Draw the course of some figures; two at least make a line."""
    if len(values) < 2 or max(values) <= 0:  # noqa: PLR2004  a line has two ends
        return None
    wide, high = SPARK_WIDTH - 8, SPARK_HEIGHT - 14
    points = [
        (
            4 + place * wide / (len(values) - 1),
            SPARK_HEIGHT - 6 - high * max(0, value) / max(values),
        )
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{at(x)} {at(y)}" for x, y in points)
    (first, _), (last_x, last_y) = points[0], points[-1]
    area = f"{line}L{at(last_x)} {SPARK_HEIGHT}L{at(first)} {SPARK_HEIGHT}Z"
    return Spark(line, area, at(last_x), at(last_y))


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a euro, in percent of its width."""

    amount: Amount
    x: str
    width: str
    tone: str


TONES = ("f-sun", "f-accent", "f-edge", "f-line")


def coin(parts: Sequence[Amount]) -> tuple[Slice, ...]:
    """Return the slices of a euro, the council's first."""
    whole = sum(part.cents for part in parts)
    if whole <= 0:
        return ()
    starts = [0, *accumulate(part.cents for part in parts)]
    return tuple(
        Slice(part, at(100 * start / whole), at(100 * part.cents / whole), TONES[min(place, 3)])
        for place, (part, start) in enumerate(zip(parts, starts, strict=False))
    )
