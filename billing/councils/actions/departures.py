"""The council of a company that leaves its park."""

import datetime as dt

from django.db import transaction

from billing.councils.actions import councils
from billing.councils.settlement import park_councils
from billing.models import Council
from tenants.spaces.models import Company, Tenant

LEFT = "company left"


@transaction.atomic
def end_with_company(*, tenant_id: int, company_id: int, at: dt.datetime) -> None:
    """End the council of a company that left its park; idempotent.

    Called by the job that takes the company out. The council gets no further share; its earlier
    shares are still transferred. The people of a company without a council are subtracted from the
    park's own council. If no council is left, the park's own council is reopened or created.
    """
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
    every = Council.objects.select_for_update(no_key=True).filter(tenant=tenant)
    council = every.filter(company_id=company_id).first()
    if council is None:
        heads = Company.objects.get(pk=company_id).head_count
        park_councils.subtract_heads(tenant.pk, heads, by=councils.TROOVON, at=at)
        return
    if council.ended_at is not None:
        return
    park_councils.end(council, by=councils.TROOVON, at=at, why=LEFT)
    if not every.filter(ended_at=None).exists():
        _succeed(tenant, former=every.filter(company=None).first(), at=at)
    park_councils.weigh_refusals(tenant, at=at)


def _succeed(tenant: Tenant, *, former: Council | None, at: dt.datetime) -> None:
    """Give a park without a council its own: reopen the ended council, or found one."""
    if former is None:
        councils.found_with_first_terms(tenant=tenant, at=at)
        return
    weight = park_councils.heads_of(tenant)
    park_councils.reopen(former, weight=weight, by=councils.TROOVON, at=at)
