"""The program: quick to start, quick to answer, gone when told, and it forgets nothing."""

import http.client
import signal
import time
import urllib.parse
from pathlib import Path

import pytest

from tests.infra.stripe_simulator.conftest import KEY, Receiver, Simulator, ready, start


def test_a_key_of_real_money_is_refused_at_the_start() -> None:
    process = start("--port", "0", SIMULATOR_API_KEY="sk_live_something")

    _, errors = process.communicate(timeout=5)

    assert process.returncode == 2
    assert "real money" in errors


def test_without_a_key_it_does_not_start() -> None:
    process = start(SIMULATOR_API_KEY="")

    _, errors = process.communicate(timeout=5)

    assert (process.returncode, "key" in errors) == (2, True)


def test_a_port_in_use_gets_one_clear_sentence(simulator: Simulator) -> None:
    port = urllib.parse.urlsplit(simulator.base).port

    process = start("--port", str(port))
    _, errors = process.communicate(timeout=5)

    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert str(port) in errors


def test_it_starts_and_stops_within_a_second() -> None:
    began = time.monotonic()
    process = start()
    base = ready(process)
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=5)

    assert base.startswith("http://127.0.0.1:")
    assert started - began < 1
    assert time.monotonic() - started < 1
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGKILL])
def test_a_state_file_brings_everything_back(tmp_path: Path, farewell: signal.Signals) -> None:
    receiver = Receiver()
    state = str(tmp_path / "folder" / "state.sqlite")
    first = start("--state-file", state, "--webhooks-base", "http://127.0.0.1:9")
    before = Simulator(ready(first), receiver, first)
    before.lever("clock/advance", hours=1)
    session = before.session()
    before.submit(str(session.url))
    customer = before.api("POST", "/v1/customers", {"name": "a"}, key="k1").json
    open_session = before.session()
    balance = before.balance()
    first.send_signal(farewell)
    first.communicate(timeout=5)

    second = start("--state-file", state, "--webhooks-base", receiver.base)
    after = Simulator(ready(second), receiver, second)

    replayed = after.api("POST", "/v1/customers", {"name": "a"}, key="k1")
    kept = after.client().v1.checkout.sessions.retrieve(session.id)
    assert kept.payment_status == "paid"
    assert replayed.json == customer
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert after.balance() == balance
    assert after.lever("clock", "GET")["offset_seconds"] == 3600
    assert "checkout.session.completed" in [letter.json["type"] for letter in after.letters()]
    after.lever("clock/advance", days=4)
    assert after.balance() == (balance[1], 0)
    assert after.client().v1.checkout.sessions.retrieve(open_session.id).status == "expired"
    for simulator in (before, after):
        simulator.http.close()
    second.terminate()
    second.communicate(timeout=5)
    receiver.shutdown()
    receiver.server_close()


def test_it_answers_at_least_three_hundred_calls_a_second(simulator: Simulator) -> None:
    parts = urllib.parse.urlsplit(simulator.base)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Stripe-Version": "2026-10-28.endive",
    }
    began = time.monotonic()

    for number in range(150):
        body = "amount=500&currency=eur&confirm=true&payment_method=pm_card_visa"
        link.request(
            "POST", "/v1/payment_intents", body, headers | {"Idempotency-Key": str(number)}
        )
        assert link.getresponse().read()
        link.request("GET", "/v1/balance", headers=headers)
        assert link.getresponse().read()

    took = time.monotonic() - began
    link.close()
    assert 300 / took > 300
