"""A refund that the balance does not cover waits until money comes in."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import events


def refund(simulator: Simulator, charge: str, **given: Any) -> Any:
    return simulator.client().v1.refunds.create({"charge": charge, **given})


def again(simulator: Simulator, row: Any) -> Any:
    return simulator.client().v1.refunds.retrieve(row.id)


def test_refund_beyond_the_balance_is_pending_and_sent_once_money_comes(
    simulator: Simulator,
) -> None:
    """`pending_reason`: https://docs.stripe.com/changelog/basil/2025-04-30/refund-pending-reason.

    https://support.stripe.com/questions/pending-refunds-due-to-insufficient-stripe-balance: it is
    not sent before the balance covers it; the call itself is not refused.
    """
    charge = simulator.charge(24_000)
    simulator.lever("balance", available=1_000)
    waiting = refund(simulator, charge, amount=20_000)
    assert (waiting.status, waiting.pending_reason) == ("pending", "insufficient_funds")
    simulator.lever("balance", change=18_000)
    assert again(simulator, waiting).status == "pending"
    simulator.lever("balance", change=1_000)
    simulator.lever("clock/advance", seconds=1)
    sent = again(simulator, waiting)
    assert (sent.status, getattr(sent, "pending_reason", None)) == ("succeeded", None)
    assert "refund.updated" in [event.type for event in events(simulator)]


def test_refunds_that_wait_are_sent_oldest_first(simulator: Simulator) -> None:
    first, second = simulator.charge(10_000), simulator.charge(10_000)
    simulator.lever("balance", available=0)
    rows = [refund(simulator, charge) for charge in (first, second)]
    assert [row.status for row in rows] == ["pending", "pending"]
    simulator.charge(12_000)
    simulator.lever("clock/advance", seconds=1)
    assert [again(simulator, row).status for row in rows] == ["succeeded", "pending"]


def test_fees_and_transfers_of_charges_keep_no_refund_waiting(simulator: Simulator) -> None:
    charge, account = simulator.charge(10_000), simulator.account()
    simulator.transfer(account, 4_000, source_transaction=charge)
    assert refund(simulator, charge).status == "succeeded"
