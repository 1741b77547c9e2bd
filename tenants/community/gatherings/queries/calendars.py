"""Calendars (RFC 5545): one gathering as a file, somebody's gatherings at a private address."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from icalendar import Calendar, Event

from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel import tokens
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import CalendarLink, Gathering, Participation
from tenants.spaces import hosts
from tenants.spaces.queries import own_space

PRODUCT = "-//Troovon//Gatherings//EN"
MOST_EVENTS = 500
KEPT = dt.timedelta(days=90)


def link_of(person: User) -> CalendarLink | None:
    """Find somebody's private calendar address."""
    return CalendarLink.objects.filter(person=person).first()


def token_of(link: CalendarLink) -> str:
    """Return what stands in a private address; nothing once its secret was changed."""
    token = token_for(rules.CALENDAR, UUID(str(link.nonce)))
    return token if tokens.hashed(token) == link.token_hash else ""


def person_with_token(token: str) -> User | None:
    """Find whose calendar a token opens, while they are here."""
    link = CalendarLink.objects.filter(token_hash=tokens.hashed(token), person__is_active=True)
    found = link.select_related("person").first()
    return found.person if found else None


def calendar_of(person: User, *, at: dt.datetime) -> bytes:
    """Write somebody's gatherings as a calendar: those they come to, and those they wait for.

    What was cancelled stays in it as such, so that calendars take it away.
    """
    shown = Q(gathering__hidden_at=None) | Q(gathering__organiser=person)
    rows = Participation.objects.filter(shown, person=person, gathering__ends_at__gt=at - KEPT)
    found = rows.select_related("gathering").order_by("gathering__starts_at", "pk")
    return _written((row.gathering, row.state) for row in found[:MOST_EVENTS])


def event_of(gathering: Gathering) -> bytes:
    """Write one gathering as a calendar."""
    return _written([(gathering, Participation.State.COMING)])


def _written(rows: Iterable[tuple[Gathering, str]]) -> bytes:
    space = own_space()
    written = Calendar()
    written.add("prodid", PRODUCT)
    written.add("version", "2.0")
    written.add("method", "PUBLISH")
    written.add("x-wr-calname", space.name)
    for gathering, state in rows:
        written.add_component(_event(gathering, state, slug=space.slug))
    text: bytes = written.to_ical()
    return text


def _event(gathering: Gathering, state: str, *, slug: str) -> Event:
    url = hosts.space_url(slug, gathering.get_absolute_url())
    event = Event()
    event.add("uid", f"{gathering.reference}@{slug}")
    event.add("dtstamp", gathering.changed_at.astimezone(dt.UTC))
    event.add("last-modified", gathering.changed_at.astimezone(dt.UTC))
    event.add("sequence", int((gathering.changed_at - gathering.created_at).total_seconds()))
    event.add("dtstart", gathering.starts_at.astimezone(dt.UTC))
    event.add("dtend", gathering.ends_at.astimezone(dt.UTC))
    event.add("summary", gathering.title)
    event.add("location", gathering.place)
    if gathering.description:
        event.add("description", gathering.description)
    event.add("url", url)
    event.add("status", _status(gathering, state))
    return event


def _status(gathering: Gathering, state: str) -> str:
    if gathering.cancelled_at is not None:
        return "CANCELLED"
    return "CONFIRMED" if state == Participation.State.COMING else "TENTATIVE"
