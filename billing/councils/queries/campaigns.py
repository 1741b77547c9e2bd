"""Amounts of a campaign for its merchant: the price paid, and the parts of councils."""

from collections.abc import Collection

from django.db.models import Sum

from billing.models import OrderLine, Refund, Sale, Share
from saas.catalogue.placements.models import CampaignDeparture, Flight
from saas.kernel.offers.catalogue_hooks import CampaignCost, CouncilPart


def shares_of_campaign(reference: str) -> list[CouncilPart]:
    """Return the part of each council in the sales of a campaign, after refunds."""
    shares = Share.objects.filter(sale__order__campaign__reference=reference).order_by()
    rows = shares.values("council__name").annotate(cents=Sum("amount_cents"))
    return [CouncilPart(row["council__name"], row["cents"]) for row in rows.order_by("-cents")]


def cost_of_campaign(reference: str) -> CampaignCost | None:
    """Return the amounts paid for a campaign, discounts deducted, or None without a sale."""
    sales = Sale.objects.filter(order__campaign__reference=reference).select_related("order")
    sale = sales.first()
    if sale is None:
        return None
    lines = OrderLine.objects.filter(order=sale.order_id).order_by()
    paid = dict(lines.values_list("flight_id", "net_cents"))
    return CampaignCost(
        flights=paid,
        left=_left_of_flights(sale, paid),
        refunded_cents=sale.refunded_cents,
    )


def _left_of_flights(sale: Sale, paid: dict[int, int]) -> dict[int, int]:
    """Return the net cents of each flight that were not refunded.

    A refund for a space or a slot lowers only its flights, any other refund all flights alike.
    """
    if not sale.net_cents:
        return dict.fromkeys(paid, 0)
    left = {flight: cents * sale.gross_cents // sale.net_cents for flight, cents in paid.items()}
    own = Refund.objects.filter(sale=sale, refused_in__isnull=False, accepted_at__isnull=False)
    alike_cents = sale.refunded_cents
    for refund in own.order_by("pk"):
        _lower(left, _flights_of(refund, sale) & left.keys(), refund.amount_cents)
        alike_cents -= refund.amount_cents
    _lower(left, left.keys(), max(alike_cents, 0))
    return {flight: cents * sale.net_cents // sale.gross_cents for flight, cents in left.items()}


def _flights_of(refund: Refund, sale: Sale) -> set[int]:
    """Return the flights that a refund of a space is for: those that left then, or all there."""
    campaign_id, tenant_id = sale.order.campaign_id, refund.refused_in_id
    left = CampaignDeparture.objects.filter(
        campaign=campaign_id, tenant=tenant_id, left_at=refund.requested_at
    )
    slots = set(left.values_list("slot", flat=True))
    there = Flight.objects.filter(campaign=campaign_id, tenant=tenant_id)
    found = there.values_list("pk", "slot")
    return {flight for flight, slot in found if not slots or "" in slots or slot in slots}


def _lower(left: dict[int, int], flights: Collection[int], cents: int) -> None:
    """Take an amount from some flights in proportion to what is left of them."""
    whole = sum(left[flight] for flight in flights)
    if not whole or not cents:
        return
    remaining = max(whole - cents, 0)
    for flight in flights:
        left[flight] = left[flight] * remaining // whole
