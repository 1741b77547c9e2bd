"""Cards of a list: each is something that a colleague or a neighbour offers."""

import datetime as dt
from typing import Any, NamedTuple


class Tile(NamedTuple):
    """Values of a card, as drawn by `components/tile.html`."""

    url: str
    title: str
    kind: str
    symbol: str
    picture: str
    cents: int | None
    gift: bool
    unit: str
    place: str
    name: str
    note: str
    person_tone: str
    when: dt.datetime | None
    first: bool
    srcset: str = ""
    state: str = ""
    over: bool = False
    badge: str = ""
    colour: str = ""
    seen: str = ""
    tone: str = ""
    reference: str = ""
    why: str = ""

    @property
    def template(self) -> str:
        """The part that draws it."""
        return "components/tile.html"

    @property
    def values(self) -> dict[str, Any]:
        """The values that the template draws, by name."""
        return self._asdict()
