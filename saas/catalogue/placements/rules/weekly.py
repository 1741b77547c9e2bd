"""The week that a mail is about, and the days on which it leaves."""

import datetime as dt

from saas.catalogue.placements.rules.campaigns import today

WEEK = dt.timedelta(days=7)
# Weekdays on which the mails leave: a worker that stood still on Monday sends them on Tuesday.
LEAVES_ON = (0, 1)
# Hours of the day in Paris: after the last counts of Sunday, and when shops are open.
FIRST_HOUR, LAST_HOUR = 8, 20


def week_before(at: dt.datetime) -> dt.date:
    """Return the Monday of the last week that is over."""
    day = today(at)
    return day - dt.timedelta(days=day.weekday()) - WEEK


def leaves_now(at: dt.datetime, *, hour: int) -> bool:
    """Return True if weekly mails leave at this moment, whose hour in Paris is given."""
    return today(at).weekday() in LEAVES_ON and FIRST_HOUR <= hour < LAST_HOUR
