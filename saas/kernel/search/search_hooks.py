"""Questions of the search over all rooms, and the answers of each."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.display.tiles import Tile
from saas.kernel.display.walking import Place
from saas.kernel.hooks import Hook
from saas.kernel.values.points import Point


class SearchQuestion(NamedTuple):
    """Search over all apps, or a single `kind`; `sites` starts with the nearest.

    With `since` an app counts nothing and returns later rows, except those of `person_id`.
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
    """Number of an app's results of a variety at a site."""

    variety: str
    site_id: int | None
    found: int


class SearchAnswer(NamedTuple):
    """Answer of an app to a search: its name, its counts, and some results.

    `more` is true if there are more results than counted. `beside` are the varieties
    that accompany the results of another app.
    """

    kind: str
    label: str
    symbol: str
    varieties: dict[str, str]
    cells: list[SearchCell]
    tiles: list[Tile]
    more: bool = False
    beside: tuple[str, ...] = ()


class OnMap(NamedTuple):
    """Places of an app for the map by walking minutes, and the name of its middle.

    `middle` is the point there, if streets may be drawn around it.
    """

    gate: str
    places: list[Place]
    middle: Point | None = None


# Search results of apps for a person; then list items by their references, ended items included.
search: Hook[[SearchQuestion, Any, dt.datetime], SearchAnswer] = Hook(shows=True)
tiles_by_reference: Hook[[list[str], Any, dt.datetime], dict[str, Tile]] = Hook(shows=True)
# For the directory of members: the ids of people that offer a thing with the given words, as a
# viewer may see it; and the titles that people (by id) offer, the newest first.
offerers: Hook[[str, Any, dt.datetime], list[int]] = Hook(shows=True)
offered_titles: Hook[[list[int], Any, dt.datetime], dict[int, list[str]]] = Hook(shows=True)
# The places of apps that match a search and lie within walking distance.
on_map: Hook[[SearchQuestion, Any, dt.datetime], OnMap] = Hook(shows=True)
