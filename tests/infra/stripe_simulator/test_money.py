"""The place of the money after each move, to the cent, and the moves that are refused."""

import pytest

from tests.infra.stripe_simulator.conftest import NO_ACCOUNT, Body, Simulator, refused


@pytest.mark.parametrize(
    ("cents", "fee"), [(24000, 385), (1000, 40), (50, 26), (100, 27), (99999, 1525)]
)
def test_the_fee_of_a_card_is_one_and_a_half_percent_and_25_cents(
    sim: Simulator, cents: int, fee: int
) -> None:
    charge = sim.v1.charges.retrieve(sim.charge(cents), {"expand": ["balance_transaction"]})
    movement = charge.balance_transaction
    assert (movement.amount, movement.fee, movement.net) == (cents, fee, cents - fee)
    assert movement.status == "pending"


def test_money_becomes_available_some_days_later_and_that_is_announced_once(sim: Simulator) -> None:
    sim.charge(10000)
    sim.charge(10000)
    assert sim.balance() == (0, 19650)
    sim.advance(days=4)
    events = sim.v1.events.list({"type": "balance.available"}).data
    movements = sim.v1.balance_transactions.list().data
    assert sim.balance() == (19650, 0)
    assert len(events) == 1
    assert {movement.status for movement in movements} == {"available"}


def test_a_transfer_out_of_a_charge_shows_on_both_balances(sim: Simulator) -> None:
    charge, account = sim.charge(24000, transfer_group="order_1"), sim.account()
    transfer = sim.transfer(account, 3902, source_transaction=charge, transfer_group="order_1")
    payment = sim.v1.charges.retrieve(transfer.destination_payment, {}, {"stripe_account": account})
    assert sim.balance() == (0, 24000 - 385 - 3902)
    assert sim.balance(account) == (0, 3902)
    assert (payment.id[:3], payment.amount, payment.source_transfer) == ("py_", 3902, transfer.id)
    sim.advance(days=4)
    assert sim.balance(account) == (3902, 0)


def test_the_transfers_of_a_charge_stay_within_it(sim: Simulator) -> None:
    """Check that a charge's transfers do not exceed it, with Stripe's sentence.

    https://docs.stripe.com/connect/separate-charges-and-transfers, `source_transaction`: their sum
    does not exceed the charge. Stripe's users see this sentence; it comes without a code and
    without a parameter.
    """
    charge, account = sim.charge(1000), sim.account()
    sim.transfer(account, 600, source_transaction=charge)
    words = (
        r"must not exceed the source amount of €10\.00\. \(There is already a transfer"
        r".*amounting to €6\.00\.\)"
    )
    with refused(words, http_status=400, code=None, param=None):
        sim.transfer(account, 401, source_transaction=charge)
    sim.transfer(account, 400, source_transaction=charge)


def test_without_a_charge_a_transfer_needs_available_money(sim: Simulator) -> None:
    account = sim.account()
    sim.charge(10000)
    with refused(code="balance_insufficient"):
        sim.transfer(account, 5000)
    sim.charge(10000, card="pm_card_bypassPending")
    assert sim.transfer(account, 5000).amount == 5000
    assert sim.balance(account) == (5000, 0)


@pytest.mark.parametrize("state", ["pending", "restricted", "rejected", "unsupported", "closed"])
def test_only_an_active_account_receives(sim: Simulator, state: str) -> None:
    charge, account = sim.charge(), sim.account(state)
    with refused(code="insufficient_capabilities_for_transfer"):
        sim.transfer(account, source_transaction=charge)
    assert sim.v1.transfers.list().data == []


def test_a_transfer_names_a_charge_an_account_and_the_charges_own_group(sim: Simulator) -> None:
    charge, account = sim.charge(transfer_group="order_1"), sim.account()
    right: Body = {"source_transaction": charge}
    for wrong in (
        {"source_transaction": sim.v1.charges.retrieve(charge).payment_intent},
        {"destination": NO_ACCOUNT},
        {"transfer_group": "order_2"},
        {"amount": 0},
        {"currency": "usd"},
    ):
        with refused(param=next(iter(wrong))):
            sim.transfer(account, **right | wrong)
    assert sim.transfer(account, **right).transfer_group == "order_1"


def test_the_group_of_a_charge_is_set_once(sim: Simulator) -> None:
    charge, charges = sim.charge(1000), sim.v1.charges
    with refused():
        sim.transfer(sim.account(), 1001, source_transaction=charge, transfer_group="order_1")
    assert charges.retrieve(charge).transfer_group is None
    for _ in range(2):
        assert charges.update(charge, {"transfer_group": "a"}).transfer_group == "a"
    with refused("already been set", param="transfer_group"):
        charges.update(charge, {"transfer_group": "b"})


def test_refunds_go_up_to_the_charge_and_no_further(sim: Simulator) -> None:
    charge, refunds = sim.charge(24000), sim.v1.refunds
    refund = refunds.create({"charge": charge, "amount": 8000})
    assert (refund.status, refund.amount) == ("succeeded", 8000)
    assert sim.balance() == (0, 24000 - 385 - 8000)
    with refused(param="amount"):
        refunds.create({"charge": charge, "amount": 16001})
    refunds.create({"payment_intent": sim.v1.charges.retrieve(charge).payment_intent})
    after = sim.v1.charges.retrieve(charge, {"expand": ["refunds"]})
    assert (after.amount_refunded, after.refunded) == (24000, True)
    assert [row.amount for row in after.refunds.data] == [16000, 8000]
    with refused(code="charge_already_refunded"):
        refunds.create({"charge": charge})


def test_a_reversal_brings_money_back_from_the_account(sim: Simulator) -> None:
    transfer, account = sim.transferred()
    reversal = sim.v1.transfers.reversals.create(transfer, {"amount": 1300})
    after = sim.v1.transfers.retrieve(transfer)
    movement = sim.v1.balance_transactions.retrieve(reversal.balance_transaction)
    assert (after.amount_reversed, after.reversed) == (1300, False)
    assert [row.id for row in after.reversals.data] == [reversal.id]
    assert (movement.type, movement.net) == ("transfer_refund", 1300)
    assert sim.balance(account) == (0, 1700)
    sim.v1.transfers.reversals.create(transfer)
    assert sim.v1.transfers.retrieve(transfer).reversed
    assert sim.balance(account) == (0, 0)


def test_more_than_is_left_of_a_transfer_cannot_be_reversed(sim: Simulator) -> None:
    transfer, _ = sim.transferred()
    reversals = sim.v1.transfers.reversals
    for right, wrong in ((2000, 1001), (1000, 1)):
        reversals.create(transfer, {"amount": right})
        with refused(param="amount"):
            reversals.create(transfer, {"amount": wrong})


def test_spent_transfer_cannot_be_reversed(sim: Simulator) -> None:
    transfer, account = sim.transferred()
    sim.lever("balance", account=account, available=500)
    shown = sim.lever(f"balance?account={account}", "GET")
    assert shown["available"][0]["amount"] == 500
    with refused(code="balance_insufficient"):
        sim.v1.transfers.reversals.create(transfer, {"amount": 501})
    sim.v1.transfers.reversals.create(transfer, {"amount": 500})
    assert sim.balance(account) == (0, 0)
