"""A campaign's standing and counts in words."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules.campaigns import LEAST_SHOWN
from saas.catalogue.placements.rules.prices import Period
from saas.kernel.display.writing import num, shortdate


def standing(campaign: Campaign, period: Period | None, *, day: dt.date) -> tuple[str, str]:
    """Say in words and by tone where a campaign stands."""
    if campaign.state == Campaign.State.DRAFT:
        return _not_paid(campaign)
    if campaign.state == Campaign.State.STOPPED:
        return _("Arrêtée"), "bad"
    if period is None or day > period.ends_on:
        return _("Terminée"), ""
    if day < period.starts_on:
        return _("Commence le %(day)s") % {"day": shortdate(period.starts_on)}, ""
    return _("En cours"), "ok"


def _not_paid(campaign: Campaign) -> tuple[str, str]:
    if campaign.sold_out_at is not None:
        return _("Plus de place, remboursée"), "warn"
    if campaign.withdrawn_at is not None:
        return _("Retirée"), ""
    return _("À payer"), "warn"


def shown(count: int) -> str:
    """Write a count, so that a small one points at nobody."""
    return num(count) if count >= LEAST_SHOWN else _("moins de 5")
