"""A paid campaign leaves the spaces whose council refuses it, and what has not run there goes back.

It is reckoned as for a campaign that stops, is borne by the space's own councils, and above 500 €
of one order somebody approves it.
"""

import datetime as dt
from collections import Counter

from django.db import transaction

from billing.adjustments.queries.refunds import parts_of
from billing.ledger.rules import approvals
from billing.ledger.settlement import batch
from billing.models import Refund, Sale
from billing.orders.queries import sales
from billing.orders.settlement import returns, subscriptions
from saas.catalogue.placements.actions.campaigns import stop
from saas.catalogue.placements.actions.refusals import leave_refusing_spaces
from saas.catalogue.placements.queries import refusals as campaigns


def settle_all(*, at: dt.datetime) -> int:
    """Let each campaign leave that a council refuses meanwhile; say how many there were."""
    rows = Sale.objects.filter(order__campaign__in=campaigns.campaigns_to_leave(at))
    found = dict(rows.order_by("pk").values_list("order", "order__campaign"))
    batch.each_row("order", found, lambda order_id: settle(found[order_id], at=at), at=at)
    return len(found)


@transaction.atomic
def settle(campaign_id: int, *, at: dt.datetime) -> list[Refund]:
    """Take a paid campaign out of the spaces that refuse it; doing it again changes nothing."""
    sale = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment", "order")
        .filter(order__campaign=campaign_id)
        .first()
    )
    left = leave_refusing_spaces(campaign_id=campaign_id, at=at)
    if sale is None or not left:
        return []
    cents: Counter[int] = Counter()
    for tenant_id, part in parts_of(sale.order, at=at):
        cents[tenant_id] += part.gross_cents if tenant_id in left else 0
    refunds = [_give_back(sale, tenant_id, most, at=at) for tenant_id, most in cents.items()]
    if not campaigns.runs_elsewhere(campaigns.campaign_to_leave(campaign_id), at):
        stop(campaign_id=campaign_id, at=at)
        subscriptions.end_with(sale.order)
    return [refund for refund in refunds if refund]


def _give_back(sale: Sale, tenant_id: int, most_cents: int, *, at: dt.datetime) -> Refund | None:
    cents = min(most_cents, sales.refundable_cents(sale))
    if not cents:
        return None
    waits = approvals.needs_second_person(cents, unseconded_cents=sales.unseconded_cents(sale))
    refund = Refund.objects.create(
        payment=sale.payment,
        sale=sale,
        amount_cents=cents,
        origin=Refund.Origin.REFUSED,
        refused_in_id=tenant_id,
        state=Refund.State.REQUESTED if waits else Refund.State.APPROVED,
        requested_at=at,
    )
    if not waits:
        returns.prepare_refund(refund, sale.payment)
    return refund
