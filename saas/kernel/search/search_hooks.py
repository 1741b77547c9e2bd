"""Questions of the search over all rooms, and the answers of each."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.display.tiles import Tile
from saas.kernel.hooks import Hook


class SearchQuestion(NamedTuple):
    """A search over all rooms, or one `kind` of them; `sites` has the nearest first.

    With `since` a room counts nothing and shows what came later, but for what `person_id` offers.
    """

    words: str = ""
    forgiving: bool = False
    kind: str = ""
    variety: str = ""
    site_id: int | None = None
    most_cents: int | None = None
    free: bool = False
    sort: str = ""
    sites: tuple[int, ...] = ()
    since: dt.datetime | None = None
    person_id: int | None = None
    start: int = 0
    size: int = 0


class SearchCell(NamedTuple):
    """How many a room found of one variety at one site."""

    variety: str
    site_id: int | None
    found: int


class SearchAnswer(NamedTuple):
    """One room's answer to a search: its name, what it counts, and some of what it found.

    Where it has more than it counts, it says `more`.
    """

    kind: str
    label: str
    symbol: str
    varieties: dict[str, str]
    cells: list[SearchCell]
    tiles: list[Tile]
    more: bool = False


# What rooms find for somebody; and, by their references, things as lists show them, also ended.
search: Hook[[SearchQuestion, Any, dt.datetime], SearchAnswer] = Hook(shows=True)
tiles_by_reference: Hook[[list[str], Any, dt.datetime], dict[str, Tile]] = Hook(shows=True)
