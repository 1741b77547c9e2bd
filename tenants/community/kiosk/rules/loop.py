"""The loop: the current day-part, and the order of its slides. Pure functions only."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from saas.kernel.hooks import Slide
from saas.kernel.values.turns import by_turns

SLIDE_SECONDS = 10
# A cycle is ten minutes at most, so that each placement is shown for a minute of every hour.
MOST_IN_LOOP = 60
BETWEEN_SPONSORED = 2
PLAY, QUIET, SLEEP = "play", "quiet", "sleep"
MESSAGE, PLACEMENT, HOUSE = "message", "placement", "house"
USUAL_WEIGHT = 1
USUAL_NIGHT = (21 * 60, 6 * 60)
EVERY_DAY = 127
WHOLE_DAY = (0, 24)
A_WEEK = dt.timedelta(days=7)


class Part(NamedTuple):
    """A stretch of the day by the clock on the wall, as `models.DayPart` keeps it."""

    name: str
    weekdays: int
    starts_minute: int
    ends_minute: int
    mode: str = PLAY
    weights: Mapping[str, int] = {}


class Span(NamedTuple):
    """A span between two moments with a single day-part."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    part: Part


class Arranged(NamedTuple):
    """A manager's setting for a slide."""

    is_hidden: bool = False
    weight: int = 1
    position: int | None = None


USUAL = Part("", EVERY_DAY, 0, 24 * 60)
NIGHT = Part("", EVERY_DAY, *USUAL_NIGHT, SLEEP)


def slide_id(slide: Slide) -> str:
    """Return the id of a slide, as screens report it."""
    return f"{slide.kind}:{slide.reference}"


def spans_of(
    parts: Sequence[Part], *, starts_at: dt.datetime, ends_at: dt.datetime, zone: dt.tzinfo
) -> list[Span]:
    """Return the spans of the day-parts, without a gap; if they overlap, the first counts.

    The moments are computed here, so that a screen needs no calendar. In the night of a clock
    change, a skipped hour has no day-part, and a repeated hour has the same day-part twice.
    """
    whole = list(parts) or [NIGHT]
    held = [
        (starts, ends, part)
        for part in whole
        for starts, ends in _occurrences(part, starts_at, ends_at, zone=zone)
    ]
    inner = {edge for one in held for edge in one[:2] if starts_at < edge < ends_at}
    spans: list[Span] = []
    for first, last in pairwise(sorted({starts_at, ends_at} | inner)):
        part = next((part for begin, end, part in held if begin <= first < end), USUAL)
        if spans and spans[-1].part == part:
            spans[-1] = spans[-1]._replace(ends_at=last)
        else:
            spans.append(Span(first, last, part))
    return spans


def _occurrences(
    part: Part, starts_at: dt.datetime, ends_at: dt.datetime, *, zone: dt.tzinfo
) -> Iterable[tuple[dt.datetime, dt.datetime]]:
    day = starts_at.astimezone(zone).date() - dt.timedelta(days=1)
    while day <= ends_at.astimezone(zone).date():
        if part.weekdays >> day.weekday() & 1:
            over_night = part.ends_minute <= part.starts_minute
            begin = moment_of(day, part.starts_minute, zone)
            end = moment_of(day, part.ends_minute + over_night * 24 * 60, zone)
            if begin < end:
                yield begin, end
        day += dt.timedelta(days=1)


def is_loop_shown(
    parts: Sequence[Part], hours: tuple[int, int], *, starts_at: dt.datetime, zone: dt.tzinfo
) -> bool:
    """Return True if the loop plays at any moment within the given hours of the next week."""
    ends_at = starts_at + A_WEEK
    begins, ends = (hour * 60 for hour in hours)
    wanted = list(_occurrences(Part("", EVERY_DAY, begins, ends), starts_at, ends_at, zone=zone))
    return any(
        span.part.mode == PLAY and begin < span.ends_at and end > span.starts_at
        for span in spans_of(parts, starts_at=starts_at, ends_at=ends_at, zone=zone)
        for begin, end in wanted
    )


