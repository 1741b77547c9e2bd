"""Published merchants as this space sees them: without those that its council refuses."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from saas.catalogue.merchants.models import PublishedMerchant
from saas.catalogue.placements.models import OwnRefusal


def accepted_shops() -> QuerySet[PublishedMerchant]:
    """Return the published merchants that this space accepts."""
    named = Q(merchant_id=OuterRef("pk")) | Q(category=OuterRef("category"))
    refused = OwnRefusal.objects.filter(named, until=None, for_all=True)
    return PublishedMerchant.objects.filter(~Exists(refused))
