"""A refund that our balance at Stripe does not cover: accepted, told, and sent later."""

import pytest

from billing.adjustments.actions.refunds import request_refund
from billing.adjustments.queries.refunds import refunds_page
from billing.models import Invoice, Order, Refund
from billing.orders.queries.desk import order_page
from saas.catalogue.merchants.models import Merchant
from saas.console.queries.needs import needs
from tests.factories.billing import make_campaign, make_council, make_merchant_user
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db


def test_refund_without_funds_waits_says_so_and_goes_once_money_comes(
    till: Till, shop: Merchant
) -> None:
    make_council("north")
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.simulator.pull("balance", available="1000")
    by = make_merchant_user("Opale")
    refund = request_refund(order=order, amount_cents=24_000, by=by, at=till.at)
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.get(pk=refund.pk)
    assert (refund.state, refund.problem) == ("pending", "waits_for_funds")
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    own = Order.objects.select_related("campaign", "merchant", "promotion").get(pk=order.pk)
    (note,) = order_page(own, came_back="").notes
    assert "dès que notre compte chez lui le permet" in note.text
    (line,), _page = refunds_page(state="pending", words="", number="1")
    assert "Alimentez le solde" in line.next_words
    assert any("attend notre solde" in need.text for need in needs(at=till.at))
    till.simulator.pull("balance", change="30000")
    till.simulator.pull("clock/advance", seconds="1")
    till.settle()
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("succeeded", "")
