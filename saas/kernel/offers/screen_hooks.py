"""Questions between the screens of a space and the merchants who pay for a place on them."""

import datetime as dt
from typing import NamedTuple

from saas.kernel.hooks import Hook

# A screen that gave no sign for so long is no longer sold, and what was paid for it goes back. It
# is longer than any weekend: what is switched off on Thursday loses nothing by Tuesday.
SILENT_FOR = dt.timedelta(days=5)


class ScreensSold(NamedTuple):
    """How many screens merchants may book, and when any of the space's last gave a sign."""

    lit: int
    seen_at: dt.datetime | None = None


class SoldOnScreens(NamedTuple):
    """An ad that is paid for on the screens, by whom, until which day, in which hours."""

    title: str
    payer: str
    ends_on: dt.date
    hours: tuple[int, int]


class FlightRun(NamedTuple):
    """The days and hours in which an ad is played on the screens."""

    starts_on: dt.date
    ends_on: dt.date
    hours: tuple[int, int]


# In a space: the screens that merchants may book.
screens_sold: Hook[[dt.datetime], ScreensSold] = Hook(shows=True)
# In a space: who manages its screens, beside its administrators.
screen_managers: Hook[[], list[int]] = Hook()
# In a space: whether some screen shows the loop at certain hours, in the week that begins.
is_shown: Hook[[tuple[int, int], dt.datetime], bool] = Hook(shows=True)
# In a space: what is paid on its screens, today or later.
sold_on_screens: Hook[[dt.datetime], list[SoldOnScreens]] = Hook()
# In a space: the days and hours of some flights on its screens, by reference; no other space's.
flight_runs: Hook[[set[str]], dict[str, FlightRun]] = Hook()
