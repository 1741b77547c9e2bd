"""Rows of several kinds in turns."""

from collections.abc import Callable, Hashable, Iterable
from itertools import zip_longest


def by_turns[T](rows: Iterable[T], kind: Callable[[T], Hashable]) -> list[T]:
    """Return rows so that their kinds take turns, each kind in its own order."""
    kinds: dict[Hashable, list[T]] = {}
    for row in rows:
        kinds.setdefault(kind(row), []).append(row)
    return [row for turn in zip_longest(*kinds.values()) for row in turn if row is not None]
