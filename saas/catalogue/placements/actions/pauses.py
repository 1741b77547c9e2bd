"""Pauses of paid campaigns: off every page, then on again with all their days."""

import datetime as dt

from django.db import transaction

from saas.catalogue.placements.actions.campaigns import carry_over
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import pauses as pause_rules
from saas.kernel import revision


@transaction.atomic
def pause(*, campaign_id: int, at: dt.datetime) -> None:
    """Interrupt a campaign; today counts as shown. Idempotent. Called by billing."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.paused_at is not None and campaign.state == Campaign.State.PAID:
        return
    flights = list(campaign.flights.select_related("tenant"))
    pause_rules.check_may_pause(campaign, flights, day=campaign_rules.today(at))
    campaign.paused_at = at
    campaign.save(update_fields=["paused_at"])
    revision.renew_in(place_queries.spaces_of(campaign=campaign.pk))


@transaction.atomic
def go_on(*, campaign_id: int, at: dt.datetime) -> bool:
    """Let a campaign run again, later by the days of its pause; return True if its days moved.

    Called by billing, for its merchant or once the longest pause is over.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.paused_at is None or campaign.state != Campaign.State.PAID:
        return False
    tenants = set(campaign.flights.values_list("tenant", flat=True))
    moved = [
        carry_over(campaign_id=campaign_id, tenant_id=tenant, closed_at=campaign.paused_at, at=at)
        for tenant in sorted(tenants)
    ]
    campaign.paused_at = None
    campaign.save(update_fields=["paused_at"])
    revision.renew_in(place_queries.spaces_of(campaign=campaign.pk))
    return any(moved)
