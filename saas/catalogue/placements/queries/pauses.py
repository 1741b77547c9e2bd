"""Paused campaigns."""

import datetime as dt

from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import pauses as pause_rules
from saas.kernel.errors import Refused


def long_pauses(*, at: dt.datetime) -> list[int]:
    """Return the campaigns that were paused for the longest time allowed."""
    paused = Campaign.objects.filter(
        paused_at__lt=at - pause_rules.LONGEST, state=Campaign.State.PAID
    )
    return list(paused.order_by("pk").values_list("pk", flat=True))


def can_pause(campaign: Campaign, *, at: dt.datetime) -> bool:
    """Return True if a campaign with its flights may be paused now."""
    try:
        flights = list(campaign.flights.all())
        pause_rules.check_may_pause(campaign, flights, day=campaign_rules.today(at))
    except Refused:
        return False
    return campaign.paused_at is None
