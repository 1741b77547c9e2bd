"""The program: it starts or explains its failure, stops on a signal, and loses no state."""

import os
import pty
import re
import signal
import subprocess
import sys
import urllib.parse

import pytest

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import ROOT, Simulator, ready, start


def ended(*arguments: str, **environment: str) -> tuple[int, str]:
    """Start a simulator that does not run for long; give its exit code and its errors."""
    process = start(*arguments, **environment)
    _, errors = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in errors
    return process.returncode, errors


@pytest.mark.parametrize(
    ("key", "sentence"), [("sk_live_something", "real money"), ("", "SIMULATOR_API_KEY")]
)
def test_only_a_key_of_the_test_mode_lets_it_start(key: str, sentence: str) -> None:
    code, errors = ended("--port", "0", SIMULATOR_API_KEY=key)
    assert (code, sentence in errors) == (2, True)


def test_a_port_in_use_gets_one_clear_sentence(sim: Simulator) -> None:
    port = str(urllib.parse.urlsplit(sim.base).port)
    code, errors = ended("--port", port)
    assert (code, errors.count("\n"), port in errors) == (1, 1, True)


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
    code, errors = ended(*arguments)
    assert (code != 0, sentence in errors) == (True, True)


def test_process_says_its_address_and_stops_on_sigterm() -> None:
    process = start()
    base = ready(process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
    assert base.startswith("http://127.0.0.1:")
    assert (process.returncode, errors) == (0, "")
