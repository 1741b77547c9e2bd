"""The council of a company that leaves its park."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.councils.actions import councils
from billing.councils.queries.terms import companies_with_council
from billing.models import Council
from billing.transitions.transition import record
from saas.catalogue.placements.actions.refusals import weigh_refusals
from tenants.spaces.models import Company, Tenant

LEFT = "company left"


@transaction.atomic
def end_with_company(*, tenant_id: int, company_id: int, at: dt.datetime) -> None:
    """End the council of a company that left its park; idempotent.

    Called by the job that takes the company out. The council gets no further share; its earlier
    shares are still transferred. The people of a company without a council are subtracted from the
    park's own council. If no council is left, the park gets one with the first terms.
    """
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
    mine = Council.objects.select_for_update(no_key=True).filter(tenant=tenant)
    council = mine.filter(company_id=company_id).first()
    if council is None:
        company = Company.objects.get(pk=company_id)
        _subtract(mine.filter(company=None, ended_at=None).first(), company.head_count, at=at)
        return
    if council.ended_at is not None:
        return
    council.ended_at = at
    council.save(update_fields=["ended_at"])
    states = (council.account_state, council.account_state)
    record("council", council.pk, "ended", states=states, by=councils.TROOVON, at=at, why=LEFT)
    if not mine.filter(ended_at=None).exists():
        _succeed(tenant, at=at)
    weigh_refusals(tenant=tenant, councils=companies_with_council(tenant.schema_name), at=at)


def _subtract(own: Council | None, heads: int, *, at: dt.datetime) -> None:
    """Subtract the people of a company from the weight of its park's own council."""
    if own is None or own.weight <= heads:
        return
    why = f"{own.weight} → {own.weight - heads}"
    own.weight -= heads
    own.save(update_fields=["weight"])
    states = (own.account_state, own.account_state)
    record("council", own.pk, "counted", states=states, by=councils.TROOVON, at=at, why=why)


def _succeed(tenant: Tenant, *, at: dt.datetime) -> None:
    """Give a park without a council its own: reopen the ended council, or found one."""
    former = Council.objects.filter(tenant=tenant, company=None).first()
    if former is not None:
        former.ended_at = None
        former.save(update_fields=["ended_at"])
        states = (former.account_state, former.account_state)
        record("council", former.pk, "reopened", states=states, by=councils.TROOVON, at=at)
        return
    here = Company.objects.filter(tenant=tenant, left_at=None)
    heads = int(here.aggregate(n=Sum("head_count"))["n"] or 1)
    name = _("CSE %(space)s") % {"space": tenant.name}
    councils.found_with_first_terms(tenant=tenant, name=name, weight=heads, at=at)
