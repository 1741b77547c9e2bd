"""Queries about the companies of a space."""

import datetime as dt

from tenants.spaces.models import Company, EmailDomain, Tenant


def company_to_dress(company_id: int) -> Company:
    """Take a company with all that live beside it, so that no two take the same badge at once."""
    company = Company.objects.select_related("tenant").get(pk=company_id)
    beside = Company.objects.filter(tenant=company.tenant_id).order_by("pk")
    list(beside.select_for_update().values_list("pk"))
    return company


def badges_beside(company: Company) -> list[str]:
    """List the badges of the other companies of its space."""
    others = Company.objects.filter(tenant=company.tenant_id).exclude(pk=company.pk)
    return list(others.exclude(badge="").values_list("badge", flat=True))


def company_to_change(tenant: Tenant, company_id: int) -> Company | None:
    """Return a company of a space, locked while it comes or leaves."""
    found = Company.objects.select_for_update(of=("self",)).filter(tenant=tenant, pk=company_id)
    return found.first()


def count_present(tenant: Tenant) -> int:
    """Return the number of companies in a space."""
    return Company.objects.filter(tenant=tenant, left_at=None).count()


def count_staying(tenant: Tenant) -> int:
    """Return the number of companies in a space without an announced departure."""
    return Company.objects.filter(tenant=tenant, left_at=None, leaves_on=None).count()


def departed_of(schema_name: str) -> list[Company]:
    """Return the companies that left a space, the latest first."""
    gone = Company.objects.filter(tenant__schema_name=schema_name, left_at__isnull=False)
    return list(gone.order_by("-left_at"))


def due_departures(today: dt.date) -> list[tuple[int, str]]:
    """Return companies past their last day in an open space, each with its schema."""
    due = Company.objects.filter(
        leaves_on__lt=today, left_at=None, tenant__state=Tenant.State.ACTIVE
    )
    return list(due.order_by("pk").values_list("pk", "tenant__schema_name"))


def domains_of_company(company: Company) -> list[EmailDomain]:
    """Return the proven mail domains of a company."""
    return list(EmailDomain.objects.filter(company=company).order_by("domain"))
