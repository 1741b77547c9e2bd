"""Parts of a campaign that councils receive, for its merchant."""

from django.db.models import Sum

from billing.models import Share
from saas.kernel.offers.catalogue_hooks import CouncilPart


def shares_of_campaign(reference: str) -> list[CouncilPart]:
    """Return the part of each council in the sales of a campaign, after refunds."""
    shares = Share.objects.filter(sale__order__campaign__reference=reference).order_by()
    rows = shares.values("council__name").annotate(cents=Sum("amount_cents"))
    return [CouncilPart(row["council__name"], row["cents"]) for row in rows.order_by("-cents")]
