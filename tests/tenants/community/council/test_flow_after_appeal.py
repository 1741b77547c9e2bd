"""A won appeal gives a council its part back: each figure of the month counts it."""

import datetime as dt

import pytest

from billing.adjustments.settlement import disputes
from billing.models import Council, OwnShare, Payment
from billing.orders.settlement import payments
from billing.stripe.gateway.values import BalanceTransaction
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.community.council.queries.flows import flow_of, shares_of_month
from tests.factories.billing import make_campaign, make_council, make_paid_session
from tests.factories.stripe_objects import stripe_dispute_of
from tests.fixtures.people import AT

# The council keeps 1 229,55 € of one sale; of the other 22,15 € are lost, then given back.
REMAINING_CENTS, SHARE_CENTS = 122_955, 2_215
MONTH_CENTS = 125_170


@pytest.fixture
def contested(in_north: None, bakery: Merchant) -> Payment:
    """Return the payment of the second of two sales of a month, lost in a dispute."""
    with schema.in_public():
        make_council("north")
        sold(bakery, 307_388)
        payment = sold(bakery, 5_537)
        decide(payment, "lost", taken(payment))
    return payment


def sold(shop: Merchant, net_cents: int) -> Payment:
    campaign = make_campaign(shop, {"north": net_cents}, at=AT)
    payment_id, session = make_paid_session(campaign, at=AT)
    payments.apply_snapshot(payment_id, session, at=AT)
    return Payment.objects.get(pk=payment_id)


def taken(payment: Payment) -> BalanceTransaction:
    cents = payment.amount_cents
    return BalanceTransaction("txn_taken", -cents, 0, -cents, made_at=AT)


def decide(payment: Payment, status: str, *moves: BalanceTransaction) -> None:
    snapshot = stripe_dispute_of(
        payment, AT, amount_cents=payment.amount_cents, balance_transactions=moves, status=status
    )
    disputes.apply_snapshot(payment.pk, snapshot, at=AT)


def test_flow_counts_what_an_appeal_gave_back(contested: Payment) -> None:
    with schema.in_public():
        reference = Council.objects.get().reference
    months = shares_of_month(dt.date(2026, 11, 1), [reference])
    lost = flow_of(months, share_cents=REMAINING_CENTS, are_others=False)
    assert (lost.whole.share_cents, lost.gap_cents) == (REMAINING_CENTS, 0)
    cents = contested.amount_cents
    with schema.in_public():
        given = BalanceTransaction("txn_given", cents, 0, cents, made_at=AT)
        decide(contested, "won", taken(contested), given)
    share = OwnShare.objects.latest("pk")
    assert share.amount_cents + share.restored_cents == SHARE_CENTS
    months = shares_of_month(dt.date(2026, 11, 1), [reference])
    won = flow_of(months, share_cents=MONTH_CENTS, are_others=False)
    assert (won.whole.share_cents, won.gap_cents) == (MONTH_CENTS, 0)
    assert won.drawing is not None
    assert [fate.cents for fate in won.drawing.fates] == [0, MONTH_CENTS], "it has not left yet"
