"""Queries about companies that operators correct, and head-counts that begin later."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from saas.kernel.values import months
from tenants.spaces.models import Company, SpaceOperation, Tenant


class LaterHeads(NamedTuple):
    """A recorded head-count that takes effect later."""

    head_count: int
    begins_on: dt.date


class CompanyRow(NamedTuple):
    """A company of a space with the head-count that follows, if any."""

    company: Company
    later: LaterHeads | None


def companies_of(tenant: Tenant) -> list[CompanyRow]:
    """Return the present companies of a space, by name."""
    later = {
        operation.options["company"]: LaterHeads(
            operation.options["head_count"], dt.date.fromisoformat(operation.options["from"])
        )
        for operation in _noted_heads().filter(tenant=tenant)
    }
    return [
        CompanyRow(company, later.get(company.pk))
        for company in Company.objects.filter(tenant=tenant, left_at=None)
    ]


def company_to_correct(tenant: Tenant, company_id: int) -> Company | None:
    """Return a present company of a space."""
    return Company.objects.filter(tenant=tenant, pk=company_id, left_at=None).first()


def companies_beside(tenant: Tenant, company: Company | None) -> list[Company]:
    """Return the other companies of a space, including those that left it."""
    others = Company.objects.filter(tenant=tenant)
    return list(others if company is None else others.exclude(pk=company.pk))


def due_head_counts(day: dt.date) -> QuerySet[SpaceOperation]:
    """Return the noted head-counts that begin by a day, in the order of their requests."""
    return _noted_heads().filter(options__from__lte=day.isoformat())


def first_of_next_month(at: dt.datetime) -> dt.date:
    """Return the day when a head-count recorded now takes effect."""
    return months.months_later(months.first_of(timezone.localdate(at)))


def _noted_heads() -> QuerySet[SpaceOperation]:
    found = SpaceOperation.objects.filter(
        kind=SpaceOperation.Kind.CORRECT,
        state=SpaceOperation.State.DONE,
        options__has_keys=["company", "head_count", "from"],
    )
    return found.exclude(result__has_key="applied_at").order_by("asked_at", "pk")
