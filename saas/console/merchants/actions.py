"""Actions of operators on a merchant: block its shop with all that runs, or unblock it."""

import datetime as dt

from django.db import transaction

from billing.adjustments.actions.refunds import take_down
from billing.ledger.rules import approvals
from saas.accounts.models import User
from saas.catalogue.merchants.actions.merging import merge
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.rules import merging
from saas.catalogue.offers.actions import pass_on
from saas.catalogue.placements.models import ReportAnswer
from saas.catalogue.placements.queries.campaigns import reach_of
from saas.catalogue.placements.queries.reports import Thing
from saas.console.actions import answer_reports
from saas.console.merchants import queries
from saas.kernel import revision
from saas.kernel.offers import catalogue_hooks


@transaction.atomic
def block_merchant(
    *, merchant: Merchant, seen_cents: int, reason: str, by: User, at: dt.datetime
) -> ReportAnswer:
    """Stop and refund all running campaigns of a shop, then hide it from every space.

    `seen_cents` is the sum of the refunds shown; if it has changed since, nothing happens.
    """
    stops = queries.stops_of(merchant, at=at)
    cents = sum(stop.gross_cents for stop in stops)
    approvals.check_seen(seen_cents, cents=cents)
    for stop in stops:
        take_down(order=stop.order, seen_cents=stop.gross_cents, reason=reason, by=by, at=at)
    return _answer(merchant, ReportAnswer.Outcome.REMOVED, reason, by=by, at=at)


@transaction.atomic
def unblock_merchant(*, merchant: Merchant, reason: str, by: User, at: dt.datetime) -> ReportAnswer:
    """Show a blocked shop in the spaces around it again; stopped campaigns stay stopped."""
    merging.check_not_merged(merchant)
    return _answer(merchant, ReportAnswer.Outcome.RESTORED, reason, by=by, at=at)


@transaction.atomic
def merge_merchant(
    *, double: Merchant, into: str, admits: bool, reason: str, by: User, at: dt.datetime
) -> Merchant:
    """Merge a shop that was signed up twice into the shop that stays, by its reference.

    Offers that go on pass to the shop that stays, with their codes, and so do recommendations.
    Campaigns and payments that go on must end first. Raises Refused.
    """
    stays = merchants.by_reference(into.strip().upper())
    merging.check_nothing_is_paid_for(queries.open_business(double, at=at))
    near = [space.tenant.schema_name for space in reach_of(double).spaces]
    merged = merge(
        double_id=double.pk,
        into_id=stays.pk if stays else None,
        admits=admits,
        reason=reason,
        by=by,
        at=at,
    )
    if stays is not None:
        pass_on(double=merged, into=stays, at=at)
        catalogue_hooks.shops_merged.ask(merged.reference, stays.reference)
    revision.renew_in(near)
    return merged


def _answer(
    merchant: Merchant, outcome: str, reason: str, *, by: User, at: dt.datetime
) -> ReportAnswer:
    """Change the page and record the decision, which also answers members' pending reports."""
    thing = Thing(merchant, None)
    return answer_reports(thing=thing, outcome=outcome, words=reason, seen_cents=0, by=by, at=at)
