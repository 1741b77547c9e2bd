"""A buyer's bank takes a payment back: money, fee, evidence, deadlines, verdicts, appeals."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, refused


def opened(sim: Simulator, cents: int = 24000, **more: object) -> Any:
    lever = sim.lever(f"dispute/{sim.charge(cents)}", **more)
    return sim.v1.disputes.retrieve(lever["id"])


def types(sim: Simulator) -> list[str]:
    return [kind.removeprefix("charge.dispute.") for kind in sim.kinds("charge.dispute.*")]


def again(sim: Simulator, dispute: Any) -> Any:
    return sim.v1.disputes.retrieve(dispute.id)


def test_a_dispute_takes_the_amount_and_a_fee_at_once(sim: Simulator) -> None:
    charge = sim.charge(24000)
    before = sum(sim.balance())
    sim.lever(f"dispute/{charge}", reason="product_not_received")
    dispute = sim.v1.disputes.list({"charge": charge}).data[0]
    movement = dispute.balance_transactions[0]
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (movement.type, movement.amount) == ("adjustment", -24000)
    assert (movement.fee, movement.net) == (2000, -26000)
    assert (movement.reporting_category, movement.source) == ("dispute", dispute.id)
    assert sum(sim.balance()) == before - 26000
    assert sim.v1.charges.retrieve(charge).disputed
    assert types(sim) == ["created", "funds_withdrawn"]


@pytest.mark.parametrize(("back", "cents"), [(False, 24000), (True, 26000)])
def test_a_won_dispute_gives_the_amount_back_and_the_fee_only_on_demand(
    sim: Simulator, *, back: bool, cents: int
) -> None:
    dispute = opened(sim)
    before = sum(sim.balance())
    sim.lever(f"dispute/{dispute.id}/won", give_back_fee=back)
    assert again(sim, dispute).status == "won"
    assert sum(sim.balance()) == before + cents
    assert types(sim)[2:] == ["funds_reinstated", "updated", "closed"]


def test_a_lost_dispute_moves_nothing_more_and_an_appeal_can_win_it(sim: Simulator) -> None:
    dispute = opened(sim)
    before = sum(sim.balance())
    sim.lever(f"dispute/{dispute.id}/lost")
    assert sum(sim.balance()) == before
    sim.lever(f"dispute/{dispute.id}/appeal")
    assert again(sim, dispute).status == "appeal_needs_response"
    sim.v1.disputes.update(dispute.id, {"evidence": {"receipt": "file_1"}})
    assert again(sim, dispute).status == "appeal_under_review"
    sim.lever(f"dispute/{dispute.id}/appeal_won")
    assert again(sim, dispute).status == "won"
    assert sum(sim.balance()) == before + 24000


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(sim: Simulator) -> None:
    dispute = opened(sim, inquiry=True)
    before = sum(sim.balance())
    assert dispute.status == "warning_needs_response"
    assert (dispute.is_charge_refundable, dispute.balance_transactions) == (True, [])
    evidence = {"uncategorized_text": "escalate_inquiry_evidence"}
    sim.v1.disputes.update(dispute.id, {"evidence": evidence})
    assert again(sim, dispute).status == "needs_response"
    assert sum(sim.balance()) == before - 26000
    assert types(sim) == ["created", "updated", "funds_withdrawn", "updated"]


def test_giving_the_money_back_ends_an_inquiry(sim: Simulator) -> None:
    dispute = opened(sim, inquiry=True)
    sim.v1.refunds.create({"charge": dispute.charge})
    assert again(sim, dispute).status == "warning_closed"


def test_evidence_can_be_prepared_first_and_sent_later(sim: Simulator) -> None:
    dispute, disputes = opened(sim), sim.v1.disputes
    staged = disputes.update(dispute.id, {"evidence": {"customer_name": "B"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = disputes.update(dispute.id, {"submit": True})
    assert (sent.status, sent.evidence.customer_name) == ("under_review", "B")
    assert sent.evidence_details.submission_count == 1
    with refused("under_review"):
        disputes.update(dispute.id, {"evidence": {"customer_name": "C"}})
    sim.advance(days=30)
    assert again(sim, dispute).status == "under_review", "the clock loses no answered dispute"


@pytest.mark.parametrize(
    ("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_the_words_of_the_test_mode_decide_at_once(sim: Simulator, text: str, status: str) -> None:
    dispute = opened(sim)
    changed = sim.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}})
    assert changed.status == status
    assert types(sim)[-1] == "closed"


@pytest.mark.parametrize(("inquiry", "status"), [(False, "lost"), (True, "warning_closed")])
def test_a_dispute_that_nobody_answers_ends_by_the_clock(
    sim: Simulator, *, inquiry: bool, status: str
) -> None:
    dispute = opened(sim, inquiry=inquiry)
    assert dispute.evidence_details.due_by
    an_hour = 3600
    sim.advance(to=str(dispute.evidence_details.due_by - an_hour))
    assert again(sim, dispute).status == dispute.status
    sim.advance(seconds=an_hour + 1)
    late = again(sim, dispute)
    assert (late.status, late.evidence_details.past_due) == (status, True)


def test_giving_up_loses(sim: Simulator) -> None:
    dispute = opened(sim)
    assert sim.v1.disputes.close(dispute.id).status == "lost"
    with refused("closed"):
        sim.v1.disputes.close(dispute.id)


@pytest.mark.parametrize(
    ("card", "status", "reason"),
    [
        ("pm_card_createDispute", "needs_response", "fraudulent"),
        ("pm_card_createDisputeProductNotReceived", "needs_response", "product_not_received"),
        ("pm_card_createDisputeInquiry", "warning_needs_response", "fraudulent"),
    ],
)
def test_the_cards_made_for_it_dispute_what_they_paid(
    sim: Simulator, card: str, status: str, reason: str
) -> None:
    charge = sim.charge(5000, card=card)
    found = sim.v1.disputes.list({"charge": charge}).data
    assert [(row.status, row.reason, row.amount) for row in found] == [(status, reason, 5000)]


def test_after_a_partial_refund_only_the_rest_can_be_disputed(sim: Simulator) -> None:
    charge = sim.charge(24000)
    sim.v1.refunds.create({"charge": charge, "amount": 9000})
    over = sim.try_lever(f"dispute/{charge}", amount=15001)
    dispute = sim.lever(f"dispute/{charge}")
    assert (over.status, over.json["error"]["param"]) == (400, "amount")
    assert dispute["amount"] == 15000


def test_disputed_charge_is_neither_refunded_nor_disputed_again(sim: Simulator) -> None:
    dispute, refunds = opened(sim), sim.v1.refunds
    charge = dispute.charge
    with refused(code="charge_disputed"):
        refunds.create({"charge": charge})
    assert sim.try_lever(f"dispute/{charge}").status == 400
    sim.lever(f"dispute/{dispute.id}/won")
    assert refunds.create({"charge": charge}).amount == 24000


def test_a_bank_may_take_money_back_for_good(sim: Simulator) -> None:
    charge = sim.charge(24000)
    before = sum(sim.balance())
    dispute = sim.lever(f"dispute/{charge}", lost=True, reason="debit_not_authorized")
    assert (dispute["status"], dispute["reason"]) == ("lost", "debit_not_authorized")
    assert sum(sim.balance()) == before - 26000
    assert types(sim) == ["created", "funds_withdrawn", "updated", "closed"]


@pytest.mark.parametrize("verdict", ["warning_closed", "appeal_won", "nonsense"])
def test_a_verdict_that_cannot_follow_is_refused(sim: Simulator, verdict: str) -> None:
    dispute = opened(sim)
    answer = sim.try_lever(f"dispute/{dispute.id}/{verdict}")
    assert (answer.status, answer.json["error"]["param"]) == (400, "status")
    assert again(sim, dispute).status == "needs_response"


def test_disputes_are_found_by_payment_and_by_day(sim: Simulator) -> None:
    dispute, other = opened(sim), opened(sim)
    disputes = sim.v1.disputes
    assert [row.id for row in disputes.list().data] == [other.id, dispute.id]
    mine = disputes.list({"payment_intent": dispute.payment_intent}).data
    assert [row.id for row in mine] == [dispute.id]
    assert disputes.list({"created": {"lt": dispute.created}}).data == []
