"""Queries for the undoing of a confirmed list of staff."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from saas.accounts.models import User
from tenants.community.members.models import Profile, RosterUpload
from tenants.community.members.rules import roster as rules


def applied_of(person: User, *, at: dt.datetime, lock: bool = False) -> RosterUpload | None:
    """Return the list that an administrator confirmed within a day."""
    found = RosterUpload.objects.defer("content", "rows").filter(
        person=person,
        state=RosterUpload.State.APPLIED,
        sent_at__gt=at - rules.UPLOAD_RETENTION,
    )
    return (found.select_for_update() if lock else found).first()


def members_at(emails: Iterable[str]) -> list[User]:
    """Return the active members with these addresses, by name."""
    found = User.objects.filter(email__in=list(emails), is_active=True)
    return list(found.order_by("last_name", "first_name", "pk"))


def companies_of(references: Iterable[str]) -> dict[str, int | None]:
    """Return the present company of each member."""
    found = Profile.objects.filter(user__reference__in=list(references))
    return dict(found.values_list("user__reference", "company_id"))


def last_days_of(references: Iterable[str]) -> dict[str, str | None]:
    """Return the present last day of each member, as JSON."""
    found = Profile.objects.filter(user__reference__in=list(references))
    rows = found.values_list("user__reference", "leaves_on")
    return {reference: day.isoformat() if day else None for reference, day in rows}


def profile_in(reference: str) -> QuerySet[Profile]:
    """Return the profile of a member."""
    return Profile.objects.filter(user__reference=reference)


def person_in(reference: str, *, company_id: int | None) -> User | None:
    """Return an active member who still belongs to a company."""
    found = Profile.objects.filter(user__reference=reference, company_id=company_id)
    return User.objects.filter(pk__in=found.values("user_id"), is_active=True).first()


def closed_people(references: Iterable[str]) -> list[User]:
    """Return the people of closed accounts."""
    return list(User.objects.filter(reference__in=list(references), is_active=False))
