"""Decisions about the companies of a space: their badges, their coming and leaving.

A person's permission for a company is checked inside the space before the action here.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.kernel.people import departing
from tenants.spaces import hosts
from tenants.spaces.actions.addresses import Keeper, hold_space, log_change
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Company, EmailDomain, EmailDomainClaim, Tenant
from tenants.spaces.queries import companies as queries
from tenants.spaces.rules import companies as rules


@transaction.atomic
def dress_company(
    *,
    company_id: int,
    badge: str,
    colour: str,
    by: SpaceActor,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> Company:
    """Give a company its badge and colour; all companies of its space are held meanwhile."""
    company = queries.company_to_dress(company_id)
    rules.check_is_of_space(company.tenant.schema_name, by.schema_name)
    badge = " ".join(badge.split())
    rules.check_badge(badge, queries.badges_beside(company))
    rules.check_colour(colour)
    company.badge, company.colour = badge, colour.lower()
    company.full_clean()
    company.save(update_fields=["badge", "colour"])
    hosts.forget()
    return company


@transaction.atomic
def plan_leave(
    *, schema_name: str, company_id: int, day: dt.date | None, by: Keeper, at: dt.datetime
) -> Company:
    """Announce a company's last day in its park; after it, its people's accounts are closed."""
    tenant = hold_space(schema_name, by)
    company = rules.check_is_of_park(queries.company_to_change(tenant, company_id), tenant)
    staying = queries.count_staying(tenant) - (company.leaves_on is None)
    today = timezone.localdate(at)
    company.leaves_on = rules.check_may_leave(company, others=staying, day=day, today=today)
    company.save(update_fields=["leaves_on"])
    words = f"{company.name}, {company.leaves_on.isoformat()}"
    log_change(tenant, Change.What.LEAVES, after=words, by=by, at=at)
    return company


@transaction.atomic
def cancel_leave(*, schema_name: str, company_id: int, by: Keeper, at: dt.datetime) -> Company:
    """Cancel an announced departure: the company stays in its park."""
    tenant = hold_space(schema_name, by)
    company = rules.check_is_of_park(queries.company_to_change(tenant, company_id), tenant)
    rules.check_may_stay(company, today=timezone.localdate(at))
    company.leaves_on = None
    company.save(update_fields=["leaves_on"])
    log_change(tenant, Change.What.STAYS, after=company.name, by=by, at=at)
    return company


@transaction.atomic
def finish_leave(*, schema_name: str, company_id: int, at: dt.datetime) -> Company | None:
    """Take a company out of its park after its people left. Idempotent.

    Called by the job that closed their accounts. Its mail domains are free again; its council gets
    no further share, and what it is owed is still transferred.
    """
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    company = queries.company_to_change(tenant, company_id)
    if company is None or company.leaves_on is None or company.left_at is not None:
        return None
    company.left_at = at
    company.save(update_fields=["left_at"])
    for row in queries.domains_of_company(company):
        _log(tenant, Change.What.MAIL_REMOVED, before=row.domain, at=at)
    EmailDomain.objects.filter(company=company).delete()
    EmailDomainClaim.objects.filter(company=company).delete()
    departing.company_left.ask(tenant.pk, company.pk, at)
    _log(tenant, Change.What.LEFT, before=company.name, at=at)
    hosts.forget()
    return company


@transaction.atomic
def readmit(*, schema_name: str, company_id: int, by: Keeper, at: dt.datetime) -> Company:
    """Let a company that left its park return; its people join again."""
    tenant = hold_space(schema_name, by)
    company = rules.check_is_of_park(queries.company_to_change(tenant, company_id), tenant)
    rules.check_may_return(company, present=queries.count_present(tenant))
    company.leaves_on = company.left_at = None
    company.save(update_fields=["leaves_on", "left_at"])
    log_change(tenant, Change.What.RETURNED, after=company.name, by=by, at=at)
    hosts.forget()
    return company


def _log(tenant: Tenant, what: str, *, before: str, at: dt.datetime) -> None:
    Change.objects.create(tenant=tenant, what=what, before=before, by="Troovon", at=at)
