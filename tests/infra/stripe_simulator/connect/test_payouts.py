"""Money leaves for the bank: by hand, by night, with what must stay, and back when it fails."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator


def options(account: str) -> Any:
    return {"stripe_account": account} if account else {}


def paid_out(simulator: Simulator, account: str = "") -> Any:
    return simulator.client().v1.payouts.list({}, options(account)).data


def types(simulator: Simulator, account: str = "") -> list[str]:
    events = simulator.client().v1.events.list({"type": "payout.*"}, options(account)).data
    return [event.type.removeprefix("payout.") for event in reversed(events)]


def movements(simulator: Simulator, account: str = "", **params: Any) -> list[tuple[str, int]]:
    found = simulator.client().v1.balance_transactions.list(params, options(account)).data
    return [(movement.type, movement.net) for movement in found]


def rich(simulator: Simulator, cents: int = 50000, account: str = "") -> None:
    simulator.lever("balance", available=cents, **({"account": account} if account else {}))


def test_no_balance_is_paid_out_unless_somebody_says_so(simulator: Simulator) -> None:
    rich(simulator)

    simulator.lever("clock/advance", days=40)

    assert paid_out(simulator) == []
    settings = simulator.client().v1.balance_settings.retrieve().payments.payouts
    assert settings is not None
    assert settings.schedule is not None
    assert settings.schedule.interval == "manual"


def test_a_payout_by_hand_leaves_and_arrives_by_the_clock(simulator: Simulator) -> None:
    simulator.lever("clock", now="2026-01-01T12:00:00Z")
    rich(simulator)
    payouts = simulator.client().v1.payouts

    payout = payouts.create({"amount": 20000, "currency": "eur", "description": "Loyer"})
    assert (payout.status, payout.automatic) == ("pending", False)
    assert simulator.balance() == (30000, 0)
    simulator.lever("clock/advance", hours=2)
    assert payouts.retrieve(payout.id).status == "in_transit"
    simulator.lever("clock/advance", to=str(payout.arrival_date))

    assert payouts.retrieve(payout.id).status == "paid"
    assert types(simulator) == ["created", "updated", "paid"]
    assert movements(simulator)[0] == ("payout", -20000)
    assert [row.id for row in payouts.list({"status": "paid"}).data] == [payout.id]
    assert payouts.list({"arrival_date": {"gt": payout.arrival_date}}).data == []


def test_no_payout_arrives_on_a_weekend(simulator: Simulator) -> None:
    simulator.lever("clock", now="2026-01-01T12:00:00Z")
    rich(simulator)
    payouts = simulator.client().v1.payouts

    arrivals = []
    for _ in range(7):
        arrivals.append(payouts.create({"amount": 1, "currency": "eur"}).arrival_date)
        simulator.lever("clock/advance", days=1)

    assert {(day // 86400 + 3) % 7 for day in arrivals} == {0, 1, 2, 3, 4}
    assert all(day % 86400 == 0 for day in arrivals)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"amount": 0}, "amount"),
        ({"currency": "usd"}, "currency"),
        ({"method": "instant"}, "method"),
        ({"destination": "ba_nobody"}, "destination"),
    ],
)
def test_a_payout_that_makes_no_sense_is_refused(
    simulator: Simulator, change: dict[str, Any], param: str
) -> None:
    rich(simulator)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.payouts.create({"amount": 1, "currency": "eur", **change})

    assert refusal.value.param == param
    assert simulator.balance() == (50000, 0)


def test_more_than_is_available_cannot_leave(simulator: Simulator) -> None:
    simulator.charge(10000)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.payouts.create({"amount": 1, "currency": "eur"})

    assert refusal.value.code == "balance_insufficient"


def test_a_payout_can_be_canceled_until_it_has_left(simulator: Simulator) -> None:
    rich(simulator)
    payouts = simulator.client().v1.payouts

    first = payouts.create({"amount": 20000, "currency": "eur"})
    assert payouts.cancel(first.id).status == "canceled"
    assert simulator.balance() == (50000, 0)
    second = payouts.create({"amount": 20000, "currency": "eur"})
    simulator.lever("clock/advance", hours=2)

    with pytest.raises(stripe.InvalidRequestError, match="pending"):
        payouts.cancel(second.id)
    assert types(simulator)[:2] == ["created", "canceled"]


@pytest.mark.parametrize("days", [0, 5])
def test_a_bank_may_send_a_payout_back_even_after_it_arrived(
    simulator: Simulator, days: int
) -> None:
    rich(simulator)
    payout = simulator.client().v1.payouts.create({"amount": 20000, "currency": "eur"})
    if days:
        simulator.lever("clock/advance", days=days)

    simulator.lever(f"payout/{payout.id}/failed", code="account_closed")

    failed = simulator.client().v1.payouts.retrieve(
        payout.id, {"expand": ["failure_balance_transaction"]}
    )
    movement: Any = failed.failure_balance_transaction
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert (movement.type, movement.net) == ("payout_failure", 20000)
    assert simulator.balance() == (50000, 0)
    assert types(simulator)[-1] == "failed"
    simulator.lever("clock/advance", days=3)
    assert simulator.client().v1.payouts.retrieve(payout.id).status == "failed"


def daily(simulator: Simulator, minimum: int = 0, account: str = "") -> None:
    payouts: Any = {"schedule": {"interval": "daily"}}
    payouts["minimum_balance_by_currency"] = {"eur": minimum}
    simulator.client().v1.balance_settings.update(
        {"payments": {"payouts": payouts}}, options(account)
    )


def test_each_night_pays_out_what_is_available_and_says_of_what_it_is_made(
    simulator: Simulator,
) -> None:
    simulator.charge(10000)
    rich(simulator)
    simulator.charge(5000)
    daily(simulator)

    simulator.lever("clock/advance", days=1)

    payout = paid_out(simulator)[0]
    assert (payout.amount, payout.automatic) == (50000, True)
    assert simulator.balance() == (0, 4900)
    inside = movements(simulator, payout=payout.id)
    assert inside == [("payout", -50000), ("topup", 40175), ("charge", 9825)]
    assert sum(net for _, net in inside) == 0
    simulator.lever("clock/advance", days=2)
    assert types(simulator)[:3] == ["created", "updated", "reconciliation_completed"]
    after = simulator.client().v1.payouts.retrieve(payout.id)
    assert after.reconciliation_status == "completed"


def test_minimum_balance_is_held_and_released_to_the_right_sum(
    simulator: Simulator,
) -> None:
    rich(simulator)
    daily(simulator, minimum=12000)

    simulator.lever("clock/advance", days=1)

    first = paid_out(simulator)[0]
    hold, release = "payout_minimum_balance_hold", "payout_minimum_balance_release"
    assert first.amount == 38000
    assert simulator.balance() == (12000, 0)
    assert movements(simulator)[:3] == [(release, 12000), ("payout", -38000), (hold, -12000)]
    simulator.lever("balance", change=5000)
    simulator.lever("clock/advance", days=1)

    second = paid_out(simulator)[0]
    inside = movements(simulator, payout=second.id)
    assert second.amount == 5000
    assert sorted(inside) == sorted(
        [("payout", -5000), (hold, -12000), (release, 12000), ("topup", 5000)]
    )
    assert sum(net for _, net in movements(simulator)) == sum(simulator.balance()) == 12000


def test_balance_below_the_minimum_pays_nothing_out(simulator: Simulator) -> None:
    rich(simulator, 9000)
    daily(simulator, minimum=9000)

    simulator.lever("clock/advance", days=3)

    assert paid_out(simulator) == []
    assert simulator.balance() == (9000, 0)


def test_a_manual_payout_is_not_made_of_anything(simulator: Simulator) -> None:
    rich(simulator)
    payout = simulator.client().v1.payouts.create({"amount": 1, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        movements(simulator, payout=payout.id)

    assert refusal.value.param == "payout"


def test_an_account_is_paid_out_to_its_own_bank_with_an_event_of_its_own(
    simulator: Simulator,
) -> None:
    account = simulator.account()
    rich(simulator, 8000, account)
    simulator.lever("payouts", account=account, automatic=True)

    simulator.lever("clock/advance", days=5)

    payout = paid_out(simulator, account)[0]
    bank = simulator.client().v1.accounts.external_accounts.list(account).data[0]
    assert (payout.amount, payout.destination) == (8000, bank.id)
    assert paid_out(simulator) == []
    deliveries = [
        delivery for delivery in simulator.deliveries() if delivery.path == "/stripe/connected/"
    ]
    assert [(delivery.json["type"], delivery.json["account"]) for delivery in deliveries] == [
        ("payout.paid", account)
    ]


def test_a_failed_payout_of_an_account_stops_the_next_until_it_names_another_bank(
    simulator: Simulator,
) -> None:
    account = simulator.account()
    rich(simulator, 8000, account)
    simulator.lever("payouts", account=account, interval="daily")
    simulator.lever("clock/advance", days=1)

    simulator.lever(f"payout/{paid_out(simulator, account)[0].id}/failed", code="no_account")
    simulator.lever("clock/advance", days=3)
    assert len(paid_out(simulator, account)) == 1
    simulator.lever(f"bank/{account}/replaced")
    simulator.lever("clock/advance", days=1)

    kinds = [
        delivery.json["type"] for delivery in simulator.deliveries() if "account" in delivery.json
    ]
    assert kinds[:2] == ["payout.failed", "account.external_account.updated"]
    assert [row.amount for row in paid_out(simulator, account)] == [8000, 8000]


def test_an_account_that_may_not_be_paid_out_keeps_its_money(simulator: Simulator) -> None:
    account = simulator.account("restricted")
    rich(simulator, 8000, account)
    simulator.lever("payouts", account=account, interval="daily")

    simulator.lever("clock/advance", days=2)

    assert paid_out(simulator, account) == []
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.payouts.create({"amount": 1, "currency": "eur"}, options(account))
    assert refusal.value.code == "payouts_not_allowed"


@pytest.mark.parametrize(("debit", "balance"), [(True, 0), (False, -3000)])
def test_negative_balance_is_debited_from_the_bank_where_allowed(
    simulator: Simulator, *, debit: bool, balance: int
) -> None:
    rich(simulator, -3000)
    daily(simulator)
    simulator.client().v1.balance_settings.update({"payments": {"debit_negative_balances": debit}})

    simulator.lever("clock/advance", days=1)

    assert [row.amount for row in paid_out(simulator)] == ([-3000] if debit else [])
    assert simulator.balance() == (balance, 0)


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ({"interval": "weekly", "weekly_payout_days": ["tuesday"]}, [6, 13]),
        ({"interval": "monthly", "monthly_payout_days": [31]}, [31]),
    ],
)
def test_a_balance_may_be_paid_out_on_certain_days(
    simulator: Simulator, schedule: Any, days: list[int]
) -> None:
    simulator.lever("clock", now="2026-01-01T12:00:00Z")
    simulator.client().v1.balance_settings.update({"payments": {"payouts": {"schedule": schedule}}})

    made = []
    for day in range(2, 14 if len(days) > 1 else 32):
        rich(simulator, 100)
        simulator.lever("clock/advance", to=f"2026-01-{day:02}T12:00:00Z")
        made += [day] if simulator.balance() == (0, 0) else []

    assert made == days


def test_everyone_can_be_switched_at_once_and_off_again(simulator: Simulator) -> None:
    simulator.lever("payouts", everyone=True, interval="daily")
    account = simulator.account()
    rich(simulator, 100, account)
    rich(simulator, 200)
    simulator.lever("clock/advance", days=1)
    assert [row.amount for row in [*paid_out(simulator), *paid_out(simulator, account)]] == [
        200,
        100,
    ]

    simulator.lever("payouts", everyone=True, automatic=False)
    rich(simulator, 300)
    simulator.lever("clock/advance", days=2)

    assert simulator.balance() == (300, 0)


def test_stripe_takes_a_fee_of_its_own(simulator: Simulator) -> None:
    rich(simulator, 1000)

    simulator.lever("fee", amount=200, description="Connect: 1 active account")

    assert movements(simulator, type="stripe_fee") == [("stripe_fee", -200)]
    assert simulator.balance() == (800, 0)
