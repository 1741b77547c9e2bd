"""A refund that waits at the bank, asks the merchant, is called off; a debit that comes back."""

import datetime as dt

from billing.adjustments.actions.refunds import pay_refund_otherwise, request_refund
from billing.adjustments.queries.due import refunds_to_mail
from billing.adjustments.queries.refunds import refund_view
from billing.ledger.settlement import reconcile
from billing.models import Case, Claim, Dispute, Order, Payment, Refund, Sale, Share, Transfer
from billing.stripe.gateway.client import client
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.billing.adjustments.settlement.test_refunds import shares
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import BALANCED, Till, begins_with, books, sold_in_north

pytestmark = [*BALANCED, begins_with(sold_in_north)]

A_WEEK = dt.timedelta(days=7, hours=1)  # a debit begins some seconds after the test


def waiting(till: Till, order: Order, operator: User) -> Refund:
    """A refund of 80.00 that the bank has not taken yet."""
    till.simulator.pull("faults", kind="pending_refund", path="refund.created", times="1")
    refund = request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "pending"
    return refund


def bring(till: Till, refund: Refund, state: str) -> Refund:
    till.simulator.pull(f"refund/{refund.stripe_id}/{state}")
    till.settle()
    refund.refresh_from_db()
    return refund


def test_a_refund_that_waits_at_the_bank_is_credited_at_once(
    till: Till, order: Order, operator: User
) -> None:
    refund = waiting(till, order, operator)
    assert shares() == [(5_333, "held")]
    assert bring(till, refund, "succeeded").state == "succeeded"
    assert books("receivable") == 0


def test_a_refund_that_asks_the_merchant_for_a_bank_account_goes_on(
    till: Till, order: Order, operator: User
) -> None:
    refund = waiting(till, order, operator)
    assert bring(till, refund, "requires_action").state == "requires_action"
    view = refund_view(refund.reference)
    assert view
    assert "attend sa réponse" in view.line.next_words
    assert bring(till, refund, "succeeded").state == "succeeded"


def test_a_refund_that_is_called_off_after_its_credit_note_is_paid_by_other_means(
    till: Till, order: Order, operator: User
) -> None:
    refund = bring(till, waiting(till, order, operator), "canceled")
    assert (refund.state, books("receivable")) == ("canceled", -8_000)
    assert [row.pk for row in refunds_to_mail()] in ([], [refund.pk])
    pay_refund_otherwise(refund=refund, how="virement", by=operator, at=till.at)
    assert (books("receivable"), books("bank.transit")) == (0, -8_000)


def test_a_refund_of_the_dashboard_that_failed_before_any_event_came_leaves_no_case(
    till: Till, order: Order
) -> None:
    payment = Payment.objects.get(order=order)
    made = client().v1.refunds.create({"payment_intent": payment.payment_intent, "amount": 6_000})
    till.simulator.pull(f"refund/{made.id}/failed")
    till.simulator.pull("clock/advance", days="1")
    now = dt.datetime.fromtimestamp(till.simulator.pull("clock")["now"], dt.UTC)
    run = reconcile.reconcile(at=now)
    assert (run.state, run.differing, Case.objects.count()) == ("agrees", 0, 0)
    refund = Refund.objects.get()
    assert (refund.state, refund.problem) == ("failed", "expired_or_canceled_card")
    assert (books("receivable"), shares()) == (0, [(8_000, "held")])
    assert not refunds_to_mail()
    till.settle()
    assert (Refund.objects.count(), books("receivable")) == (1, 0)


def by_debit(till: Till, shop: Merchant, outcome: str) -> Order:
    make_council("north")
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at, days=60))
    till.pay(order, outcome)
    till.settle()
    till.simulator.pull("clock/advance", to=(till.at + A_WEEK).isoformat())
    till.settle()
    order.refresh_from_db()
    return order


@begins_with(None)
def test_a_refund_of_a_debit_waits_at_the_bank(till: Till, shop: Merchant, operator: User) -> None:
    order = by_debit(till, shop, "sepa")
    assert order.state == "paid"
    refund = request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "pending"
    till.simulator.pull("clock/advance", to=(till.at + 2 * A_WEEK).isoformat())
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "succeeded"


@begins_with(None)
def test_a_debit_that_the_bank_sends_back_is_lost_at_once_and_stops_the_campaign(
    till: Till, shop: Merchant
) -> None:
    order = by_debit(till, shop, "sepa_sent_back")
    assert order.state == "paid"
    till.simulator.pull("clock/advance", to=(till.at + 4 * A_WEEK).isoformat())
    till.settle()
    assert (Dispute.objects.get().state, Campaign.objects.get().state) == ("lost", "stopped")
    assert shares() == [(0, "cancelled")]


@begins_with(None)
def test_reversal_in_stripes_dashboard_opens_a_case(till: Till, shop: Merchant) -> None:
    till.active_account(make_council("north"))
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    transfer = Transfer.objects.get()
    till.simulator.pull(f"reversal/{transfer.stripe_id}", amount="1000")
    till.settle()
    till.settle()
    case = Case.objects.get()
    assert (case.kind, case.stripe_cents) == ("unasked", 1_000)
    assert Claim.objects.get().state == "done"
    assert Share.objects.get().state == "partly_reversed"


@begins_with(None)
def test_payment_of_a_campaign_withdrawn_meanwhile_goes_back_whole(
    till: Till, shop: Merchant
) -> None:
    make_council("north")
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    order = till.open(campaign)
    till.pay(order)
    Campaign.objects.filter(pk=campaign.pk).update(withdrawn_at=till.at)
    till.settle()
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.get()
    assert (refund.origin, refund.state, refund.amount_cents) == ("withdrawn", "succeeded", 24_000)
    assert Sale.objects.get().refunded_cents == 24_000
    assert not Share.objects.exclude(state="cancelled").exists()
    assert Campaign.objects.get().state == "draft"
    assert books("receivable") == 0
