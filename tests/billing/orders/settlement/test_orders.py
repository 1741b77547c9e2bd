"""How an order is held and placed: lightly, before its campaign, and at no price below a card's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.adjustments.settlement import disputes, refunds
from billing.models import Order, Payment
from billing.orders.settlement import orders
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import prices as campaigns
from saas.kernel.errors import Refused
from tests.factories.billing import make_campaign, make_paid_session
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of
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
def test_unpayable_price_is_not_ordered(shop: Merchant, *, net_cents: int, is_placed: bool) -> None:
    campaign = make_campaign(shop, {"north": net_cents}, at=AT)
    quote, by = campaigns.quote_of(campaign.pk, at=AT), User.objects.get(pk=shop.owner_id)
    if is_placed:
        assert orders.place(campaign, quote, by=by, at=AT).gross_cents == 50
    else:
        with pytest.raises(Refused, match="0,50"):
            orders.place(campaign, quote, by=by, at=AT)
    assert Order.objects.exists() is is_placed


@contextmanager
def order_is_held_lightly() -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    held = [one["sql"] for one in queries if 'FROM "billing_order"' in one["sql"]]
    held = [sql for sql in held if " FOR " in sql]
    assert held
    assert [sql for sql in held if " FOR NO KEY UPDATE" not in sql] == []


def test_refunded_order_is_held_lightly(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    stripe_dispute = stripe_refund_of(payment, AT, amount_cents=24_000)
    monkeypatch.setattr(reads, "refunds_of", lambda _: [stripe_dispute])
    with order_is_held_lightly():
        refunds.sync(payment.pk, at=AT)
    assert Order.objects.get().state == "refunded"


def test_an_order_is_held_lightly_while_its_payment_is_lost(payment: Payment) -> None:
    gone = BalanceTransaction("txn_1", -24_000, 0, -24_000, made_at=AT)
    stripe_dispute = stripe_dispute_of(payment, AT, status="lost", balance_transactions=(gone,))
    with order_is_held_lightly():
        disputes.apply_snapshot(payment.pk, stripe_dispute, at=AT)
