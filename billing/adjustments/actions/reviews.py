"""An operator decides about a paid ad: it runs, its day moves, or its money goes back."""

import datetime as dt

from django.db import transaction

from billing.adjustments.actions.refunds import take_down
from billing.adjustments.queries.refunds import what_has_not_run
from billing.models import Order, Refund
from billing.orders.settlement.orders import say_new_days
from saas.accounts.models import User
from saas.catalogue.placements.actions import reviews as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries.prices import quote_of
from saas.catalogue.placements.queries.reviews import campaigns_with_unseen_flights
from saas.catalogue.placements.rules import reviews as rules


@transaction.atomic
def approve_ad(*, campaign: Campaign, by: User, at: dt.datetime) -> int:
    """Let a paid ad run; return by how many days it moved, which its papers then name."""
    order = _locked_order(campaign.pk)
    moved = placements.approve_ad(campaign_id=campaign.pk, by=by, at=at)
    if moved:
        say_new_days(order, quote_of(campaign.pk, at=at))
    return moved


@transaction.atomic
def refuse_ad(*, campaign: Campaign, reason: str, by: User, at: dt.datetime) -> Refund | None:
    """Refuse a paid ad in every space; refund its undelivered part, or all of it if it never ran.

    Above 500 € for an order a second person approves the refund, as for any other.
    """
    order = _locked_order(campaign.pk)
    rules.check_may_decide(Campaign.objects.get(pk=campaign.pk))
    reason = rules.check_reason(reason)
    if placements.move_unseen(campaign_id=campaign.pk, at=at):
        say_new_days(order, quote_of(campaign.pk, at=at))
    unrun = what_has_not_run(order, at=at)
    refund = take_down(order=order, seen_cents=unrun.gross_cents, by=by, at=at, reason=reason)
    placements.refuse_ad(campaign_id=campaign.pk, reason=reason, by=by, at=at)
    return refund


@transaction.atomic
def move_unseen_ads(*, at: dt.datetime) -> int:
    """Postpone paid ads not reviewed before their first day; return their number.

    Called by the clock.
    """
    found = campaigns_with_unseen_flights(at)
    for campaign_id in found:
        order = _locked_order(campaign_id)
        if placements.move_unseen(campaign_id=campaign_id, at=at):
            say_new_days(order, quote_of(campaign_id, at=at))
    return len(found)


def _locked_order(campaign_id: int) -> Order:
    return Order.objects.select_for_update(of=("self",), no_key=True).get(
        sales__isnull=False, campaign=campaign_id
    )
