"""Changes of a space's administration by an operator with documentary evidence."""

import datetime as dt
import logging
from typing import NamedTuple

from django.db import transaction

from saas.accounts.models import Session, User, normal_email
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import administrators as reads
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import administrators as rules
from tenants.community.members.rules import membership as member_rules
from tenants.spaces.rules import names

logger = logging.getLogger(__name__)


class Appointed(NamedTuple):
    """The person named by the document; the name is required if they are not yet a member."""

    email: str
    first_name: str
    last_name: str
    company_id: int | None


class Recorded(NamedTuple):
    """Names of the new administrator and of the former administrator, if any."""

    appointed: str
    ended: str
    ended_reference: str


@transaction.atomic
def record_administrators(
    *, appointed: Appointed | None, ended_role: int | None, language: str, by: User, at: dt.datetime
) -> Recorded:
    """Make a person administrator of a space, end another's administration, or both.

    `by` is an operator with an account outside the space. The sessions of the former administrator
    end.
    """
    rules.check_changes_something(appointed is not None, ended_role is not None)
    held = reads.lock_administrators()
    leaving = rules.check_listed(held, ended_role)
    logger.info("%s changes who administers this space", by.reference)
    named = ""
    if appointed is not None:
        rules.check_is_not_both(appointed.email, leaving)
        person = _member(appointed, language=language, at=at)
        given = _give(person, appointed.company_id, at=at)
        held.append(given)
        named = rules.logged_name(person)
    if leaving is None:
        return Recorded(named, "", "")
    others = [row for row in held if row.pk != leaving.pk and row.company_id is None]
    if leaving.company_id is None:
        member_rules.check_leaves_an_administrator(leaving.role, len(others))
    Role.objects.filter(pk=leaving.pk).delete()
    Session.objects.filter(person_id=leaving.user_id).delete()
    return Recorded(named, rules.logged_name(leaving.user), leaving.user.reference)


def _give(person: User, company_id: int | None, *, at: dt.datetime) -> Role:
    if company_id is not None:
        member_rules.check_company(company_id, queries.company_ids())
    given = Role(
        user=person, role=Role.Kind.ADMINISTRATOR, company_id=company_id, given_at=at, mailed_at=at
    )
    given.full_clean()
    given.save()
    return given


def _member(appointed: Appointed, *, language: str, at: dt.datetime) -> User:
    """Return the member with this address, or create a member signing in by a mailed link."""
    known = queries.anybody_at(appointed.email)
    if known is not None:
        return rules.check_account_is_open(known)
    rules.check_is_named(appointed.first_name, appointed.last_name)
    names.check_full_name(appointed.first_name, appointed.last_name)
    person = User(
        email=normal_email(appointed.email),
        first_name=appointed.first_name,
        last_name=appointed.last_name,
        language=language,
        created_at=at,
    )
    person.set_unusable_password()
    person.full_clean()
    person.save()
    companies = queries.company_ids()
    only = companies[0] if len(companies) == 1 else appointed.company_id
    Profile.objects.create(
        user=person, company_id=only, joined_by=Profile.Joined.INVITATION, joined_at=at
    )
    return person
