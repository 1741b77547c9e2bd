"""Calendars (RFC 5545): a gathering as a file, and a person's calendar at a private address."""

import datetime as dt
from uuid import UUID

from django.db.models import Q

from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel.secrets import tokens
from saas.kernel.values import calendars
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import CalendarLink, Gathering, Participation
from tenants.spaces import calendars as space_calendars


def link_of(person: User) -> CalendarLink | None:
    """Return a person's private calendar address, if any."""
    return CalendarLink.objects.filter(person=person).first()


def token_of(link: CalendarLink) -> str:
    """Return the token of a private address; empty after the secret was changed."""
    token = token_for(rules.CALENDAR, UUID(str(link.nonce)))
    return token if tokens.hashed(token) == link.token_hash else ""


def person_with_token(token: str) -> User | None:
    """Return the active person that a calendar token belongs to, if any."""
    link = CalendarLink.objects.filter(token_hash=tokens.hashed(token), person__is_active=True)
    found = link.select_related("person").first()
    return found.person if found else None


def calendar_of(person: User, *, at: dt.datetime) -> bytes:
    """Return a person's future entries of all rooms, as a calendar file."""
    found = calendars.entries.collect(person, at - calendars.RETENTION)
    found.sort(key=lambda entry: entry.starts_at)
    return space_calendars.written(found)


def entries(person: User, since: dt.datetime) -> list[calendars.Entry]:
    """List a person's gatherings, as a participant or on the waiting list."""
    shown = Q(gathering__hidden_at=None) | Q(gathering__organiser=person)
    rows = Participation.objects.filter(shown, person=person, gathering__ends_at__gt=since)
    found = rows.select_related("gathering").order_by("gathering__starts_at", "pk")
    return [entry_of(row.gathering, row.state) for row in found[: calendars.MOST_EVENTS]]


def entry_of(gathering: Gathering, state: str = Participation.State.COMING) -> calendars.Entry:
    """Return a gathering as a calendar entry."""
    return calendars.Entry(
        reference=gathering.reference,
        title=gathering.title,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        url=gathering.get_absolute_url(),
        made_at=gathering.created_at,
        changed_at=gathering.changed_at,
        status=_status(gathering, state),
        place=gathering.place,
        description=gathering.description,
    )


def _status(gathering: Gathering, state: str) -> str:
    if gathering.cancelled_at is not None:
        return calendars.CANCELLED
    coming = state == Participation.State.COMING
    return calendars.CONFIRMED if coming else calendars.TENTATIVE
