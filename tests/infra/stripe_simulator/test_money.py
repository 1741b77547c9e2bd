"""The place of the money after each move, to the cent, and the moves that are refused."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import NO_ACCOUNT, Simulator

Refused = Callable[[], object]


def code_of(call: Refused) -> str:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        call()
    return str(refusal.value.code)


def param_of(call: Refused) -> str:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        call()
    return str(refusal.value.param)


@pytest.mark.parametrize(
    ("cents", "fee"), [(24000, 385), (1000, 40), (50, 26), (100, 27), (99999, 1525)]
)
def test_the_fee_of_a_card_is_one_and_a_half_percent_and_25_cents(
    simulator: Simulator, cents: int, fee: int
) -> None:
    charge = simulator.client().v1.charges.retrieve(
        simulator.charge(cents), {"expand": ["balance_transaction"]}
    )
    movement = charge.balance_transaction

    assert (movement.amount, movement.fee, movement.net) == (cents, fee, cents - fee)
    assert movement.status == "pending"


def test_money_becomes_available_some_days_later_and_that_is_announced_once(
    simulator: Simulator,
) -> None:
    simulator.charge(10000)
    simulator.charge(10000)
    assert simulator.balance() == (0, 19650)

    simulator.lever("clock/advance", days=4)

    events = simulator.client().v1.events.list({"type": "balance.available"}).data
    movements = simulator.client().v1.balance_transactions.list().data
    assert simulator.balance() == (19650, 0)
    assert len(events) == 1
    assert {movement.status for movement in movements} == {"available"}


def test_a_transfer_out_of_a_charge_shows_on_both_balances(simulator: Simulator) -> None:
    charge, account = simulator.charge(24000, transfer_group="order_1"), simulator.account()
    client = simulator.client()

    transfer = simulator.transfer(
        account, 3902, source_transaction=charge, transfer_group="order_1"
    )

    payment = client.v1.charges.retrieve(
        str(transfer.destination_payment), {}, {"stripe_account": account}
    )
    assert simulator.balance() == (0, 24000 - 385 - 3902)
    assert simulator.balance(account) == (0, 3902)
    assert (payment.id[:3], payment.amount, payment.source_transfer) == ("py_", 3902, transfer.id)
    simulator.lever("clock/advance", days=4)
    assert simulator.balance(account) == (3902, 0)


def test_the_transfers_of_a_charge_stay_within_it(simulator: Simulator) -> None:
    """https://docs.stripe.com/connect/separate-charges-and-transfers, `source_transaction`: their
    sum does not exceed the charge. The sentence is the one that Stripe's users are shown; it comes
    without a code and without a parameter.
    """
    charge, account = simulator.charge(1000), simulator.account()

    simulator.transfer(account, 600, source_transaction=charge)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.transfer(account, 401, source_transaction=charge)
    error = refusal.value
    assert "must not exceed the source amount of €10.00. (There is already a transfer" in str(error)
    assert "amounting to €6.00.)" in str(error)
    assert (error.http_status, error.code, error.param) == (400, None, None)
    simulator.transfer(account, 400, source_transaction=charge)


def test_without_a_charge_a_transfer_needs_available_money(simulator: Simulator) -> None:
    account = simulator.account()
    simulator.charge(10000)

    assert code_of(lambda: simulator.transfer(account, 5000)) == "balance_insufficient"
    simulator.charge(10000, card="pm_card_bypassPending")
    assert simulator.transfer(account, 5000).amount == 5000
    assert simulator.balance(account) == (5000, 0)


@pytest.mark.parametrize("state", ["pending", "restricted", "rejected", "unsupported", "closed"])
def test_only_an_active_account_receives(simulator: Simulator, state: str) -> None:
    charge, account = simulator.charge(), simulator.account(state)

    refusal = code_of(lambda: simulator.transfer(account, source_transaction=charge))

    assert refusal == "insufficient_capabilities_for_transfer"
    assert simulator.client().v1.transfers.list().data == []


def test_a_transfer_names_a_charge_an_account_and_the_charges_own_group(
    simulator: Simulator,
) -> None:
    charge, account = simulator.charge(transfer_group="order_1"), simulator.account()
    intent = simulator.client().v1.charges.retrieve(charge).payment_intent

    def send(**change: Any) -> Refused:
        return lambda: simulator.transfer(account, **{"source_transaction": charge} | change)

    assert param_of(send(source_transaction=intent)) == "source_transaction"
    assert param_of(send(destination=NO_ACCOUNT)) == "destination"
    assert param_of(send(transfer_group="order_2")) == "transfer_group"
    assert param_of(send(amount=0)) == "amount"
    assert param_of(send(currency="usd")) == "currency"
    assert simulator.transfer(account, source_transaction=charge).transfer_group == "order_1"


def test_the_group_of_a_charge_is_set_once(simulator: Simulator) -> None:
    charge, client = simulator.charge(), simulator.client()

    assert client.v1.charges.update(charge, {"transfer_group": "a"}).transfer_group == "a"
    assert client.v1.charges.update(charge, {"transfer_group": "a"}).transfer_group == "a"
    refusal = param_of(lambda: client.v1.charges.update(charge, {"transfer_group": "b"}))
    assert refusal == "transfer_group"


def test_a_refused_transfer_leaves_the_group_of_the_charge_alone(simulator: Simulator) -> None:
    charge, account = simulator.charge(1000), simulator.account()
    given = {"source_transaction": charge, "transfer_group": "order_1"}

    with pytest.raises(stripe.InvalidRequestError):
        simulator.transfer(account, 1001, **given)

    assert simulator.client().v1.charges.retrieve(charge).transfer_group is None


def test_refunds_go_up_to_the_charge_and_no_further(simulator: Simulator) -> None:
    charge, client = simulator.charge(24000), simulator.client()
    refunds = client.v1.refunds

    refund = refunds.create({"charge": charge, "amount": 8000})

    assert (refund.status, refund.amount) == ("succeeded", 8000)
    assert simulator.balance() == (0, 24000 - 385 - 8000)
    assert param_of(lambda: refunds.create({"charge": charge, "amount": 16001})) == "amount"
    intent = str(client.v1.charges.retrieve(charge).payment_intent)
    refunds.create({"payment_intent": intent})
    after = client.v1.charges.retrieve(charge, {"expand": ["refunds"]})
    assert (after.amount_refunded, after.refunded) == (24000, True)
    assert [row.amount for row in after.refunds.data] == [16000, 8000]
    assert code_of(lambda: refunds.create({"charge": charge})) == "charge_already_refunded"


def test_a_refund_that_fails_later_brings_the_money_back(simulator: Simulator) -> None:
    charge = simulator.charge(10000)
    refund = simulator.client().v1.refunds.create({"charge": charge})
    before = simulator.balance()

    simulator.lever(f"refund/{refund.id}/failed")

    client = simulator.client()
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert failed.status == "failed"
    assert failed.failure_balance_transaction.type == "refund_failure"
    assert client.v1.charges.retrieve(charge).amount_refunded == 0
    assert sum(simulator.balance()) == sum(before) + 10000
    assert client.v1.events.list({"type": "refund.failed"}).data[0].data.object["id"] == refund.id


def test_a_reversal_brings_money_back_from_the_account(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    client = simulator.client()

    reversal = client.v1.transfers.reversals.create(transfer, {"amount": 1300})

    after = client.v1.transfers.retrieve(transfer)
    movement = client.v1.balance_transactions.retrieve(str(reversal.balance_transaction))
    assert (after.amount_reversed, after.reversed) == (1300, False)
    assert [row.id for row in after.reversals.data] == [reversal.id]
    assert (movement.type, movement.net) == ("transfer_refund", 1300)
    assert simulator.balance(account) == (0, 1700)
    client.v1.transfers.reversals.create(transfer)
    assert client.v1.transfers.retrieve(transfer).reversed
    assert simulator.balance(account) == (0, 0)


def test_more_than_is_left_of_a_transfer_cannot_be_reversed(simulator: Simulator) -> None:
    transfer, _ = simulator.transferred()
    client = simulator.client()
    client.v1.transfers.reversals.create(transfer, {"amount": 2000})

    def back(cents: int) -> Refused:
        return lambda: client.v1.transfers.reversals.create(transfer, {"amount": cents})

    assert param_of(back(1001)) == "amount"
    client.v1.transfers.reversals.create(transfer, {"amount": 1000})
    assert param_of(back(1)) == "amount"


def test_spent_transfer_cannot_be_reversed(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    simulator.lever("balance", account=account, available=500)

    def back(cents: int) -> Refused:
        return lambda: simulator.client().v1.transfers.reversals.create(transfer, {"amount": cents})

    shown = simulator.lever(f"balance?account={account}", "GET")
    assert shown["available"][0]["amount"] == 500
    assert code_of(back(501)) == "balance_insufficient"
    back(500)()
    assert simulator.balance(account) == (0, 0)


def test_the_balance_is_always_the_sum_of_its_moves(simulator: Simulator) -> None:
    transfer, account = simulator.transferred()
    client = simulator.client()
    client.v1.transfers.reversals.create(transfer, {"amount": 700})
    client.v1.refunds.create({"charge": simulator.charge(5000), "amount": 1234})
    simulator.lever("clock/advance", days=5)
    simulator.transfer(account, 100)

    for owner in ("", account):
        options = {"stripe_account": owner} if owner else {}
        movements = client.v1.balance_transactions.list({"limit": 100}, options)
        assert sum(movement.net for movement in movements.data) == sum(simulator.balance(owner))


def test_a_card_that_is_refused_is_a_card_error_and_moves_nothing(simulator: Simulator) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        simulator.charge(card="pm_card_chargeDeclined")

    assert refusal.value.http_status == 402
    assert refusal.value.code == "card_declined"
    assert simulator.balance() == (0, 0)


def test_minimum_balance_is_stored(simulator: Simulator) -> None:
    client = simulator.client()
    stored = {"payments": {"payouts": {"minimum_balance_by_currency": {"eur": 123456}}}}

    client.v1.balance_settings.update(stored)

    payouts = client.v1.balance_settings.retrieve().payments.payouts
    assert payouts is not None
    assert payouts.to_dict()["minimum_balance_by_currency"] == {"eur": 123456}
    assert client.v1.payouts.list().data == []
