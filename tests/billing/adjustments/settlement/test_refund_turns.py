"""A refund that waits for a bank or for funds, or is called off; a debit that comes back."""

import datetime as dt

from django.core import mail

from billing.adjustments.actions.refunds import pay_refund_otherwise
from billing.adjustments.queries.due import refunds_to_mail
from billing.adjustments.queries.refunds import refund_view
from billing.adjustments.settlement import disputes
from billing.ledger.settlement import reconcile
from billing.models import Case, Dispute, Order, Payment, Refund, Sale
from billing.stripe.gateway import reads
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
    refund = till.give_back(order, 8_000, operator)
    assert refund.state == "pending"
    return refund


def bring(till: Till, refund: Refund, state: str) -> Refund:
    till.simulator.pull(f"refund/{refund.stripe_id}/{state}")
    till.settle()
    refund.refresh_from_db()
    return refund


def test_refund_waiting_at_a_bank_is_credited(till: Till, order: Order, operator: User) -> None:
    refund = waiting(till, order, operator)
    assert shares() == [(5_333, "held")]
    assert bring(till, refund, "succeeded").state == "succeeded"
    assert books("receivable") == 0


def test_refund_that_asks_for_an_account_goes_on(till: Till, order: Order, operator: User) -> None:
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


def test_dashboard_refund_failed_before_its_event_leaves_no_case(till: Till, order: Order) -> None:
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
    order = till.buy(make_campaign(shop, {"north": 20_000}, at=till.at, days=60), outcome)
    till.simulator.pull("clock/advance", to=(till.at + A_WEEK).isoformat())
    till.settle()
    order.refresh_from_db()
    return order


def moment_of(event: str) -> dt.datetime:
    [one] = client().v1.events.list({"type": event}).data
    return dt.datetime.fromtimestamp(one.created, dt.UTC)


@begins_with(None)
def test_debit_and_its_loss_bear_the_moments_of_their_banks(till: Till, shop: Merchant) -> None:
    order = by_debit(till, shop, "sepa_sent_back")
    agreed_at = moment_of("checkout.session.async_payment_succeeded")
    assert Sale.objects.get(order=order).collected_at == agreed_at
    till.simulator.pull("clock/advance", to=(till.at + 4 * A_WEEK).isoformat())
    [dispute] = client().v1.disputes.list().data
    disputes.apply_snapshot(
        Payment.objects.get(order=order).pk, reads.dispute(dispute.id), at=till.at + 5 * A_WEEK
    )
    assert Dispute.objects.get().closed_at == moment_of("charge.dispute.closed")


@begins_with(None)
def test_a_refund_of_a_debit_waits_at_the_bank(till: Till, shop: Merchant, operator: User) -> None:
    order = by_debit(till, shop, "sepa")
    assert order.state == "paid"
    refund = till.give_back(order, 8_000, operator)
    assert refund.state == "pending"
    till.simulator.pull("clock/advance", to=(till.at + 2 * A_WEEK).isoformat())
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "succeeded"


@begins_with(None)
def test_debit_sent_back_is_lost_at_once_and_stops_the_campaign(till: Till, shop: Merchant) -> None:
    order = by_debit(till, shop, "sepa_sent_back")
    assert order.state == "paid"
    till.simulator.pull("clock/advance", to=(till.at + 4 * A_WEEK).isoformat())
    mail.outbox.clear()
    till.settle()
    assert (Dispute.objects.get().state, Campaign.objects.get().state) == ("lost", "stopped")
    assert any("a repris 240,00\u00a0€" in str(message.body) for message in mail.outbox)
    assert shares() == [(0, "cancelled")]
