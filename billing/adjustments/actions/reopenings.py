"""Reopening of a closed space: paid campaigns run longer, for the days that they lost."""

import datetime as dt

from django.db import transaction

from billing.models import Order, Refund
from billing.orders.settlement.orders import say_new_days
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.queries import campaigns
from saas.catalogue.placements.queries.prices import quote_of


@transaction.atomic
def carry_lost_days_over(*, tenant_id: int, closed_at: dt.datetime, at: dt.datetime) -> list[int]:
    """Move one-off campaigns that lost days to a closed space; return the ids of the campaigns.

    Campaigns with a refund since the closing are skipped: their lost days are refunded already. A
    refund for leaving a space or a slot does not count: it covers only its own days. Called by the
    founder process, after the space is open again.
    """
    given_back = Refund.objects.filter(requested_at__gte=closed_at, refused_in=None)
    settled = given_back.exclude(state=Refund.State.REJECTED).values("payment__order__campaign")
    moved = []
    for campaign_id in campaigns.paused_in(tenant_id, closed_at=closed_at):
        order = Order.objects.select_for_update(of=("self",), no_key=True).get(
            sales__isnull=False, campaign=campaign_id
        )
        if settled.filter(payment__order__campaign=campaign_id).exists():
            continue
        if placements.carry_over(
            campaign_id=campaign_id, tenant_id=tenant_id, closed_at=closed_at, at=at
        ):
            say_new_days(order, quote_of(campaign_id, at=at))
            moved.append(campaign_id)
    return moved
