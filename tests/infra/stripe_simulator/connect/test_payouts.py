"""Payouts to the bank: manual, nightly, with a reserve, and returned on failure."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Body, Simulator, acting_as, refused


def paid_out(sim: Simulator, account: str = "") -> Any:
    return sim.v1.payouts.list({}, acting_as(account)).data


def types(sim: Simulator) -> list[str]:
    return [kind.removeprefix("payout.") for kind in sim.kinds("payout.*")]


def movements(sim: Simulator, **params: Any) -> list[tuple[str, int]]:
    return [(movement.type, movement.net) for movement in sim.movements(**params)]


def rich(sim: Simulator, cents: int = 50000, account: str = "") -> None:
    sim.lever("balance", available=cents, **({"account": account} if account else {}))


def test_no_balance_is_paid_out_unless_somebody_says_so(sim: Simulator) -> None:
    rich(sim)
    sim.advance(days=40)
    assert paid_out(sim) == []
    settings = sim.v1.balance_settings.retrieve().payments.payouts
    assert settings.schedule.interval == "manual"


def test_a_payout_by_hand_leaves_and_arrives_by_the_clock(sim: Simulator) -> None:
    sim.lever("clock", now="2026-01-01T12:00:00Z")
    rich(sim)
    payouts = sim.v1.payouts
    payout = payouts.create({"amount": 20000, "currency": "eur", "description": "Loyer"})
    assert (payout.status, payout.automatic) == ("pending", False)
    assert sim.balance() == (30000, 0)
    sim.advance(hours=2)
    assert payouts.retrieve(payout.id).status == "in_transit"
    sim.advance(to=str(payout.arrival_date))
    assert payouts.retrieve(payout.id).status == "paid"
    assert types(sim) == ["created", "updated", "paid"]
    assert movements(sim)[0] == ("payout", -20000)
    assert [row.id for row in payouts.list({"status": "paid"}).data] == [payout.id]
    assert payouts.list({"arrival_date": {"gt": payout.arrival_date}}).data == []


def test_no_payout_arrives_on_a_weekend(sim: Simulator) -> None:
    sim.lever("clock", now="2026-01-01T12:00:00Z")
    rich(sim)
    payouts = sim.v1.payouts
    arrivals = []
    for _ in range(7):
        arrivals.append(payouts.create({"amount": 1, "currency": "eur"}).arrival_date)
        sim.advance(days=1)
    assert {(day // 86400 + 3) % 7 for day in arrivals} == {0, 1, 2, 3, 4}
    assert all(day % 86400 == 0 for day in arrivals)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"amount": 0}, {"param": "amount"}),
        ({"amount": 50001}, {"code": "balance_insufficient"}),
        ({"currency": "usd"}, {"param": "currency"}),
        ({"method": "instant"}, {"param": "method"}),
        ({"destination": "ba_nobody"}, {"param": "destination"}),
    ],
)
def test_a_payout_beyond_what_is_available_or_without_sense_is_refused(
    sim: Simulator, change: Body, problem: Body
) -> None:
    rich(sim)
    sim.charge(10000)
    with refused(**problem):
        sim.v1.payouts.create({"amount": 1, "currency": "eur", **change})
    assert sim.balance() == (50000, 9825)


def test_a_payout_can_be_canceled_until_it_has_left(sim: Simulator) -> None:
    rich(sim)
    payouts = sim.v1.payouts
    first = payouts.create({"amount": 20000, "currency": "eur"})
    assert payouts.cancel(first.id).status == "canceled"
    assert sim.balance() == (50000, 0)
    second = payouts.create({"amount": 20000, "currency": "eur"})
    sim.advance(hours=2)
    with refused("pending"):
        payouts.cancel(second.id)
    assert types(sim)[:2] == ["created", "canceled"]


@pytest.mark.parametrize("days", [0, 5])
def test_a_bank_may_send_a_payout_back_even_after_it_arrived(sim: Simulator, days: int) -> None:
    rich(sim)
    payout = sim.v1.payouts.create({"amount": 20000, "currency": "eur"})
    if days:
        sim.advance(days=days)
    sim.lever(f"payout/{payout.id}/failed", code="account_closed")
    failed = sim.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]})
    movement = failed.failure_balance_transaction
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert (movement.type, movement.net) == ("payout_failure", 20000)
    assert sim.balance() == (50000, 0)
    assert types(sim)[-1] == "failed"
    sim.advance(days=3)
    assert sim.v1.payouts.retrieve(payout.id).status == "failed"


def daily(sim: Simulator, minimum: int = 0) -> None:
    floor = {"minimum_balance_by_currency": {"eur": minimum}}
    payouts = {"schedule": {"interval": "daily"}} | floor
    sim.v1.balance_settings.update({"payments": {"payouts": payouts}})


def test_each_night_pays_out_what_is_available_and_says_of_what_it_is_made(sim: Simulator) -> None:
    sim.charge(10000)
    rich(sim)
    sim.charge(5000)
    daily(sim)
    sim.advance(days=1)
    payout = paid_out(sim)[0]
    assert (payout.amount, payout.automatic) == (50000, True)
    assert sim.balance() == (0, 4900)
    inside = movements(sim, payout=payout.id)
    assert inside == [("payout", -50000), ("topup", 40175), ("charge", 9825)]
    assert sum(net for _, net in inside) == 0
    sim.advance(days=2)
    assert types(sim)[:3] == ["created", "updated", "reconciliation_completed"]
    after = sim.v1.payouts.retrieve(payout.id)
    assert after.reconciliation_status == "completed"


def test_minimum_balance_is_held_and_released_to_the_right_sum(sim: Simulator) -> None:
    rich(sim)
    daily(sim, minimum=12000)
    stored = sim.v1.balance_settings.retrieve().payments.payouts.to_dict()
    assert stored["minimum_balance_by_currency"] == {"eur": 12000}
    sim.advance(days=1)
    first = paid_out(sim)[0]
    hold, release = "payout_minimum_balance_hold", "payout_minimum_balance_release"
    assert first.amount == 38000
    assert sim.balance() == (12000, 0)
    assert movements(sim)[:3] == [(release, 12000), ("payout", -38000), (hold, -12000)]
    sim.lever("balance", change=5000)
    sim.advance(days=1)
    second = paid_out(sim)[0]
    inside = movements(sim, payout=second.id)
    assert second.amount == 5000
    assert set(inside) == {("payout", -5000), (hold, -12000), (release, 12000), ("topup", 5000)}
    assert len(inside) == 4
    assert sum(net for _, net in movements(sim)) == sum(sim.balance()) == 12000


def test_balance_below_the_minimum_pays_nothing_out(sim: Simulator) -> None:
    rich(sim, 9000)
    daily(sim, minimum=9000)
    sim.advance(days=3)
    assert paid_out(sim) == []
    assert sim.balance() == (9000, 0)


def test_a_manual_payout_is_not_made_of_anything(sim: Simulator) -> None:
    rich(sim)
    payout = sim.v1.payouts.create({"amount": 1, "currency": "eur"})
    with refused(param="payout"):
        movements(sim, payout=payout.id)


def test_an_account_is_paid_out_to_its_own_bank_with_an_event_of_its_own(sim: Simulator) -> None:
    account = sim.account()
    rich(sim, 8000, account)
    sim.lever("payouts", account=account, automatic=True)
    sim.advance(days=5)
    payout = paid_out(sim, account)[0]
    bank = sim.v1.accounts.external_accounts.list(account).data[0]
    assert (payout.amount, payout.destination) == (8000, bank.id)
    assert paid_out(sim) == []
    (delivery,) = [one for one in sim.deliveries() if one.path == "/stripe/connected/"]
    assert (delivery.type, delivery.json["account"]) == ("payout.paid", account)


def test_after_a_failed_payout_an_account_waits_for_another_bank(sim: Simulator) -> None:
    account = sim.account()
    rich(sim, 8000, account)
    sim.lever("payouts", account=account, interval="daily")
    sim.advance(days=1)
    sim.lever(f"payout/{paid_out(sim, account)[0].id}/failed", code="no_account")
    sim.advance(days=3)
    assert len(paid_out(sim, account)) == 1
    sim.lever(f"bank/{account}/replaced")
    sim.advance(days=1)
    kinds = [delivery.type for delivery in sim.deliveries() if "account" in delivery.json]
    assert kinds[:2] == ["payout.failed", "account.external_account.updated"]
    assert [row.amount for row in paid_out(sim, account)] == [8000, 8000]


def test_an_account_that_may_not_be_paid_out_keeps_its_money(sim: Simulator) -> None:
    account = sim.account("restricted")
    rich(sim, 8000, account)
    sim.lever("payouts", account=account, interval="daily")
    sim.advance(days=2)
    assert paid_out(sim, account) == []
    with refused(code="payouts_not_allowed"):
        sim.v1.payouts.create({"amount": 1, "currency": "eur"}, acting_as(account))


@pytest.mark.parametrize(("debit", "balance"), [(True, 0), (False, -3000)])
def test_negative_balance_is_debited_from_the_bank_where_allowed(
    sim: Simulator, *, debit: bool, balance: int
) -> None:
    rich(sim, -3000)
    daily(sim)
    sim.v1.balance_settings.update({"payments": {"debit_negative_balances": debit}})
    sim.advance(days=1)
    assert [row.amount for row in paid_out(sim)] == ([-3000] if debit else [])
    assert sim.balance() == (balance, 0)


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ({"interval": "weekly", "weekly_payout_days": ["tuesday"]}, [6, 13]),
        ({"interval": "monthly", "monthly_payout_days": [31]}, [31]),
    ],
)
def test_a_balance_may_be_paid_out_on_certain_days(
    sim: Simulator, schedule: Any, days: list[int]
) -> None:
    sim.lever("clock", now="2026-01-01T12:00:00Z")
    sim.v1.balance_settings.update({"payments": {"payouts": {"schedule": schedule}}})
    made = []
    for day in range(2, 14 if len(days) > 1 else 32):
        rich(sim, 100)
        sim.advance(to=f"2026-01-{day:02}T12:00:00Z")
        made += [day] if sim.balance() == (0, 0) else []
    assert made == days


def test_everyone_can_be_switched_at_once_and_off_again(sim: Simulator) -> None:
    sim.lever("payouts", everyone=True, interval="daily")
    account = sim.account()
    rich(sim, 100, account)
    rich(sim, 200)
    sim.advance(days=1)
    assert [row.amount for row in paid_out(sim) + paid_out(sim, account)] == [200, 100]
    sim.lever("payouts", everyone=True, automatic=False)
    rich(sim, 300)
    sim.advance(days=2)
    assert sim.balance() == (300, 0)


def test_stripe_takes_a_fee_of_its_own(sim: Simulator) -> None:
    rich(sim, 1000)
    sim.lever("fee", amount=200, description="Connect: 1 active account")
    assert movements(sim, type="stripe_fee") == [("stripe_fee", -200)]
    assert sim.balance() == (800, 0)
