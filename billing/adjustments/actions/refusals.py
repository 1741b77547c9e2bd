"""A council refuses a merchant, a category or an ad: what is paid there leaves with its money."""

import datetime as dt

from django.db import transaction

from billing.adjustments.tasks import settle_refusals
from saas.catalogue.placements.actions import refusals as placements
from saas.catalogue.placements.models import Refusal
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor


@transaction.atomic
def refuse(*, target: placements.Target, reason: str, by: SpaceActor, at: dt.datetime) -> Refusal:
    """Refuse it in a space, and have what is paid there leave."""
    refusal = placements.refuse(target=target, reason=reason, by=by, at=at)
    after_commit(settle_refusals)
    return refusal
