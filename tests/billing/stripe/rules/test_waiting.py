import datetime as dt
from typing import Any

import pytest

from billing.stripe.rules.waiting import Standing, standing_of

WAITING: dict[str, Any] = {
    "kind": "checkout",
    "state": "pending",
    "failure": "",
    "status": None,
    "waits_for": dt.timedelta(seconds=4),
    "halted": False,
}


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        ({}, Standing.MAKING),
        ({"waits_for": dt.timedelta(seconds=5)}, Standing.SLOW),
        ({"failure": "api_error"}, Standing.SLOW),
        ({"halted": True, "failure": "api_error"}, Standing.HALTED),
        ({"state": "parked", "halted": True}, Standing.PARKED),
        ({"state": "done", "halted": True}, Standing.DONE),
        ({"state": "failed", "status": 400}, Standing.REFUSED),
        ({"state": "failed", "kind": "portal", "status": 400}, Standing.REFUSED),
        ({"state": "failed", "kind": "portal", "status": 500}, Standing.TOO_LATE),
        ({"state": "failed", "kind": "portal"}, Standing.TOO_LATE),
    ],
)
def test_page_that_waits_for_a_call_says_how_it_stands(
    found: dict[str, Any], standing: Standing
) -> None:
    assert standing_of(**WAITING | found) == standing
