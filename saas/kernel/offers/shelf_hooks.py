"""Questions between the shelf of a space and the merchants who offer something on it."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class Sponsor(NamedTuple):
    """A merchant who offers something on the shelf in days that are booked, as an ad says it.

    `url` leads to the merchant and is counted, `touch_url` does so on a screen that people touch.
    `former` are their places before this one with the same ad, the newest first.
    """

    reference: str
    payer: str
    headline: str
    starts_on: dt.date
    ends_on: dt.date
    url: str
    why_url: str
    touch_url: str = ""
    former: tuple[str, ...] = ()


class Served(NamedTuple):
    """A medium that was opened (`open`) or borrowed (`loan`) while a sponsor offered it."""

    reference: str
    kind: str


# In a space: the places on its shelf that merchants may book.
shelf_places: Hook[[dt.datetime], int] = Hook(shows=True)
# In a space: whether nothing stands on its shelf, so that no place on it is seen.
shelf_is_bare: Hook[[dt.datetime], bool] = Hook(shows=True)
# In a space: who has booked one, for today or later; and what came of it, by whom, when.
shelf_sponsors: Hook[[dt.datetime], list[Sponsor]] = Hook()
sponsor_served: Hook[[Served, Any, dt.datetime], None] = Hook()
