"""A refund after a dispute: once the appeal was won, or of money that a bank had taken as well."""

import pytest

from billing import clock
from billing.adjustments.settlement import refunds
from billing.councils.queries.owed import owed_by_councils
from billing.models import (
    Case,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Restitution,
    Sale,
    Share,
    Subscription,
)
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.adjustments.settlement.test_losses import settle
from tests.factories.billing import make_campaign, make_council
from tests.factories.stripe_objects import stripe_refund_of
from tests.fixtures.billing import HOLD, Till, books
from tests.fixtures.months import Days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


@pytest.fixture
def council(db: None) -> Council:
    return make_council("north", rate_bp=3_000)


@pytest.fixture
def order(till: Till, shop: Merchant, council: Council) -> Order:
    """Return a paid order of 240.00, with 60.00 for the council."""
    return till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))


def win_on_appeal(till: Till, order: Order) -> None:
    dispute = decide(till, contest(till, order), "lost")
    assert decide(till, dispute, "appeal_won").state == "won"
    assert books("share.cost") == 6_000


def test_refund_after_a_won_appeal_claims_the_restitution_back(
    till: Till, order: Order, council: Council, operator: User
) -> None:
    win_on_appeal(till, order)
    till.give_back(order, 8_000, operator)
    assert books("share.cost") == 4_000
    till.give_back(order, 16_000, operator)
    assert books("share.cost") == 0
    till.active_account(council)
    till.let_shares_leave()
    assert Restitution.objects.get().state == "netted"
    assert (books("share.due"), books("share.owed")) == (0, 0)


def test_a_restitution_that_has_left_is_owed_by_its_council(
    till: Till, order: Order, council: Council, operator: User
) -> None:
    till.active_account(council)
    till.let_shares_leave()
    win_on_appeal(till, order)
    clock.release(at=till.at + HOLD)
    till.jobs.run()
    assert Restitution.objects.get().state == "done"
    till.give_back(order, 24_000, operator)
    assert (books("share.cost"), books("share.owed")) == (0, 6_000)
    assert owed_by_councils()


def test_a_refund_received_after_the_loss_of_the_same_money_is_booked(
    till: Till, order: Order, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Payment.objects.get()
    decide(till, contest(till, order), "lost")
    late_refund = stripe_refund_of(payment, till.at, id="re_late", balance_transaction="")
    monkeypatch.setattr(
        "billing.adjustments.settlement.refunds.reads.refunds_of", lambda _: [late_refund]
    )
    refunds.sync(payment.pk, at=till.at)
    sale = Sale.objects.get()
    assert (sale.refunded_cents, sale.disputed_cents) == (6_000, 24_000)
    assert books("share.cost") == 0
    dispute = Dispute.objects.get()
    settle(dispute, "credit_note", operator)
    notes = Invoice.objects.filter(kind="credit_note")
    assert sum(note.gross_cents for note in notes) == 24_000
    assert books("bad_debt") == 6_000
    decide(till, dispute, "appeal_won")
    to_be_refunded, to_be_invoiced_again = 6_000, 18_000
    assert (books("bad_debt"), books("receivable")) == (0, -to_be_refunded - to_be_invoiced_again)
    assert Case.objects.get(subject=dispute.stripe_id).stripe_cents == 18_000
    assert set(Share.objects.values_list("amount_cents", flat=True)) == {0}


def test_lost_dispute_ends_a_subscription(till: Till, running: Subscription, days: Days) -> None:
    order = Order.objects.select_related("merchant__owner").get()
    assert decide(till, contest(till, order), "lost").state == "lost"
    till.settle()
    running.refresh_from_db()
    assert running.state == "ended"
    days.pass_by(40)
    assert Order.objects.count() == Sale.objects.count() == 1
