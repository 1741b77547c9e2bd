"""Refusals by a council of a merchant, a category or an ad: paid campaigns leave, with a refund."""

import datetime as dt

from django.db import transaction

from billing.adjustments.tasks import settle_refusals
from billing.councils.queries.terms import companies_with_council
from saas.catalogue.placements.actions import refusals as placements
from saas.catalogue.placements.models import Refusal
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor


@transaction.atomic
def refuse(
    *,
    target: placements.Target,
    reason: str,
    by: SpaceActor,
    at: dt.datetime,
    company_id: int | None = None,
) -> Refusal:
    """Refuse a target for a council; once all councils of the space do, paid campaigns leave."""
    refusal = placements.refuse(
        target=target,
        reason=reason,
        by=by,
        at=at,
        company_id=company_id,
        councils=companies_with_council(by.schema_name),
    )
    after_commit(settle_refusals)
    return refusal
