"""A refund that the balance does not cover waits until money comes in."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Simulator


def refund(sim: Simulator, charge: str, **given: Any) -> Any:
    return sim.v1.refunds.create({"charge": charge, **given})


def status(sim: Simulator, row: Any) -> str:
    return str(sim.v1.refunds.retrieve(row.id).status)


def test_refund_beyond_the_balance_is_pending_and_sent_once_money_comes(sim: Simulator) -> None:
    """`pending_reason`: https://docs.stripe.com/changelog/basil/2025-04-30/refund-pending-reason.

    https://support.stripe.com/questions/pending-refunds-due-to-insufficient-stripe-balance: it is
    not sent before the balance covers it; the call itself is not refused.
    """
    charge = sim.charge(24_000)
    sim.lever("balance", available=1_000)
    waiting = refund(sim, charge, amount=20_000)
    assert (waiting.status, waiting.pending_reason) == ("pending", "insufficient_funds")
    sim.lever("balance", change=18_000)
    assert status(sim, waiting) == "pending"
    sim.lever("balance", change=1_000)
    sim.advance(seconds=1)
    sent = sim.v1.refunds.retrieve(waiting.id)
    assert (sent.status, getattr(sent, "pending_reason", None)) == ("succeeded", None)
    assert "refund.updated" in sim.kinds()


def test_refunds_that_wait_are_sent_oldest_first(sim: Simulator) -> None:
    first, second = sim.charge(10_000), sim.charge(10_000)
    sim.lever("balance", available=0)
    rows = [refund(sim, charge) for charge in (first, second)]
    assert [row.status for row in rows] == ["pending", "pending"]
    sim.charge(12_000)
    sim.advance(seconds=1)
    assert [status(sim, row) for row in rows] == ["succeeded", "pending"]


def test_fees_and_transfers_of_charges_keep_no_refund_waiting(sim: Simulator) -> None:
    charge, account = sim.charge(10_000), sim.account()
    sim.transfer(account, 4_000, source_transaction=charge)
    assert refund(sim, charge).status == "succeeded"
