"""Refunds that take their time, wait for the buyer, fail or are called off; forced reversals."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator


def refunded(simulator: Simulator, card: str = "pm_card_visa", cents: int = 10000) -> Any:
    charge = simulator.charge(cents, card=card)
    return simulator.client().v1.refunds.create({"charge": charge})


def status(simulator: Simulator, refund: Any) -> str:
    return str(simulator.client().v1.refunds.retrieve(refund.id).status)


def types(simulator: Simulator) -> list[str]:
    events = simulator.client().v1.events.list({"type": "refund.*"}).data
    return [event.type for event in reversed(events)]


def test_pending_refund_card_takes_days(simulator: Simulator) -> None:
    refund = refunded(simulator, "pm_card_pendingRefund")
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    before = sum(simulator.balance())

    simulator.lever("clock/advance", days=4)

    assert status(simulator, refund) == "succeeded"
    assert sum(simulator.balance()) == before
    assert types(simulator) == ["refund.created", "refund.updated"]


def test_failing_refund_card_sends_the_refund_back_after_days(simulator: Simulator) -> None:
    refund = refunded(simulator, "pm_card_refundFail")
    before = sum(simulator.balance())
    assert refund.status == "succeeded"

    simulator.lever("clock/advance", days=4)

    failed = simulator.client().v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert sum(simulator.balance()) == before + 10000
    assert types(simulator)[-1] == "refund.failed"


def test_any_refund_can_be_made_to_wait(simulator: Simulator) -> None:
    simulator.lever("faults", kind="pending_refund")

    first, second = refunded(simulator), refunded(simulator)

    assert (first.status, second.status) == ("pending", "succeeded")


def test_a_refund_that_waits_for_the_buyer_can_be_called_off(simulator: Simulator) -> None:
    simulator.lever("faults", kind="pending_refund")
    refund = refunded(simulator)
    refunds = simulator.client().v1.refunds
    with pytest.raises(stripe.InvalidRequestError, match="pending"):
        refunds.cancel(refund.id)
    before = sum(simulator.balance())

    simulator.lever(f"refund/{refund.id}/requires_action")
    waiting = refunds.retrieve(refund.id)
    assert waiting.status == "requires_action"
    assert waiting.next_action is not None
    assert waiting.next_action.type == "display_details"
    canceled = refunds.cancel(refund.id)

    assert canceled.status == "canceled"
    assert canceled.failure_balance_transaction
    assert sum(simulator.balance()) == before + 10000
    assert not simulator.client().v1.charges.retrieve(str(refund.charge)).refunded


@pytest.mark.parametrize("state", ["pending", "canceled", "nonsense"])
def test_a_refund_that_succeeded_can_only_fail(simulator: Simulator, state: str) -> None:
    refund = refunded(simulator)

    answer = simulator.try_lever(f"refund/{refund.id}/{state}")

    assert (answer.status, answer.json["error"]["param"]) == (400, "state")
    assert status(simulator, refund) == "succeeded"


def test_a_refund_fails_once_and_for_a_known_reason(simulator: Simulator) -> None:
    refund = refunded(simulator)

    assert simulator.try_lever(f"refund/{refund.id}/failed", reason="mood").status == 400
    simulator.lever(f"refund/{refund.id}/failed", reason="lost_or_stolen_card")

    assert simulator.try_lever(f"refund/{refund.id}/failed").status == 400
    again = simulator.client().v1.refunds.create({"charge": refund.charge})
    assert again.amount == 10000


def test_a_forced_reversal_leaves_the_account_below_zero(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    simulator.lever("balance", account=account, available=0)
    reversals = simulator.client().v1.transfers.reversals
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        reversals.create(transfer, {"amount": 1000})
    assert refusal.value.code == "balance_insufficient"

    simulator.lever(f"reversal/{transfer}", amount=1000, force=True)

    assert simulator.balance(account) == (-1000, 0)
    assert simulator.client().v1.transfers.retrieve(transfer).amount_reversed == 1000


def test_a_closed_account_gives_nothing_back(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    simulator.lever(f"account/{account}/closed")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.transfers.reversals.create(transfer, {"amount": 1})

    assert refusal.value.code == "account_closed"


def test_debt_of_an_account_is_debited_from_its_bank(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    simulator.lever("balance", account=account, available=0)
    simulator.lever(f"reversal/{transfer}", amount=1000, force=True)

    simulator.lever("payouts/now", account=account)

    payouts = simulator.client().v1.payouts.list({}, {"stripe_account": account}).data
    assert [row.amount for row in payouts] == [-1000]
    assert simulator.balance(account) == (0, 0)


def test_a_debit_is_given_back_after_some_days(simulator: Simulator) -> None:
    session = simulator.session(allowed_payment_method_types=["sepa_debit"])
    simulator.lever(f"pay/{session.id}", outcome="sepa")
    simulator.lever("clock/advance", days=14)
    charge = simulator.client().v1.charges.list().data[0]

    refund = simulator.client().v1.refunds.create({"charge": charge.id, "amount": 8000})
    waiting = simulator.client().v1.charges.retrieve(charge.id)
    simulator.lever("clock/advance", days=4)

    assert (refund.status, waiting.amount_refunded) == ("pending", 8000)
    assert status(simulator, refund) == "succeeded"
    movement = simulator.client().v1.balance_transactions.list({"source": refund.id}).data[0]
    assert (movement.type, movement.net) == ("payment_refund", -8000)


def test_payments_and_transfers_are_found_by_what_is_asked(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create({"name": "B"}).id
    mine = simulator.charge(customer=customer, transfer_group="order_1")
    other = simulator.charge(transfer_group="order_2")
    intent = str(client.v1.charges.retrieve(mine).payment_intent)
    accounts = [simulator.account(), simulator.account()]
    first, second = [
        simulator.transfer(account, source_transaction=charge).id
        for account, charge in zip(accounts, (mine, other), strict=True)
    ]

    def charges(**params: Any) -> list[str]:
        return [row.id for row in client.v1.charges.list(params).data]

    def transfers(**params: Any) -> list[str]:
        return [row.id for row in client.v1.transfers.list(params).data]

    assert charges(customer=customer) == charges(payment_intent=intent) == [mine]
    assert charges(transfer_group="order_2") == [other]
    assert transfers(destination=accounts[0]) == transfers(transfer_group="order_1") == [first]
    assert transfers() == [second, first]
    future = {"gt": client.v1.charges.retrieve(other).created + 60}
    assert charges(created=future) == transfers(created=future) == []
