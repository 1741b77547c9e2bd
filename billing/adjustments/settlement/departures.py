"""Departures of a paid campaign from spaces that refuse it, never show it, or close before its end.

The undelivered part is refunded, computed as for a stopped campaign. The space's own councils bear
it, and above 500 € for an order an operator approves it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum

from billing.adjustments.queries.refunds import parts_of
from billing.adjustments.rules.unrun import left_of_part
from billing.ledger.rules import approvals
from billing.ledger.settlement import batch
from billing.models import Order, Refund, Sale
from billing.orders.queries import sales
from billing.orders.settlement import returns, subscriptions
from saas.catalogue.placements.actions.campaigns import stop
from saas.catalogue.placements.actions.refusals import (
    leave_ending_spaces,
    leave_refusing_spaces,
    leave_unseen_slots,
)
from saas.catalogue.placements.actions.refusals import stop_slot as leave_slot
from saas.catalogue.placements.models import Flight
from saas.catalogue.placements.queries import refusals as campaigns


def settle_all(*, at: dt.datetime) -> int:
    """Remove each campaign from spaces that cannot show it; return the number of campaigns."""
    rows = Sale.objects.filter(order__campaign__in=campaigns.campaigns_to_leave(at))
    found = dict(rows.order_by("pk").values_list("order", "order__campaign"))
    batch.each_row("order", found, lambda order_id: settle(found[order_id], at=at), at=at)
    return len(found)


@transaction.atomic
def settle(campaign_id: int, *, at: dt.datetime) -> list[Refund]:
    """Take a paid campaign out of where it is refused, unseen, or outlasts its space.

    Doing it again changes nothing.
    """
    sale = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment", "order")
        .filter(order__campaign=campaign_id)
        .earliest("pk")
    )
    before = campaigns.departures_of(campaign_id)
    refusing = leave_refusing_spaces(campaign_id=campaign_id, at=at)
    ending = leave_ending_spaces(campaign_id=campaign_id, at=at)
    unseen = leave_unseen_slots(campaign_id=campaign_id, at=at)
    if not refusing | ending | unseen:
        return []
    left = campaigns.departures_of(campaign_id).keys() - before.keys()
    refunds = [
        _give_back(sale, tenant_id, most, origin=_origin(tenant_id, refusing, ending), at=at)
        for tenant_id, most in unrun_cents(sale, left, at=at).items()
    ]
    if campaigns.has_nowhere_left(campaigns.campaign_to_leave(campaign_id), at):
        stop(campaign_id=campaign_id, at=at)
        subscriptions.end_with(sale.order)
    return [refund for refund in refunds if refund]


def give_back_contested(sale_id: int, order: Order, *, at: dt.datetime) -> None:
    """Refund a campaign's departures during a dispute, once the dispute is over.

    During the dispute no refund was possible. A refund requested then and rejected is not requested
    again.
    """
    left = campaigns.departures_of(order.campaign_id)
    if not left:
        return
    refusing = campaigns.refusing_spaces(order.campaign_id)
    ending = campaigns.ended_spaces(order.campaign_id)
    sale = Sale.objects.select_related("payment", "order").get(pk=sale_id)
    requested = Refund.objects.filter(sale=sale, refused_in__isnull=False)
    for tenant_id, whole in unrun_cents(sale, left, at=at).items():
        here = requested.filter(refused_in=tenant_id)
        known = int(here.aggregate(cents=Sum("amount_cents", default=0))["cents"])
        origin = _origin(tenant_id, refusing, ending)
        _give_back(sale, tenant_id, whole - known, origin=origin, at=at)


def stop_slot(sale: Sale, flight: Flight, *, at: dt.datetime) -> Refund | None:
    """Take a paid campaign out of a single slot, and refund what has not run there."""
    leave_slot(flight=flight, at=at)
    cents = unrun_cents(sale, [flight.pk], at=at)[flight.tenant_id]
    return _give_back(sale, flight.tenant_id, cents, origin=Refund.Origin.PART, at=at)


def unrun_cents(sale: Sale, left: Collection[int], *, at: dt.datetime) -> Counter[int]:
    """Return the undelivered cents by space for departed flights, less earlier refunds.

    A refund spread over all flights lowered theirs, too: if it were not subtracted, the other
    flights would pay for it.
    """
    cents: Counter[int] = Counter()
    for flight, part in parts_of(sale.order, at=at):
        cents[flight.tenant_id] += part.gross_cents if flight.pk in left else 0
    returned_cents = sales.returned_alike_cents(sale)
    for tenant_id, whole in cents.items():
        cents[tenant_id] = left_of_part(
            whole, gross_cents=sale.gross_cents, returned_cents=returned_cents
        )
    return cents


def _origin(tenant_id: int, refusing: Collection[int], ending: Collection[int]) -> Refund.Origin:
    if tenant_id in refusing:
        return Refund.Origin.REFUSED
    return Refund.Origin.ENDED if tenant_id in ending else Refund.Origin.DARK


def _give_back(
    sale: Sale, tenant_id: int, most_cents: int, *, origin: Refund.Origin, at: dt.datetime
) -> Refund | None:
    cents = min(most_cents, sales.refundable_cents(sale))
    if cents <= 0:
        return None
    waits = approvals.needs_second_person(cents, unseconded_cents=sales.unseconded_cents(sale))
    refund = Refund.objects.create(
        payment=sale.payment,
        sale=sale,
        amount_cents=cents,
        origin=origin,
        refused_in_id=tenant_id,
        state=Refund.State.REQUESTED if waits else Refund.State.APPROVED,
        requested_at=at,
    )
    if not waits:
        returns.prepare_refund(refund, sale.payment)
    return refund
