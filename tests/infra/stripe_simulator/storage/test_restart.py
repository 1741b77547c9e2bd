"""Stop or kill of the simulator: answered requests survive, and pending webhooks arrive."""

import http.client
import signal
import threading

import pytest

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import Body, Houses, Simulator


def _pay_until_killed(sim: Simulator, answered: dict[str, Body]) -> None:
    params = {"amount": 500, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    try:
        for number in range(10_000):
            key = f"payment-{number}"
            answer = sim.api("POST", "/v1/payment_intents", params, key=key)
            answered[key] = answer.json
    except (OSError, http.client.HTTPException, ValueError):
        return


def test_answered_payments_survive_a_kill(houses: Houses) -> None:
    before = houses.open()
    answered: dict[str, Body] = {}
    paying = threading.Thread(target=_pay_until_killed, args=(before, answered))
    paying.start()
    while len(answered) < 40:
        paying.join(0.01)
    houses.kill(before)
    paying.join(PATIENCE)
    after = houses.open()
    stored = after.api("GET", "/v1/payment_intents", {"limit": 100}).json
    names = [row["id"] for row in stored["data"]]
    assert stored["has_more"] or len(names) - len(answered) in {0, 1}
    params = {"amount": 500, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    for key, body in answered.items():
        again = after.api("POST", "/v1/payment_intents", params, key=key)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json == body
    count = len(after.api("GET", "/v1/charges", {"limit": 100}).json["data"])
    movements = after.api("GET", "/v1/balance_transactions", {"limit": 100}).json["data"]
    assert count == len(movements)
    assert sum(row["net"] for row in movements) == sum(after.balance()) or stored["has_more"]


def test_time_disputes_payouts_and_deadlines_go_on_after_a_kill(houses: Houses) -> None:
    before = houses.open()
    before.advance(days=3)
    account = before.account()
    dispute = before.lever(f"dispute/{before.charge()}")
    before.lever(f"account/{account}/requirement", days=10)
    before.lever("balance", available=50000)
    before.lever("payouts", interval="daily")
    shown = len(before.lever("deliveries", "GET", limit=1000)["data"])
    houses.kill(before)
    after = houses.open(houses.receiver.base)
    assert after.lever("clock", "GET")["offset_seconds"] == 3 * 86400
    assert len(after.deliveries()) == shown
    after.advance(days=15)
    assert after.v1.disputes.retrieve(dispute["id"]).status == "lost"
    assert [row.amount for row in after.v1.payouts.list().data] == [50000]
    found = after.v2.core.accounts.retrieve(account, {"include": ["requirements"]})
    assert [row.minimum_deadline.status for row in found.requirements.entries] == ["past_due"]


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGKILL])
def test_a_state_file_brings_everything_back(houses: Houses, farewell: signal.Signals) -> None:
    before = houses.open()
    before.advance(hours=1)
    session, open_session = before.session(), before.session()
    before.submit(session.url)
    customer = before.api("POST", "/v1/customers", {"name": "a"}, key="k1").json
    balance = before.balance()
    houses.kill(before, farewell)
    after = houses.open(houses.receiver.base)
    replayed = after.api("POST", "/v1/customers", {"name": "a"}, key="k1")
    assert after.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert replayed.json == customer
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert after.balance() == balance
    assert after.lever("clock", "GET")["offset_seconds"] == 3600
    assert "checkout.session.completed" in [delivery.type for delivery in after.deliveries()]
    after.advance(days=4)
    assert after.balance() == (balance[1], 0)
    assert after.v1.checkout.sessions.retrieve(open_session.id).status == "expired"
