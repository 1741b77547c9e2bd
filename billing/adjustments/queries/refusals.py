"""Money that a refusal of a council sends back."""

import datetime as dt

from django.db.models import Q

from billing.adjustments.queries.refunds import parts_of
from billing.orders.queries.operators import order_that_shows
from saas.catalogue.placements.models import Campaign


def refused_cents(
    *, merchant: str, category: str, campaign: str, schema_name: str, at: dt.datetime
) -> int:
    """Return the cents that go back if a space refuses a merchant, a category or an ad now."""
    campaigns = Campaign.objects.filter(
        _named(merchant, category, campaign),
        state=Campaign.State.PAID,
        flights__tenant__schema_name=schema_name,
        flights__ends_on__gte=at.date(),
    )
    orders = (order_that_shows(pk) for pk in campaigns.values_list("pk", flat=True).distinct())
    return sum(
        part.gross_cents
        for order in orders
        if order is not None
        for flight, part in parts_of(order, at=at)
        if flight.tenant.schema_name == schema_name
    )


def _named(merchant: str, category: str, campaign: str) -> Q:
    if merchant:
        return Q(merchant__reference=merchant)
    if category:
        return Q(merchant__category=category)
    ad = Campaign.objects.filter(reference=campaign).first()
    if ad is None:
        return Q(pk=None)
    return Q(merchant=ad.merchant_id, headline=ad.headline, text=ad.text, offer=ad.offer)
