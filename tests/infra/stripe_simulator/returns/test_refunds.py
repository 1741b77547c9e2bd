"""Refunds that take their time, wait for the buyer, fail or are called off; forced reversals."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, acting_as, refused


def refunded(sim: Simulator, card: str = "pm_card_visa", cents: int = 10000) -> Any:
    charge = sim.charge(cents, card=card)
    return sim.v1.refunds.create({"charge": charge})


def status(sim: Simulator, refund: Any) -> str:
    return str(sim.v1.refunds.retrieve(refund.id).status)


def test_pending_refund_card_takes_days(sim: Simulator) -> None:
    refund = refunded(sim, "pm_card_pendingRefund")
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    before = sum(sim.balance())
    sim.advance(days=4)
    assert status(sim, refund) == "succeeded"
    assert sum(sim.balance()) == before
    assert sim.kinds("refund.*") == ["refund.created", "refund.updated"]


def test_failing_refund_card_sends_the_refund_back_after_days(sim: Simulator) -> None:
    refund = refunded(sim, "pm_card_refundFail")
    before = sum(sim.balance())
    assert refund.status == "succeeded"
    sim.advance(days=4)
    opened = {"expand": ["failure_balance_transaction", "charge"]}
    failed = sim.v1.refunds.retrieve(refund.id, opened)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.type == "refund_failure"
    assert failed.charge.amount_refunded == 0
    assert sum(sim.balance()) == before + 10000
    assert sim.events("refund.failed")[0].data.object["id"] == refund.id


def test_a_refund_that_waits_for_the_buyer_can_be_called_off(sim: Simulator) -> None:
    sim.lever("faults", kind="pending_refund")
    refund, other = refunded(sim), refunded(sim)
    assert (refund.status, other.status) == ("pending", "succeeded")
    refunds = sim.v1.refunds
    with refused("pending"):
        refunds.cancel(refund.id)
    before = sum(sim.balance())
    sim.lever(f"refund/{refund.id}/requires_action")
    waiting = refunds.retrieve(refund.id)
    assert waiting.status == "requires_action"
    assert waiting.next_action.type == "display_details"
    canceled = refunds.cancel(refund.id)
    assert canceled.status == "canceled"
    assert canceled.failure_balance_transaction
    assert sum(sim.balance()) == before + 10000
    assert not sim.v1.charges.retrieve(refund.charge).refunded


@pytest.mark.parametrize("state", ["pending", "canceled", "nonsense"])
def test_a_refund_that_succeeded_can_only_fail(sim: Simulator, state: str) -> None:
    refund = refunded(sim)
    answer = sim.try_lever(f"refund/{refund.id}/{state}")
    assert (answer.status, answer.json["error"]["param"]) == (400, "state")
    assert status(sim, refund) == "succeeded"


def test_a_refund_fails_once_and_for_a_known_reason(sim: Simulator) -> None:
    refund = refunded(sim)
    assert sim.try_lever(f"refund/{refund.id}/failed", reason="mood").status == 400
    sim.lever(f"refund/{refund.id}/failed", reason="lost_or_stolen_card")
    assert sim.try_lever(f"refund/{refund.id}/failed").status == 400
    again = sim.v1.refunds.create({"charge": refund.charge})
    assert again.amount == 10000


def test_a_forced_reversal_leaves_a_debt_that_the_bank_is_debited_for(sim: Simulator) -> None:
    transfer, account = sim.transferred()
    sim.lever("balance", account=account, available=0)
    with refused(code="balance_insufficient"):
        sim.v1.transfers.reversals.create(transfer, {"amount": 1000})
    sim.lever(f"reversal/{transfer}", amount=1000, force=True)
    assert sim.balance(account) == (-1000, 0)
    assert sim.v1.transfers.retrieve(transfer).amount_reversed == 1000
    sim.lever("payouts/now", account=account)
    payouts = sim.v1.payouts.list({}, acting_as(account)).data
    assert [row.amount for row in payouts] == [-1000]
    assert sim.balance(account) == (0, 0)


def test_a_closed_account_gives_nothing_back(sim: Simulator) -> None:
    transfer, account = sim.transferred()
    sim.lever(f"account/{account}/closed")
    with refused(code="account_closed"):
        sim.v1.transfers.reversals.create(transfer, {"amount": 1})


def test_a_debit_is_given_back_after_some_days(sim: Simulator) -> None:
    session = sim.session(allowed_payment_method_types=["sepa_debit"])
    sim.lever(f"pay/{session.id}", outcome="sepa")
    sim.advance(days=14)
    charge = sim.v1.charges.list().data[0]
    refund = sim.v1.refunds.create({"charge": charge.id, "amount": 8000})
    waiting = sim.v1.charges.retrieve(charge.id)
    sim.advance(days=4)
    assert (refund.status, waiting.amount_refunded) == ("pending", 8000)
    assert status(sim, refund) == "succeeded"
    movement = sim.movements(source=refund.id)[0]
    assert (movement.type, movement.net) == ("payment_refund", -8000)


def test_payments_and_transfers_are_found_by_what_is_asked(sim: Simulator) -> None:
    customer = sim.v1.customers.create({"name": "B"}).id
    mine = sim.charge(customer=customer, transfer_group="order_1")
    other = sim.charge(transfer_group="order_2")
    intent = str(sim.v1.charges.retrieve(mine).payment_intent)
    accounts = [sim.account(), sim.account()]
    first, second = [
        sim.transfer(account, source_transaction=charge).id
        for account, charge in zip(accounts, (mine, other), strict=True)
    ]

    def charges(**params: Any) -> list[str]:
        return [row.id for row in sim.v1.charges.list(params).data]

    def transfers(**params: Any) -> list[str]:
        return [row.id for row in sim.v1.transfers.list(params).data]

    assert charges(customer=customer) == charges(payment_intent=intent) == [mine]
    assert charges(transfer_group="order_2") == [other]
    assert transfers(destination=accounts[0]) == transfers(transfer_group="order_1") == [first]
    assert transfers() == [second, first]
    future = {"gt": sim.v1.charges.retrieve(other).created + 60}
    assert charges(created=future) == transfers(created=future) == []
