"""A merchant pauses a paid campaign and lets it go on: no day is lost, and no amount changes."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Order
from billing.orders.settlement.orders import say_new_days
from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import runs
from saas.catalogue.placements.actions import pauses as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries.prices import quote_of
from saas.kernel.errors import NotAllowed


@transaction.atomic
def pause(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """Interrupt a paid campaign."""
    _check_own(campaign, by)
    placements.pause(campaign_id=campaign.pk, at=at)
    return campaign


@transaction.atomic
def go_on(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """Let a paused campaign run again; the lines of its order name the new days."""
    _check_own(campaign, by)
    _go_on(campaign.pk, at=at)
    return campaign


def _go_on(campaign_id: int, *, at: dt.datetime) -> None:
    order = Order.objects.select_for_update(of=("self",), no_key=True).get(
        sales__isnull=False, campaign=campaign_id
    )
    if placements.go_on(campaign_id=campaign_id, at=at):
        say_new_days(order, quote_of(campaign_id, at=at))


@transaction.atomic
def end_pause(*, campaign_id: int, at: dt.datetime) -> None:
    """Let a campaign run again after the longest pause. Called by the clock."""
    _go_on(campaign_id, at=at)


def _check_own(campaign: Campaign, by: User) -> None:
    if not runs(campaign.merchant_id, by):
        raise NotAllowed(_("Cette campagne est à un autre commerçant."))
