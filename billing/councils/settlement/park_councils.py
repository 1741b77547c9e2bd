"""Councils of a space as they are stored: ended, reopened, and how many people each speaks for."""

import datetime as dt

from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.councils.queries.terms import companies_with_council
from billing.models import Council
from billing.transitions.transition import record
from saas.catalogue.placements.actions import refusals
from tenants.spaces.models import Company, Tenant


def default_name(name: str) -> str:
    """Return the usual name of the council of a space or a company."""
    return _("CSE %(space)s") % {"space": name}


def heads_of(tenant: Tenant) -> int:
    """Return the head-count of all companies of a space, at least 1."""
    here = Company.objects.filter(tenant=tenant, left_at=None)
    return int(here.aggregate(n=Sum("head_count"))["n"] or 1)


def weigh_refusals(tenant: Tenant, *, at: dt.datetime) -> None:
    """Recompute the refusals shared by all councils of a space after their number changed."""
    councils = companies_with_council(tenant.schema_name)
    refusals.weigh_refusals(tenant=tenant, councils=councils, at=at)


def end(council: Council, *, by: str, at: dt.datetime, why: str) -> None:
    """Store the end of a council."""
    council.ended_at = at
    council.save(update_fields=["ended_at"])
    _record(council, "ended", by=by, at=at, why=why)


def reopen(council: Council, *, weight: int, by: str, at: dt.datetime) -> None:
    """Store that an ended council has shares again, with the people it speaks for now."""
    council.ended_at = None
    council.save(update_fields=["ended_at"])
    _record(council, "reopened", by=by, at=at)
    if council.weight != weight:
        count_heads(council, weight=weight, by=by, at=at)


def count_heads(council: Council, *, weight: int, by: str, at: dt.datetime) -> None:
    """Store for how many people a locked council speaks."""
    why = f"{council.weight} → {weight}"
    council.weight = weight
    council.save(update_fields=["weight"])
    _record(council, "counted", by=by, at=at, why=why)


def subtract_heads(tenant_id: int, heads: int, *, by: str, at: dt.datetime) -> None:
    """Subtract people from the weight of a park's own council, unless it would have none left."""
    own = Council.objects.filter(tenant=tenant_id, company=None, ended_at=None)
    council = own.select_for_update(no_key=True).first()
    if council is not None and council.weight > heads:
        count_heads(council, weight=council.weight - heads, by=by, at=at)


def _record(council: Council, what: str, *, by: str, at: dt.datetime, why: str = "") -> None:
    states = (council.account_state, council.account_state)
    record("council", council.pk, what, states=states, by=by, at=at, why=why)
