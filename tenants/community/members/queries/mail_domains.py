"""Queries for the mail domains of joining members, and for the effects of removing a domain."""

import datetime as dt
from typing import NamedTuple

from django.db.models import F, Q

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.models import Invitation, Role
from tenants.community.members.queries import people as queries
from tenants.spaces.models import OwnEmailDomain
from tenants.spaces.queries import email_domains as shared
from tenants.spaces.rules.addresses import is_spelt_otherwise, shown
from tenants.spaces.rules.email_domains import person_named


class ProvenDomain(NamedTuple):
    """A proven mail domain, as its page shows it."""

    domain: str
    shown: str
    spelt_otherwise: bool
    since: dt.datetime


class WaitingDomain(NamedTuple):
    """A domain with a mailed link that has not been followed yet."""

    domain: str
    shown: str
    spelt_otherwise: bool
    email: str
    asked_by: str
    expires_at: dt.datetime
    lapsed: bool


class DomainGroup(NamedTuple):
    """The mail domains of a company of the park, or those without a company."""

    company_id: int | None
    name: str
    proven: list[ProvenDomain]
    waiting: list[WaitingDomain]


class AfterRemoval(NamedTuple):
    """The state after a domain's removal: remaining members, and remaining ways to join."""

    people: int
    domains: int
    of_company: int
    invitations: int


def groups_for(
    scope: frozenset[int] | None, *, is_park: bool, at: dt.datetime
) -> list[DomainGroup]:
    """Return the mail domains that a member may change, by company; all companies of a park."""
    companies = queries.companies_in(scope) if is_park else []
    here = schema.current()
    with schema.in_public():
        proven, waiting = shared.proven_of(here), shared.waiting_of(here)
    whole: list[tuple[int | None, str]] = [] if scope is not None else [(None, "")]
    named = [(company.pk, company.name) for company in companies]
    return [
        DomainGroup(
            number,
            name,
            [
                ProvenDomain(
                    row.domain, shown(row.domain), is_spelt_otherwise(row.domain), row.proven_at
                )
                for row in proven
                if row.company_id == number
            ],
            [
                WaitingDomain(
                    row.domain,
                    shown(row.domain),
                    is_spelt_otherwise(row.domain),
                    row.email,
                    person_named(row.asked_by),
                    row.expires_at,
                    row.expires_at <= at,
                )
                for row in waiting
                if row.company_id == number
            ],
        )
        for number, name in [*named, *whole]
    ]


def company_of_proven(domain: str) -> int | None:
    """Return the company of a proven mail domain, or find nothing."""
    here = schema.current()
    with schema.in_public():
        return shared.proven_domain(here, domain).company_id


def company_of_waiting(domain: str) -> int | None:
    """Return the company that a waiting mail domain is asked for, or find nothing."""
    here = schema.current()
    with schema.in_public():
        return shared.waiting_claim(here, domain).company_id


def after_removal(domain: str, company_id: int | None, at: dt.datetime) -> AfterRemoval:
    """Return the state after a mail domain's removal: members staying, and ways to join."""
    others = OwnEmailDomain.objects.exclude(domain=domain)
    open_links = Invitation.objects.filter(
        Q(company_id=None) | Q(company_id=company_id),
        withdrawn_at=None,
        expires_at__gt=at,
        uses__lt=F("most_uses"),
    )
    if company_id is None:
        open_links = open_links.filter(company_id=None)
    return AfterRemoval(
        people=User.objects.filter(email__endswith=f"@{domain}", is_active=True).count(),
        domains=others.count(),
        of_company=others.filter(company_id=company_id).count(),
        invitations=open_links.count(),
    )


def administrators_for(company_id: int | None) -> list[User]:
    """Return the administrators to notify about a mail domain: the space's and its company's."""
    of_them = (
        Q(company_id=None) if company_id is None else Q(company_id=None) | Q(company_id=company_id)
    )
    held = Role.objects.filter(of_them, role=Role.Kind.ADMINISTRATOR, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("pk"))
