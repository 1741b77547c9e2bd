"""Queries about the companies of a space."""

from tenants.spaces.models import Company


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
