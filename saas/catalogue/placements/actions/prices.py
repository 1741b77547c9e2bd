"""Actions on prices: a version is published."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.placements.models import Price, PriceList
from saas.catalogue.placements.rules import price_lists as price_list_rules
from saas.catalogue.placements.rules import prices as price_rules


@transaction.atomic
def publish_prices(
    *,
    prices: Sequence[price_rules.NewPrice],
    limits: price_rules.Limits,
    valid_from: dt.datetime,
    note: str,
    by: User,
    at: dt.datetime,
) -> PriceList:
    """Add a version of the prices, valid from a future moment; earlier versions never change.

    Called by billing, for an operator.
    """
    price_list_rules.check_prices(prices, limits, valid_from=valid_from, at=at)
    newest = PriceList.objects.order_by("-version").first()
    price_list = PriceList(
        version=newest.version + 1 if newest else 1,
        valid_from=valid_from,
        least_net_cents=limits.least_net_cents,
        most_net_cents=limits.most_net_cents,
        note=note,
        made_by=by,
        made_at=at,
    )
    price_list.full_clean()
    price_list.save()
    Price.objects.bulk_create(Price(price_list=price_list, **one._asdict()) for one in prices)
    return price_list
