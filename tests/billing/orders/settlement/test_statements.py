"""How often the database is asked while an order is settled: each statement is a round trip."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.councils.settlement import releases
from billing.models import Payment, Share, StripeCall
from billing.orders.settlement import payments
from billing.stripe.calls.send import make_call
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import HOLD, Till

pytestmark = pytest.mark.django_db


def test_an_order_is_settled_with_few_statements(till: Till, shop: Merchant) -> None:
    till.active_account(make_council("north"))
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at))
    payment: Payment = till.pay(order)
    later = till.at + HOLD
    with CaptureQueriesContext(connection) as selling:
        payments.sync(payment.pk, at=till.at)
    till.simulator.pull("clock/advance", to=later.isoformat())
    share = Share.objects.get()
    with CaptureQueriesContext(connection) as releasing:
        releases.release(share.pk, at=later)
    call = StripeCall.objects.get(kind="transfer")
    with CaptureQueriesContext(connection) as leaving:
        make_call(call.pk, at=later)
    assert Share.objects.get().state == "transferred"
    assert len(selling) <= 16
    assert len(releasing) <= 10
    assert len(leaving) <= 13
