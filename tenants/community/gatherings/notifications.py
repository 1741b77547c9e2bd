"""Notifications for the participants of a gathering and for its waiting list."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering


class GatheringEvent(StrEnum):
    """The events of a gathering; each has its words in `notices/gathering_<event>/`."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    MOVED_UP = "moved_up"
    TOMORROW = "tomorrow"


class Change(NamedTuple):
    """The extent of a change: the former start if it moved, and whether later dates changed too."""

    was_at: dt.datetime | None = None
    and_following: bool = False


UNCHANGED = Change()


def notify_people(
    gathering: Gathering,
    event: GatheringEvent,
    *,
    to: Iterable[int],
    change: Change = UNCHANGED,
    at: dt.datetime,
) -> None:
    """Notify people of a change, a cancellation, a reminder or a place at a gathering.

    Until it begins they can still give up their place, so it appears among their tasks. About a
    gathering hidden by moderation, only the cancellation is sent.
    """
    cancelled = event == GatheringEvent.CANCELLED
    if gathering.hidden_at is not None and not cancelled:
        return
    start = gathering.starts_at.isoformat()
    occasion = start if event == GatheringEvent.TOMORROW else f"{start}:{at.isoformat()}"
    news = Event(
        key=f"gathering-{event}:{gathering.pk}:{occasion}",
        kind=Kind.GATHERINGS,
        path=gathering.get_absolute_url(),
        about=rules.about(gathering.reference),
        deadline=None if cancelled or gathering.starts_at <= at else gathering.starts_at,
        words=lambda: words_of(gathering, event, change),
    )
    notify(news, to=to, at=at)


def words_of(gathering: Gathering, event: GatheringEvent, change: Change) -> Words:
    """Return the words of an event, in the language of now."""
    return written(f"gathering_{event}", {"gathering": gathering, **change._asdict()})
