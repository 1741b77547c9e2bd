"""Hooks between the shelf of a space and the merchants with sponsored media on it."""

import datetime as dt
from typing import Any, NamedTuple

from saas.kernel.hooks import Hook


class Sponsor(NamedTuple):
    """Sponsor of a medium on the shelf on booked days, with the words of its ad.

    `url` leads to the merchant and is counted, `touch_url` does the same on a touch screen.
    `former` are their earlier places with the same ad, the newest first. On `closed_days` the shop
    or the workplace is closed: the sponsor is not shown.
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
    closed_days: tuple[dt.date, ...] = ()

    def is_on(self, day: dt.date) -> bool:
        """Return True if the sponsor is shown on a day."""
        return self.starts_on <= day <= self.ends_on and day not in self.closed_days


class Served(NamedTuple):
    """A medium that was opened (`open`) or borrowed (`loan`) while a sponsor offered it."""

    reference: str
    kind: str


# In a space: the places on its shelf that merchants may book.
shelf_places: Hook[[dt.datetime], int] = Hook(shows=True)
# In a space: True if its shelf is empty, so that no place on it is seen.
shelf_is_bare: Hook[[dt.datetime], bool] = Hook(shows=True)
# In a space: the sponsors of its shelf, for today or later; then each use of their media.
shelf_sponsors: Hook[[dt.datetime], list[Sponsor]] = Hook()
sponsor_served: Hook[[Served, Any, dt.datetime], None] = Hook()
