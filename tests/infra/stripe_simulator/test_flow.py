"""The steps that Stripe's own command-line client plays against the simulator."""

import json
import re
from pathlib import Path

import infra.stripe_simulator
from tests.infra.stripe_simulator.conftest import Body, Simulator

FLOW = Path(infra.stripe_simulator.__file__).with_name("flow.json")


def filled_in(text: str, known: dict[str, Body]) -> str:
    """Return the text with values of earlier steps for ${step:field}, as the client does."""
    return re.sub(r"\$\{(\w+):(\w+)\}", lambda found: str(known[found[1]][found[2]]), text)


def test_each_step_of_the_flow_is_played(sim: Simulator) -> None:
    known: dict[str, Body] = {}
    for step in json.loads(FLOW.read_text(encoding="utf-8"))["fixtures"]:
        params = json.loads(filled_in(json.dumps(step["params"]), known))
        path = filled_in(step["path"], known)
        answer = sim.api(step["method"].upper(), path, params, version=None)
        assert answer.status == 200, answer.text
        known[step["name"]] = answer.json
    assert known["once"]["status"] == "succeeded"
    assert known["stopped"]["cancel_at_period_end"]
    assert known["back"]["amount"] == 8000
