"""What a merchant sees of an order in each state."""

import pytest

from billing.rules.situations import Situation, situation_of


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "to_pay"),
        ({"call_state": "in_flight"}, "preparing"),
        ({"call_state": "failed"}, "refused"),
        ({"call_state": "parked"}, "checking"),
        ({"call_state": "done", "payment_state": "opened"}, "open"),
        ({"payment_state": "opened", "came_back": "abandoned"}, "abandoned"),
        ({"payment_state": "opened", "declined": True}, "declined"),
        ({"payment_state": "opened", "came_back": "returned"}, "confirming"),
        ({"payment_state": "opened", "has_problem": True}, "checking"),
        ({"payment_state": "expired", "call_state": "done"}, "expired"),
        ({"payment_state": "closed", "call_state": "done"}, "closed"),
        ({"payment_state": "expired", "call_state": "in_flight"}, "preparing"),
        ({"payment_state": "failed", "call_state": "done"}, "failed"),
        ({"order_state": "processing"}, "processing"),
        ({"order_state": "paid", "payment_state": "succeeded"}, "paid"),
        ({"order_state": "refunded"}, "refunded"),
    ],
)
def test_where_a_payment_stands(facts: dict[str, object], expected: str) -> None:
    nothing: dict[str, object] = {
        "order_state": "priced",
        "payment_state": "",
        "has_problem": False,
        "declined": False,
        "call_state": "",
        "came_back": "",
    }
    assert situation_of(**(nothing | facts)) == Situation(expected)  # type: ignore[arg-type]
