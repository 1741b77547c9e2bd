"""The program: it starts or says why not, is gone when told, and forgets nothing."""

import os
import pty
import re
import signal
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import ROOT, Receiver, Simulator, ready, start


def test_a_key_of_real_money_is_refused_at_the_start() -> None:
    process = start("--port", "0", SIMULATOR_API_KEY="sk_live_something")

    _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert "real money" in errors


def test_without_a_key_it_does_not_start() -> None:
    process = start(SIMULATOR_API_KEY="")

    _, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, "key" in errors) == (2, True)


def test_a_port_in_use_gets_one_clear_sentence(simulator: Simulator) -> None:
    port = urllib.parse.urlsplit(simulator.base).port

    process = start("--port", str(port))
    _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert str(port) in errors


def test_the_terminal_shows_where_the_page_is() -> None:
    master, slave = pty.openpty()
    env = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.stripe_simulator"], cwd=ROOT, env=env, stdout=slave
    )
    output = ""
    while "Ctrl-C" not in output:
        output += os.read(master, 1000).decode()
    process.terminate()
    process.wait(PATIENCE)
    os.close(master)
    os.close(slave)

    assert re.search(r"http://127\.0\.0\.1:\d+/\s", output)
    assert "sk_test_simulator" in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "99999"], "from 0 to 65535"),
        (["--port", "http"], "from 0 to 65535"),
        (["--state-file", "/dev/null/state"], "cannot be used"),
        (["--state-file", __file__], "cannot be used"),
    ],
)
def test_bad_arguments_get_a_sentence(arguments: list[str], sentence: str) -> None:
    process = start(*arguments)

    _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode != 0
    assert sentence in errors
    assert "Traceback" not in errors


def test_process_says_its_address_and_stops_on_sigterm() -> None:
    process = start()
    base = ready(process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)

    assert base.startswith("http://127.0.0.1:")
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
    first.communicate(timeout=PATIENCE)

    second = start("--state-file", state, "--webhooks-base", receiver.base)
    after = Simulator(ready(second), receiver, second)

    replayed = after.api("POST", "/v1/customers", {"name": "a"}, key="k1")
    stored = after.client().v1.checkout.sessions.retrieve(session.id)
    assert stored.payment_status == "paid"
    assert replayed.json == customer
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert after.balance() == balance
    assert after.lever("clock", "GET")["offset_seconds"] == 3600
    assert "checkout.session.completed" in [
        delivery.json["type"] for delivery in after.deliveries()
    ]
    after.lever("clock/advance", days=4)
    assert after.balance() == (balance[1], 0)
    assert after.client().v1.checkout.sessions.retrieve(open_session.id).status == "expired"
    for simulator in (before, after):
        simulator.http.close()
    second.terminate()
    second.communicate(timeout=PATIENCE)
    receiver.shutdown()
    receiver.server_close()
