"""Entries of a person's calendar (RFC 5545), offered by apps and served at a single address."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from saas.kernel.hooks import Hook

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Troovon//Calendar//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
MOST_EVENTS = 500
RETENTION = dt.timedelta(days=90)
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


class Entry(NamedTuple):
    """Calendar entry: title, time, place, status, and its page.

    A cancelled entry is kept with this status, so that calendars remove it.
    """

    reference: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    url: str
    made_at: dt.datetime
    changed_at: dt.datetime
    status: str = CONFIRMED
    place: str = ""
    description: str = ""


# In a space: the entries of a person's calendar from a moment on, at most `MOST_EVENTS` per app.
entries: Hook[[Any, dt.datetime], list[Entry]] = Hook()


def written(rows: Iterable[Entry], *, name: str, host: str, base_url: str) -> bytes:
    """Write entries as a calendar of a space."""
    # It loads for a fiftieth of a process's start, and most processes write no calendar.
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for row in rows:
        calendar.add_component(_event(row, host=host, base_url=base_url))
    text: bytes = calendar.to_ical()
    return text


def _event(row: Entry, *, host: str, base_url: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - see above

    event = Event()
    event.add("uid", f"{row.reference}@{host}")
    event.add("dtstamp", row.changed_at.astimezone(dt.UTC))
    event.add("last-modified", row.changed_at.astimezone(dt.UTC))
    event.add("sequence", int((row.changed_at - row.made_at).total_seconds()))
    event.add("dtstart", row.starts_at.astimezone(dt.UTC))
    event.add("dtend", row.ends_at.astimezone(dt.UTC))
    event.add("summary", row.title)
    if row.place:
        event.add("location", row.place)
    if row.description:
        event.add("description", row.description)
    event.add("url", f"{base_url}{row.url}")
    event.add("status", row.status)
    return event
