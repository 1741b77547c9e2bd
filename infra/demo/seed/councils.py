"""Decisions of the demo's councils: the split of their share; a company's pending council."""

import datetime as dt

from billing.councils.actions.councils import accept_terms, open_council
from billing.councils.actions.statements import make_statement
from billing.models import Council
from infra.demo.seed import mandates
from infra.demo.seed.staff import first_operator
from infra.demo.seed.world import MOULINS
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Company, Tenant

AEP_BP = 2_000
RESOLUTION = "n°\u00a02026-03 du %(day)s"
OPENED_DAYS_AGO = 30
ITS_OWN = "Logiroute"
RATE_BP = 4_000


def vote(council: Council, *, by: SpaceActor, at: dt.datetime) -> None:
    """Accept the first terms as the council voted, a fifth of its share for its own running."""
    resolution = RESOLUTION % {"day": f"{at - dt.timedelta(days=6):%d/%m/%Y}"}
    accept_terms(council=council, aep_bp=AEP_BP, resolution=resolution, by=by, at=at)


def play(days_ago: int, tenants: dict[str, Tenant], *, at: dt.datetime) -> None:
    """Open a council for a company of the park; its members have yet to answer."""
    if days_ago != OPENED_DAYS_AGO:
        return
    park = tenants[MOULINS.slug]
    company = Company.objects.get(tenant=park, name=ITS_OWN)
    open_council(tenant=park, company=company, rate_bp=RATE_BP, by=first_operator(), at=at)


def end(tenants: dict[str, Tenant], at: dt.datetime) -> None:
    """Make the statement of the last full month, as a treasurer does each month."""
    park = tenants[MOULINS.slug]
    council = Council.objects.select_related("tenant").get(tenant=park, company=None)
    last_day = at.date().replace(day=1) - dt.timedelta(days=1)
    by = mandates.treasurer(park)
    company = Company.objects.get(tenant=park, name=ITS_OWN)
    mandates.leave_open(tenants, company_id=company.pk, at=at)
    make_statement(
        council=council, first_day=last_day.replace(day=1), last_day=last_day, by=by, at=at
    )
