"""Queries about the people of a company that leaves its park."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from saas.accounts.models import User
from tenants.community.members.models import CompanyClaim, JoinRequest, Profile, Role
from tenants.community.members.queries import roster
from tenants.community.members.rules import council as council_rules

CLOSED_AT_ONCE = 50


class DepartureFigures(NamedTuple):
    """Accounts and invitations that a company's departure ends, and accounts that stay."""

    people: int
    invited: int
    of_council: int
    of_space: int


def _members(company_id: int) -> QuerySet[User]:
    works_there = Profile.objects.filter(user_id=OuterRef("pk"), company_id=company_id)
    return User.objects.filter(Exists(works_there), is_active=True).order_by("pk")


def _held() -> QuerySet[Role]:
    return Role.objects.filter(user_id=OuterRef("pk"))


def _runs_the_space() -> Exists:
    return Exists(_held().filter(role=Role.Kind.ADMINISTRATOR, company_id=None))


def _of_council() -> Exists:
    return Exists(_held().filter(role__in=council_rules.KINDS))


def people_of(company_id: int) -> list[int]:
    """Return the ids of a company's active members."""
    return list(_members(company_id).values_list("pk", flat=True))


def staying(company_id: int) -> list[User]:
    """Return a company's people that administer the whole space: they stay in it."""
    return list(_members(company_id).filter(_runs_the_space()))


def to_close(company_id: int) -> list[User]:
    """Return some of a company's people with an account to close, locked."""
    found = _members(company_id).exclude(_runs_the_space()).exclude(_of_council())
    return list(found.select_for_update(of=("self",))[:CLOSED_AT_ONCE])


def past_last_day(today: dt.date) -> list[User]:
    """Return some of the members past their last day, locked, whose accounts may be closed."""
    over = Profile.objects.filter(user_id=OuterRef("pk"), leaves_on__lt=today)
    found = User.objects.filter(Exists(over), is_active=True).order_by("pk")
    found = found.exclude(_runs_the_space()).exclude(_of_council())
    return list(found.select_for_update(of=("self",))[:CLOSED_AT_ONCE])


def waiting_claims(company_id: int) -> list[CompanyClaim]:
    """Return the members' pending claims to work for a company."""
    found = CompanyClaim.objects.filter(company_id=company_id, state=CompanyClaim.State.WAITING)
    return list(found.select_related("user"))


def roles_to_end(company_id: int) -> QuerySet[Role]:
    """Return the roles for a company that end with it: all but those of its council."""
    return Role.objects.filter(company_id=company_id).exclude(role__in=council_rules.KINDS)


def figures_of(company_id: int) -> DepartureFigures:
    """Return what a company's departure would end, for its administration."""
    people = _members(company_id)
    of_space = people.filter(_runs_the_space()).count()
    of_council = people.exclude(_runs_the_space()).filter(_of_council()).count()
    invited: QuerySet[JoinRequest] = roster.invited(frozenset({company_id}))
    closing = people.count() - of_space - of_council
    return DepartureFigures(closing, invited.count(), of_council, of_space)
