"""A buyer's bank takes a payment back: money, fee, evidence, deadlines, verdicts, appeals."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator

FEE = 2000


def opened(simulator: Simulator, cents: int = 24000, **more: object) -> Any:
    lever = simulator.lever(f"dispute/{simulator.charge(cents)}", **more)
    return simulator.client().v1.disputes.retrieve(lever["id"])


def types(simulator: Simulator) -> list[str]:
    events = simulator.client().v1.events.list({"type": "charge.dispute.*", "limit": 100}).data
    return [event.type.removeprefix("charge.dispute.") for event in reversed(events)]


def again(simulator: Simulator, dispute: Any) -> Any:
    return simulator.client().v1.disputes.retrieve(dispute.id)


def test_a_dispute_takes_the_amount_and_a_fee_at_once(simulator: Simulator) -> None:
    charge = simulator.charge(24000)
    before = sum(simulator.balance())

    simulator.lever(f"dispute/{charge}", reason="product_not_received")

    client = simulator.client()
    dispute = client.v1.disputes.list({"charge": charge}).data[0]
    movement = dispute.balance_transactions[0]
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (movement.type, movement.amount, movement.fee, movement.net) == (
        "adjustment",
        -24000,
        FEE,
        -26000,
    )
    assert (movement.reporting_category, movement.source) == ("dispute", dispute.id)
    assert sum(simulator.balance()) == before - 26000
    assert client.v1.charges.retrieve(charge).disputed
    assert types(simulator) == ["created", "funds_withdrawn"]


@pytest.mark.parametrize(("back", "cents"), [(False, 24000), (True, 26000)])
def test_a_won_dispute_gives_the_amount_back_and_the_fee_only_on_demand(
    simulator: Simulator, *, back: bool, cents: int
) -> None:
    dispute = opened(simulator)
    before = sum(simulator.balance())

    simulator.lever(f"dispute/{dispute.id}/won", give_back_fee=back)

    assert again(simulator, dispute).status == "won"
    assert sum(simulator.balance()) == before + cents
    assert types(simulator)[2:] == ["funds_reinstated", "updated", "closed"]


def test_a_lost_dispute_moves_nothing_more_and_an_appeal_can_win_it(simulator: Simulator) -> None:
    dispute = opened(simulator)
    before = sum(simulator.balance())

    simulator.lever(f"dispute/{dispute.id}/lost")
    assert sum(simulator.balance()) == before
    simulator.lever(f"dispute/{dispute.id}/appeal")
    assert again(simulator, dispute).status == "appeal_needs_response"
    simulator.client().v1.disputes.update(dispute.id, {"evidence": {"receipt": "file_1"}})
    assert again(simulator, dispute).status == "appeal_under_review"
    simulator.lever(f"dispute/{dispute.id}/appeal_won")

    assert again(simulator, dispute).status == "won"
    assert sum(simulator.balance()) == before + 24000


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(simulator: Simulator) -> None:
    dispute = opened(simulator, inquiry=True)
    before = sum(simulator.balance())
    assert dispute.status == "warning_needs_response"
    assert (dispute.is_charge_refundable, dispute.balance_transactions) == (True, [])

    evidence = {"uncategorized_text": "escalate_inquiry_evidence"}
    simulator.client().v1.disputes.update(dispute.id, {"evidence": evidence})

    assert again(simulator, dispute).status == "needs_response"
    assert sum(simulator.balance()) == before - 26000
    assert types(simulator) == ["created", "updated", "funds_withdrawn", "updated"]


def test_giving_the_money_back_ends_an_inquiry(simulator: Simulator) -> None:
    dispute = opened(simulator, inquiry=True)

    simulator.client().v1.refunds.create({"charge": str(dispute.charge)})

    assert again(simulator, dispute).status == "warning_closed"


def test_evidence_can_be_prepared_first_and_sent_later(simulator: Simulator) -> None:
    dispute, disputes = opened(simulator), simulator.client().v1.disputes

    staged = disputes.update(dispute.id, {"evidence": {"customer_name": "B"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = disputes.update(dispute.id, {"submit": True})

    assert (sent.status, sent.evidence.customer_name) == ("under_review", "B")
    assert sent.evidence_details.submission_count == 1
    with pytest.raises(stripe.InvalidRequestError, match="under_review"):
        disputes.update(dispute.id, {"evidence": {"customer_name": "C"}})


@pytest.mark.parametrize(
    ("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_the_words_of_the_test_mode_decide_at_once(
    simulator: Simulator, text: str, status: str
) -> None:
    dispute = opened(simulator)

    changed = simulator.client().v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": text}}
    )

    assert changed.status == status
    assert types(simulator)[-1] == "closed"


@pytest.mark.parametrize(("inquiry", "status"), [(False, "lost"), (True, "warning_closed")])
def test_a_dispute_that_nobody_answers_ends_by_the_clock(
    simulator: Simulator, *, inquiry: bool, status: str
) -> None:
    dispute = opened(simulator, inquiry=inquiry)
    assert dispute.evidence_details.due_by

    an_hour = 3600
    simulator.lever("clock/advance", to=str(dispute.evidence_details.due_by - an_hour))
    assert again(simulator, dispute).status == dispute.status
    simulator.lever("clock/advance", seconds=an_hour + 1)

    late = again(simulator, dispute)
    assert (late.status, late.evidence_details.past_due) == (status, True)


def test_an_answered_dispute_is_not_lost_by_the_clock(simulator: Simulator) -> None:
    dispute = opened(simulator)
    simulator.client().v1.disputes.update(dispute.id, {"evidence": {"customer_name": "B"}})

    simulator.lever("clock/advance", days=30)

    assert again(simulator, dispute).status == "under_review"


def test_giving_up_loses(simulator: Simulator) -> None:
    dispute = opened(simulator)

    assert simulator.client().v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="closed"):
        simulator.client().v1.disputes.close(dispute.id)


@pytest.mark.parametrize(
    ("card", "status", "reason"),
    [
        ("pm_card_createDispute", "needs_response", "fraudulent"),
        ("pm_card_createDisputeProductNotReceived", "needs_response", "product_not_received"),
        ("pm_card_createDisputeInquiry", "warning_needs_response", "fraudulent"),
    ],
)
def test_the_cards_made_for_it_dispute_what_they_paid(
    simulator: Simulator, card: str, status: str, reason: str
) -> None:
    charge = simulator.charge(5000, card=card)

    found = simulator.client().v1.disputes.list({"charge": charge}).data

    assert [(row.status, row.reason, row.amount) for row in found] == [(status, reason, 5000)]


def test_after_a_partial_refund_only_the_rest_can_be_disputed(simulator: Simulator) -> None:
    charge, client = simulator.charge(24000), simulator.client()
    client.v1.refunds.create({"charge": charge, "amount": 9000})

    over = simulator.try_lever(f"dispute/{charge}", amount=15001)
    dispute = simulator.lever(f"dispute/{charge}")

    assert (over.status, over.json["error"]["param"]) == (400, "amount")
    assert dispute["amount"] == 15000


def test_disputed_charge_is_neither_refunded_nor_disputed_again(simulator: Simulator) -> None:
    dispute, refunds = opened(simulator), simulator.client().v1.refunds
    charge = str(dispute.charge)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"charge": charge})
    assert refusal.value.code == "charge_disputed"
    assert simulator.try_lever(f"dispute/{charge}").status == 400
    simulator.lever(f"dispute/{dispute.id}/won")

    assert refunds.create({"charge": charge}).amount == 24000


def test_a_bank_may_take_money_back_for_good(simulator: Simulator) -> None:
    charge = simulator.charge(24000)
    before = sum(simulator.balance())

    dispute = simulator.lever(f"dispute/{charge}", lost=True, reason="debit_not_authorized")

    assert (dispute["status"], dispute["reason"]) == ("lost", "debit_not_authorized")
    assert sum(simulator.balance()) == before - 26000
    assert types(simulator) == ["created", "funds_withdrawn", "updated", "closed"]


@pytest.mark.parametrize("verdict", ["warning_closed", "appeal_won", "nonsense"])
def test_a_verdict_that_cannot_follow_is_refused(simulator: Simulator, verdict: str) -> None:
    dispute = opened(simulator)

    answer = simulator.try_lever(f"dispute/{dispute.id}/{verdict}")

    assert (answer.status, answer.json["error"]["param"]) == (400, "status")
    assert again(simulator, dispute).status == "needs_response"


def test_disputes_are_found_by_payment_and_by_day(simulator: Simulator) -> None:
    dispute, other = opened(simulator), opened(simulator)
    disputes = simulator.client().v1.disputes

    assert [row.id for row in disputes.list().data] == [other.id, dispute.id]
    mine = disputes.list({"payment_intent": str(dispute.payment_intent)}).data
    assert [row.id for row in mine] == [dispute.id]
    assert disputes.list({"created": {"lt": dispute.created}}).data == []
