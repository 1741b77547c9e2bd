"""A part of a sale is taken back from its merchant: the paper and the books at once."""

import datetime as dt

from billing.adjustments.queries.disputes import credited_cents
from billing.ledger import posting
from billing.ledger.rules import postings, split
from billing.models import Dispute, Refund, Sale
from billing.papers.settlement import invoices
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign


def credit(
    sale: Sale,
    cents: int,
    *,
    key: str,
    source: str,
    returned_at: dt.datetime,
    at: dt.datetime,
    refund: Refund | None = None,
    dispute: Dispute | None = None,
) -> None:
    """Write a credit note of `cents`, tax included, after the earlier credit notes of the sale.

    Ledger and credit note bear the moment at which the money went back.
    """
    before = credited_cents(sale)
    amounts = split.credit_of(
        net_cents=sale.net_cents,
        gross_cents=sale.gross_cents,
        refunded_before=before,
        refunded_after=before + cents,
    )
    invoices.credit(sale, refund, amounts, returned_at=returned_at, at=at, dispute=dispute)
    posting.post(
        key,
        postings.credited(
            net_cents=amounts.net_cents,
            vat_cents=amounts.vat_cents,
            merchant_id=sale.merchant_id,
            sale_id=sale.pk,
        ),
        kind="credited",
        at=returned_at,
        source=source,
    )


def stop_campaign(campaign_id: int, *, at: dt.datetime) -> None:
    """Stop a campaign with a fully refunded price; a withdrawn campaign never ran."""
    if Campaign.objects.filter(pk=campaign_id, state=Campaign.State.PAID).exists():
        placements.stop(campaign_id=campaign_id, at=at)
