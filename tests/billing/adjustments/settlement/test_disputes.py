"""A bank contests a payment: a question moves nothing, a dispute freezes, a decision settles."""

from billing import clock
from billing.adjustments.settlement import disputes
from billing.councils.queries.owed import owed_by_councils
from billing.models import Claim, Council, Dispute, Order, Payment, Sale, Share
from billing.orders.queries.sales import refundable_cents
from saas.catalogue.placements.models import Campaign
from tests.billing.adjustments.settlement.test_refunds import second, sent, shares, sold
from tests.fixtures.billing import BALANCED, HOLD, Till, begins_with, books

pytestmark = [*BALANCED, begins_with(sold)]

FEE = 2_000


def test_a_dispute_whose_events_are_lost_is_fetched_again(till: Till, order: Order) -> None:
    dispute = contest(till, order)
    till.simulator.pull(f"dispute/{dispute.stripe_id}/won")
    disputes.sync(dispute.pk, at=till.at)
    assert Dispute.objects.get().state == "won"


def contest(till: Till, order: Order, **details: str) -> Dispute:
    """Let the bank contest the payment of an order, and its events arrive."""
    payment = Payment.objects.get(order=order, is_duplicate=False)
    till.simulator.pull(f"dispute/{payment.charge}", **details)
    till.settle()
    return Dispute.objects.latest("pk")


def decide(till: Till, dispute: Dispute, verdict: str, **details: str) -> Dispute:
    till.simulator.pull(f"dispute/{dispute.stripe_id}/{verdict}", **details)
    till.settle()
    dispute.refresh_from_db()
    return dispute


def states() -> set[str]:
    return set(Share.objects.values_list("state", flat=True))


def test_question_of_a_bank_moves_no_money_and_freezes_nothing(till: Till, order: Order) -> None:
    dispute = contest(till, order, inquiry="true")
    assert (dispute.state, dispute.withdrawn_at) == ("warning_needs_response", None)
    assert states() == {"held"}
    assert (books("dispute.suspense"), books("fees.dispute")) == (0, 0)
    assert decide(till, dispute, "warning_closed").state == "warning_closed"
    assert refundable_cents(Sale.objects.get()) == 24_000


def test_open_dispute_takes_money_and_freezes_what_has_not_left(till: Till, order: Order) -> None:
    dispute = contest(till, order)
    assert (dispute.state, dispute.amount_cents, dispute.fee_cents) == (
        "needs_response",
        24_000,
        FEE,
    )
    assert states() == {"frozen"}
    assert (books("dispute.suspense"), books("fees.dispute")) == (24_000, FEE)
    assert refundable_cents(Sale.objects.get()) == 0
    till.let_shares_leave()
    assert states() == {"frozen"}


def test_won_dispute_gives_the_money_back_and_lets_shares_go(till: Till, order: Order) -> None:
    dispute = decide(till, contest(till, order), "won")
    assert dispute.state == "won"
    assert states() == {"held"}
    assert (books("dispute.suspense"), books("fees.dispute")) == (0, FEE)
    for council in Council.objects.order_by("pk"):
        till.active_account(council)
    till.let_shares_leave()
    assert shares() == [(3_902, "transferred"), (2_098, "transferred")]


def test_the_fee_comes_back_where_stripes_balance_says_so(till: Till, order: Order) -> None:
    decide(till, contest(till, order), "won", give_back_fee="true")
    assert (books("dispute.suspense"), books("fees.dispute")) == (0, 0)


def test_dispute_lost_before_the_transfer_leaves_councils_nothing(till: Till, order: Order) -> None:
    decide(till, contest(till, order), "lost")
    assert shares() == [(0, "cancelled"), (0, "cancelled")]
    assert (books("receivable"), books("dispute.suspense")) == (24_000, 0)
    assert (books("share.held"), books("share.cost"), books("share.owed")) == (0, 0, 0)
    assert Sale.objects.get().disputed_cents == 24_000
    assert Campaign.objects.get().state == "stopped"


@begins_with(sent)
def test_a_dispute_lost_after_the_transfer_takes_the_shares_back(till: Till, order: Order) -> None:
    dispute = contest(till, order)
    assert states() == {"transferred"}
    decide(till, dispute, "lost")
    assert shares() == [(0, "reversed"), (0, "reversed")]
    assert set(Claim.objects.values_list("dispute", "state")) == {(dispute.pk, "done")}
    assert (books("share.owed"), books("share.cost")) == (0, 0)


@begins_with(sent)
def test_a_dispute_lost_after_the_payout_is_owed_by_the_council(till: Till, order: Order) -> None:
    account = second().stripe_account
    till.simulator.pull("balance", account=account, available="0")
    decide(till, contest(till, order), "lost")
    assert [row.cents for row in owed_by_councils()] == [2_098]
    assert shares()[0] == (0, "reversed")


def test_a_part_that_is_lost_counts_as_a_part_that_is_refunded(till: Till, order: Order) -> None:
    dispute = decide(till, contest(till, order, amount="8000"), "lost")
    assert dispute.counted_cents == 8_000
    assert shares() == [(2_602, "held"), (1_398, "held")]
    assert refundable_cents(Sale.objects.get()) == 16_000
    assert Campaign.objects.get().state == "paid"


@begins_with(sent)
def test_an_appeal_that_is_lost_changes_nothing(till: Till, order: Order) -> None:
    dispute = decide(till, contest(till, order), "lost")
    decide(till, dispute, "appeal_lost")
    assert shares() == [(0, "reversed"), (0, "reversed")]
    assert books("receivable") == 24_000


@begins_with(sent)
def test_won_appeal_brings_money_back_and_each_council_its_part(till: Till, order: Order) -> None:
    dispute = decide(till, contest(till, order), "lost")
    assert decide(till, dispute, "appeal_won").state == "won"
    assert (books("receivable"), books("dispute.suspense")) == (0, 0)
    assert (books("share.cost"), books("share.due")) == (6_000, -6_000)
    assert Sale.objects.get().disputed_cents == 0
    till.simulator.pull("balance")
    clock.release(at=till.at + HOLD)
    till.jobs.run()
    given = dispute.restitutions.order_by("pk").values_list("amount_cents", "state")
    assert list(given) == [(3_902, "done"), (2_098, "done")]
    assert books("share.due") == 0
