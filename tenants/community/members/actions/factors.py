"""Removal of the second factor of a member without phone and codes."""

import datetime as dt

from django.db import transaction

from saas.accounts.factors import resets
from saas.accounts.models import SecondFactor, User
from tenants.community.members.queries import council as council_queries
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import factors as rules
from tenants.community.members.rules import membership
from tenants.community.members.rules.council import check_known


@transaction.atomic
def ask_reset(*, of: User, reason: str, by: User, at: dt.datetime) -> SecondFactor:
    """Plan the removal of a member's second factor, as their administration; they are mailed.

    The employer never reaches into a council: those elected to it are reset by Troovon.
    """
    _check_administers(of, by)
    rules.check_is_another(is_self=of.pk == by.pk)
    rules.check_is_not_elected(council_queries.seats_of(of))
    return resets.ask_reset(person=of, reason=reason, by=by, at=at)


@transaction.atomic
def withdraw_reset(*, of: User, by: User, at: dt.datetime) -> None:
    """Leave a member's second factor in place after all, as their administration."""
    _check_administers(of, by)
    resets.withdraw_reset(person=of, by=by, at=at)


@transaction.atomic
def reset_at(*, email: str, reason: str, by: User, at: dt.datetime) -> User:
    """Remove the second factor of a council member or of an administrator of the space.

    `by` is an operator, after a document or a call. The member is mailed with the reason.
    """
    person = check_known(council_queries.member_at(email))
    seats = council_queries.seats_of(person)
    rules.check_is_trusted(has_role=bool(seats) or queries.administers(person))
    resets.reset(person=person, by=by, reason=reason, at=at)
    return person


def _check_administers(of: User, by: User) -> None:
    membership.check_administers(queries.duties_of(by), queries.company_of(of))
    membership.check_is_theirs(queries.scope_of(by), queries.company_of(of))