def moment_of(day: dt.date, minute: int, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment at which the clock on the wall shows a minute of a day."""
    days, rest = divmod(minute, 24 * 60)
    time = dt.time(rest // 60, rest % 60)
    local = dt.datetime.combine(day + dt.timedelta(days=days), time, tzinfo=zone)
    return local.astimezone(dt.UTC)


def is_shown(slide: Slide, part: Part, arranged: Arranged) -> bool:
    """Return True if a slide may be shown in a day-part."""
    if arranged.is_hidden or part.mode == SLEEP:
        return False
    if part.mode == QUIET:
        return slide.kind == MESSAGE
    if slide.kind in {MESSAGE, PLACEMENT}:  # messages and paid placements are always shown
        return True
    return part.weights.get(slide.kind, USUAL_WEIGHT) > 0


def loop_of(
    slides: Collection[Slide], part: Part, arrangement: Mapping[str, Arranged]
) -> list[str]:
    """Return a cycle of the loop, as slide ids in order.

    Slides positioned by a manager come first, then the kinds in turns. Slides with a greater weight
    are repeated, spread over the cycle. Placements come between others, never first and never side
    by side while there is another slide to show.
    """
    shown = [
        slide
        for slide in slides
        if is_shown(slide, part, arrangement.get(slide_id(slide), Arranged()))
    ]
    paid = [slide_id(slide) for slide in shown if slide.flight]
    room = max(1, MOST_IN_LOOP - len(paid))
    own = _interleaved(
        [
            (slide_id(slide), _weight_of(slide, part, arrangement))
            for slide in _in_order([one for one in shown if not one.flight], arrangement)
        ]
    )[:room]
    return _mixed(own, paid)


def _in_order(slides: list[Slide], arrangement: Mapping[str, Arranged]) -> list[Slide]:
    def rank(slide: Slide) -> tuple[int, int]:
        position = arrangement.get(slide_id(slide), Arranged()).position
        return (1, 0) if position is None else (0, position)

    placed = sorted((slide for slide in slides if rank(slide)[0] == 0), key=rank)
    return [*placed, *by_turns((slide for slide in slides if rank(slide)[0]), lambda one: one.kind)]


def _weight_of(slide: Slide, part: Part, arrangement: Mapping[str, Arranged]) -> int:
    own = arrangement.get(slide_id(slide), Arranged()).weight
    return own * max(1, part.weights.get(slide.kind, USUAL_WEIGHT))


def _interleaved(weighted: Sequence[tuple[str, int]]) -> list[str]:
    """Repeat each name by its weight, as far apart as the cycle allows."""
    count = len(weighted)
    places = [
        ((turn + place / count) / weight, place, name)
        for place, (name, weight) in enumerate(weighted)
        for turn in range(weight)
    ]
    waiting = [name for _at, _place, name in sorted(places)]
    spread: list[str] = []
    while waiting:
        last = spread[-1] if spread else ""
        coming = next((name for name in waiting if name != last), None)
        if coming is None:  # it would only follow itself
            break
        waiting.remove(coming)
        spread.append(coming)
    return spread


def _mixed(own: list[str], paid: list[str]) -> list[str]:
    if not own or not paid:
        return own or paid
    step = max(BETWEEN_SPONSORED, len(own) // len(paid))
    mixed: list[str] = []
    waiting = list(paid)
    for number, name in enumerate(own, start=1):
        mixed.append(name)
        if waiting and number % step == 0:
            mixed.append(waiting.pop(0))
    while waiting:  # fewer own slides than placements: own slides are repeated between them
        mixed += [own[len(mixed) % len(own)], waiting.pop(0)]
    return mixed


def windows_of(
    slide: Slide, *, starts_at: dt.datetime, ends_at: dt.datetime, zone: dt.tzinfo
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return when a slide may be shown: its own time and hours, without its closed days."""
    first, last = max(slide.starts_at, starts_at), min(slide.ends_at, ends_at)
    if first >= last:
        return []
    if slide.hours == WHOLE_DAY and not slide.closed_days:
        return [(first, last)]
    begins, ends = (hour * 60 for hour in slide.hours)
    part = Part("", EVERY_DAY, begins, ends)
    cut = (
        (max(first, begin), min(last, end))
        for begin, end in _occurrences(part, first, last, zone=zone)
        if begin.astimezone(zone).date() not in slide.closed_days
    )
    return [(begin, end) for begin, end in cut if begin < end]
