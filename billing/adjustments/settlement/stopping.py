"""A campaign whose price has gone back whole leaves every page."""

import datetime as dt

from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign


def stop(campaign_id: int, *, at: dt.datetime) -> None:
    """Stop a campaign that runs; one that was withdrawn before it was paid never ran."""
    if Campaign.objects.filter(pk=campaign_id, state=Campaign.State.PAID).exists():
        placements.stop(campaign_id=campaign_id, at=at)
