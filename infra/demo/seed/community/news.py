"""The demo's notifications beyond those of loans and rides, for the first members.

Each belongs to an existing row and has the text of that row's app.
"""

import datetime as dt
from collections.abc import Callable

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.notifying import Event, Kind, Words, notify
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.notifications import notify_expiry
from tenants.community.gatherings.models import Gathering, Participation
from tenants.community.gatherings.notifications import Change, GatheringEvent, words_of
from tenants.spaces.models import Tenant

READERS = 3
QUARTER = dt.timedelta(minutes=15)
ENDS_WITHIN = dt.timedelta(days=3)
HOURS_AGO = dt.timedelta(hours=9)


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Notify the first members of a space; the third space is new and has too few members."""
    if len(people) <= READERS:
        return
    with schema.inside(tenant.schema_name):
        for person in people[:READERS]:
            _notify_of_gatherings(person, at)
            _let_one_end(person, at)


def _notify_of_gatherings(person: User, at: dt.datetime) -> None:
    """Notify a person of a free place in their first gathering and of a change of the next."""
    coming = Participation.objects.filter(
        person=person,
        state=Participation.State.COMING,
        gathering__starts_at__gt=at,
        gathering__cancelled_at=None,
    ).exclude(gathering__organiser=person)
    rows = coming.select_related("gathering").order_by("gathering__starts_at")
    kinds = (GatheringEvent.MOVED_UP, GatheringEvent.CHANGED)
    for number, (row, kind) in enumerate(zip(rows, kinds, strict=False), start=1):
        gathering = row.gathering
        event = Event(
            key=f"demo-gathering:{gathering.pk}:{kind}",
            kind=Kind.GATHERINGS,
            path=gathering.get_absolute_url(),
            words=_words_of(gathering, kind),
            about=f"gathering:{gathering.reference}",
            deadline=gathering.starts_at,
        )
        notify(event, to=[person.pk], at=at - number * HOURS_AGO)


def _words_of(gathering: Gathering, kind: GatheringEvent) -> Callable[[], Words]:
    was_at = gathering.starts_at - QUARTER
    return lambda: words_of(gathering, kind, Change(was_at))


def _let_one_end(person: User, at: dt.datetime) -> None:
    """Set the oldest classified of a person to expire within days, and ask whether to renew it."""
    own = Classified.objects.filter(author=person, closed_at=None).order_by("created_at", "pk")
    classified = own.first()
    if classified is not None:
        classified.expires_at = at + ENDS_WITHIN
        classified.save(update_fields=["expires_at"])
        notify_expiry(classified)
