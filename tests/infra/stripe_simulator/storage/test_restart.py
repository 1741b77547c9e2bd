"""Killed in the middle: what was answered is there again, and what was on its way arrives."""

import http.client
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import Body, Receiver, Simulator, ready, start


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    taking = Receiver()
    yield taking
    taking.shutdown()
    taking.server_close()


class Houses:
    """Simulators that take over the same state file, one after the other."""

    def __init__(self, state: Path, receiver: Receiver) -> None:
        self.state = state
        self.receiver = receiver
        self.running: list[Simulator] = []

    def open(self, webhooks: str = "http://127.0.0.1:9") -> Simulator:
        process = start("--state-file", str(self.state), "--webhooks-base", webhooks)
        self.running.append(Simulator(ready(process), self.receiver, process))
        return self.running[-1]

    def kill(self, simulator: Simulator) -> None:
        simulator.process.send_signal(signal.SIGKILL)
        simulator.process.communicate(timeout=PATIENCE)
        simulator.http.close()
        self.running.remove(simulator)


@pytest.fixture
def houses(tmp_path: Path, receiver: Receiver) -> Iterator[Houses]:
    found = Houses(tmp_path / "state.sqlite", receiver)
    yield found
    for simulator in list(found.running):
        found.kill(simulator)


def _pay_until_killed(simulator: Simulator, answered: dict[str, Body]) -> None:
    params = {"amount": 500, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    try:
        for number in range(10_000):
            key = f"payment-{number}"
            answer = simulator.api("POST", "/v1/payment_intents", params, key=key)
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


def test_time_disputes_payouts_and_deadlines_go_on_after_a_kill(
    houses: Houses, receiver: Receiver
) -> None:
    before = houses.open()
    before.lever("clock/advance", days=3)
    account = before.account()
    dispute = before.lever(f"dispute/{before.charge()}")
    before.lever(f"account/{account}/requirement", days=10)
    before.lever("balance", available=50000)
    before.lever("payouts", interval="daily")
    shown = len(before.lever("deliveries", "GET", limit=1000)["data"])
    houses.kill(before)

    after = houses.open(receiver.base)
    assert after.lever("clock", "GET")["offset_seconds"] == 3 * 86400
    arrived = after.deliveries()
    assert len(arrived) == shown
    after.lever("clock/advance", days=15)

    client = after.client()
    assert client.v1.disputes.retrieve(dispute["id"]).status == "lost"
    assert [row.amount for row in client.v1.payouts.list().data] == [50000]
    found = client.v2.core.accounts.retrieve(account, {"include": ["requirements"]})
    assert found.requirements is not None
    assert [row.minimum_deadline.status for row in found.requirements.entries or []] == ["past_due"]
