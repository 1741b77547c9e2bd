"""Queries for the changes of a list of staff, and for the results of its invitations."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncDate

from saas.accounts.models import User
from tenants.community.members.models import JoinRequest, Profile, Role, RosterUpload
from tenants.community.members.queries import people
from tenants.community.members.rules import roster as rules
from tenants.spaces.models import OwnEmailDomain

ADMINISTRATOR = Role.Kind.ADMINISTRATOR


class Counts(NamedTuple):
    """Counts of the people invited by lists of staff, by their state."""

    mailed: int
    joined: int
    waiting: int
    reminded: int
    leaving: int
    planned: list[tuple[dt.date, int]]

    @property
    def any(self) -> bool:
        """Whether a list was ever confirmed."""
        return bool(self.mailed or self.leaving or self.planned)


def upload_of(person: User, *, at: dt.datetime, lock: bool = False) -> RosterUpload | None:
    """Return the user's unconfirmed list; locked while it is confirmed."""
    found = RosterUpload.objects.defer("content").filter(
        person=person, sent_at__gt=at - rules.UPLOAD_RETENTION
    )
    found = found.exclude(state=RosterUpload.State.APPLIED)
    return (found.select_for_update() if lock else found).first()


def to_read(upload_id: int) -> RosterUpload | None:
    """Lock a list that was not read yet."""
    waiting = RosterUpload.objects.filter(pk=upload_id, state=RosterUpload.State.WAITING)
    return waiting.select_for_update().first()


def unread(at: dt.datetime) -> list[int]:
    """Return the lists of staff with a job that may have been lost."""
    waiting = RosterUpload.objects.filter(state=RosterUpload.State.WAITING)
    return list(waiting.filter(sent_at__lt=at - rules.READ_WITHIN).values_list("pk", flat=True))


def person_of(reference: str) -> User:
    """Return the member of a reference that a list was compared with."""
    return User.objects.get(reference=reference)


def uploads_about(person: User) -> QuerySet[RosterUpload]:
    """Return the lists that a person has uploaded, and those with their address."""
    text = RosterUpload.objects.alias(
        text=Cast("rows", TextField()), changes=Cast("done", TextField())
    )
    named = Q(text__icontains=person.email) | Q(changes__icontains=person.email)
    return text.filter(Q(person=person) | named)


def invited(scope: frozenset[int] | None) -> QuerySet[JoinRequest]:
    """Return the pending invitations from lists of staff."""
    within = Q() if scope is None else Q(company_id__in=scope)
    return JoinRequest.objects.filter(within, invited_by__isnull=False, confirmed_at=None)


def invited_at(email: str, at: dt.datetime) -> JoinRequest | None:
    """Return the invitation of an address by a list of staff, locked while it is used."""
    found = invited(None).filter(email=email, expires_at__gt=at)
    return found.select_for_update(of=("self",)).first()


def columns_of(listed: JoinRequest | None) -> dict[str, Any]:
    """Return the columns of a new member that a list of staff has filled in."""
    names = ("site_id", "leaves_on")
    return {name: getattr(listed, name) if listed else None for name in names}


def due(at: dt.datetime) -> QuerySet[JoinRequest]:
    """Return invitations and reminders due to be mailed."""
    waiting = invited(None).filter(mailed_at=None, asked_at__lte=at, expires_at__gt=at)
    return waiting.select_related("invited_by")


def to_remind(scope: frozenset[int] | None, at: dt.datetime) -> QuerySet[JoinRequest]:
    """Return invitations mailed days ago, still pending and never reminded."""
    early = at - rules.REMINDED_AFTER
    return invited(scope).filter(mailed_at__lt=early, reminded_at=None, expires_at__gt=at)


def counts(scope: frozenset[int] | None, at: dt.datetime) -> Counts:
    """Return the counts of people invited by lists."""
    waits = Q(mailed_at__isnull=False) | Q(reminded_at__isnull=False)
    rows = invited(scope)
    waiting = rows.filter(waits).aggregate(
        many=Count("pk"), reminded=Count("pk", filter=Q(reminded_at__isnull=False))
    )
    unmailed = rows.exclude(waits)
    days = unmailed.filter(asked_at__gt=at).values(day=TruncDate("asked_at"))
    within = Q() if scope is None else Q(company_id__in=scope)
    joined = Profile.objects.filter(
        within, joined_by=Profile.Joined.ROSTER, user__is_active=True
    ).count()
    return Counts(
        mailed=waiting["many"] + joined,
        joined=joined,
        waiting=waiting["many"],
        reminded=waiting["reminded"],
        leaving=unmailed.filter(asked_at__lte=at).count(),
        planned=[
            (row["day"], row["many"]) for row in days.annotate(many=Count("pk")).order_by("day")
        ],
    )


def places_for(scope: frozenset[int] | None, company_id: int | None) -> rules.Places:
    """Return the companies, sites and domains that a line may name."""
    companies = {one.pk: one.name for one in people.companies()}
    only = next(iter(companies)) if len(companies) == 1 else None
    domains = OwnEmailDomain.objects.values_list("domain", "company_id")
    return rules.Places(
        companies=companies,
        sites={one.pk: one.name for one in people.sites()},
        domains=dict(domains),
        scope=scope,
        company_id=company_id or only,
    )


def to_withdraw(
    scope: frozenset[int] | None,
    *,
    keys: Iterable[UUID],
    day: dt.date | None = None,
    at: dt.datetime,
) -> QuerySet[JoinRequest]:
    """Return invitations that are named by their nonces, or those of a day that wait for it."""
    if day is None:
        return invited(scope).filter(nonce__in=keys)
    return invited(scope).filter(
        mailed_at=None, reminded_at=None, asked_at__date=day, asked_at__gt=at
    )


def waiting_for_launch(due_before: dt.datetime, due_on: dt.date | None) -> QuerySet[JoinRequest]:
    """Return unmailed invitations due before a moment, and those due on the former launch day."""
    unmailed = invited(None).filter(mailed_at=None, reminded_at=None)
    on_the_day = Q() if due_on is None else Q(asked_at__date=due_on)
    return unmailed.filter(Q(asked_at__lt=due_before) | on_the_day)
