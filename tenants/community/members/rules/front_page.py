"""Rules of the front page: its greeting, and the order of the rooms' items."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from saas.kernel.hooks import FeedItem

FIRST_SPONSORED_AFTER = 2
BETWEEN_SPONSORED = 5
MOST_SPONSORED = 1
MOST_IN_FEED = 8
MOST_OF_THE_WEEK = 4
MOST_DUE = 2
MOST_NOW = 4
MOST_IN_AGENDA = 6
A_WEEK = dt.timedelta(days=7)
SAME_VISIT = dt.timedelta(hours=1)
SEEN_AGAIN = dt.timedelta(minutes=10)
VISIT_RETENTION_SECONDS = 60 * 24 * 3600
_EVENING = dt.time(18)


class Greeting(NamedTuple):
    """The front page's words for the hour: before, during or after this site's break."""

    moment: str
    starts: dt.time | None
    ends: dt.time | None


def greeting_at(now: dt.time, starts: dt.time | None, ends: dt.time | None) -> Greeting:
    """Choose the words for an hour of a site's day."""
    if starts is None or ends is None:
        return Greeting("evening" if now >= _EVENING else "day", None, None)
    if starts <= now < ends:
        return Greeting("break", starts, ends)
    if now < starts:
        return Greeting("before", starts, ends)
    return Greeting("evening" if now >= _EVENING else "after", starts, ends)


def of_the_week(offered: Sequence[FeedItem], *, at: dt.datetime) -> list[FeedItem]:
    """Return the items of the days around this day: first coming items by date, then new items."""
    near = [
        item
        for item in offered
        if item.of_the_week is not None and abs(item.of_the_week - at) <= A_WEEK
    ]
    ahead = [item for item in near if item.of_the_week and item.of_the_week > at]
    rest = [item for item in near if item not in ahead]
    ahead.sort(key=lambda item: item.of_the_week or at)
    rest.sort(key=lambda item: item.at, reverse=True)
    return [*ahead[: MOST_OF_THE_WEEK - min(2, len(rest))], *rest][:MOST_OF_THE_WEEK]


def near_first(items: Sequence[FeedItem], site_id: int | None) -> list[FeedItem]:
    """Return a room's items in their order, but those of a site before all others."""
    return sorted(items, key=lambda item: item.site_id != site_id) if site_id else [*items]


def in_turn[T](rooms: Iterable[Sequence[T]], *, most: int) -> list[T]:
    """Return the first items of all rooms, a single item of each room in turn."""
    rounds = itertools.zip_longest(*rooms)
    found = (item for one_of_each in rounds for item in one_of_each if item is not None)
    return list(itertools.islice(found, most))


def mixed[T](own: Sequence[T], sponsored: Sequence[T]) -> list[T]:
    """Insert sponsored items among the others: never first, at most a sixth of all."""
    waiting = list(sponsored)
    front: list[T] = []
    for place, item in enumerate(own, start=1):
        front.append(item)
        due = place >= FIRST_SPONSORED_AFTER
        if due and (place - FIRST_SPONSORED_AFTER) % BETWEEN_SPONSORED == 0 and waiting:
            front.append(waiting.pop(0))
    if len(own) < FIRST_SPONSORED_AFTER and waiting:
        front.append(waiting.pop(0))
    return front
