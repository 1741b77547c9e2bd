"""How an order is held and placed: in one order of locks, and at no price that no card pays."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.models import Order
from billing.orders.settlement import orders
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import prices as campaigns
from saas.kernel.errors import Refused
from tests.factories.billing import make_campaign, make_paid_session
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

HELD = re.compile(r'FROM "(\w+)" .*FOR UPDATE', re.DOTALL)


def test_order_is_locked_before_its_campaign(campaign: Campaign) -> None:
    make_paid_session(campaign, at=AT)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        held = orders.hold(campaign)
    assert held == Order.objects.get()
    found = [match[1] for query in queries if (match := HELD.search(query["sql"]))]
    assert found == ["billing_order", "placements_campaign"]


@pytest.mark.parametrize(("net_cents", "is_placed"), [(41, False), (42, True)])
def test_price_that_no_card_pays_is_not_ordered(
    shop: Merchant, *, net_cents: int, is_placed: bool
) -> None:
    campaign = make_campaign(shop, {"north": net_cents}, at=AT)
    quote, by = campaigns.quote_of(campaign.pk, at=AT), User.objects.get(pk=shop.owner_id)
    if is_placed:
        assert orders.place(campaign, quote, by=by, at=AT).gross_cents == 50
    else:
        with pytest.raises(Refused, match="0,50"):
            orders.place(campaign, quote, by=by, at=AT)
    assert Order.objects.exists() is is_placed
