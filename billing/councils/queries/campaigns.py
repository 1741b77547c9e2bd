"""Amounts of a campaign for its merchant: the price paid, and the parts of councils."""

from django.db.models import Sum

from billing.models import OrderLine, Sale, Share
from saas.kernel.offers.catalogue_hooks import CampaignCost, CouncilPart


def shares_of_campaign(reference: str) -> list[CouncilPart]:
    """Return the part of each council in the sales of a campaign, after refunds."""
    shares = Share.objects.filter(sale__order__campaign__reference=reference).order_by()
    rows = shares.values("council__name").annotate(cents=Sum("amount_cents"))
    return [CouncilPart(row["council__name"], row["cents"]) for row in rows.order_by("-cents")]


def cost_of_campaign(reference: str) -> CampaignCost | None:
    """Return the amounts paid for a campaign, discounts deducted, or None without a sale."""
    sale = Sale.objects.filter(order__campaign__reference=reference).first()
    if sale is None:
        return None
    lines = OrderLine.objects.filter(order=sale.order_id).order_by()
    return CampaignCost(
        flights=dict(lines.values_list("flight_id", "net_cents")),
        net_cents=sale.net_cents,
        gross_cents=sale.gross_cents,
        refunded_cents=sale.refunded_cents,
    )
