"""Hooks between the screens of a space and the merchants paying for a place on them."""

import datetime as dt
from typing import NamedTuple

from saas.kernel.hooks import Hook

# A screen without a sign for this long is no longer sold, and its paid days are refunded. The time
# is longer than any weekend: a screen switched off on Thursday loses nothing by Tuesday.
SILENT_FOR = dt.timedelta(days=5)


class ScreensSold(NamedTuple):
    """How many screens merchants may book, and when any of the space's last gave a sign."""

    lit: int
    seen_at: dt.datetime | None = None


class SoldOnScreens(NamedTuple):
    """Paid ad on the screens: its payer, last day and hours."""

    title: str
    payer: str
    ends_on: dt.date
    hours: tuple[int, int]


class FlightRun(NamedTuple):
    """Days and hours of an ad on the screens."""

    starts_on: dt.date
    ends_on: dt.date
    hours: tuple[int, int]
    closed_days: tuple[dt.date, ...] = ()

    def is_on(self, day: dt.date) -> bool:
        """Return True if the ad is shown on a day."""
        return self.starts_on <= day <= self.ends_on and day not in self.closed_days


# In a space: the screens that merchants may book.
screens_sold: Hook[[dt.datetime], ScreensSold] = Hook(shows=True)
# In a space: whether some screen shows the loop at certain hours, in the week that begins.
is_shown: Hook[[tuple[int, int], dt.datetime], bool] = Hook(shows=True)
# In a space: the paid ads on its screens, today or later.
sold_on_screens: Hook[[dt.datetime], list[SoldOnScreens]] = Hook()
# In a space: the days and hours of some flights on its screens, by reference; no other space's.
flight_runs: Hook[[set[str]], dict[str, FlightRun]] = Hook()
