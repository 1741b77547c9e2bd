"""Rows about an order are written without waiting for its refunds or disputes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.adjustments.settlement import disputes, refunds
from billing.models import Order, Payment
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@contextmanager
def order_is_held_lightly() -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    held = [one["sql"] for one in queries if 'FROM "billing_order"' in one["sql"]]
    held = [sql for sql in held if " FOR " in sql]
    assert held
    assert [sql for sql in held if " FOR NO KEY UPDATE" not in sql] == []


def test_an_order_is_held_lightly_while_it_is_refunded(
    payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
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
