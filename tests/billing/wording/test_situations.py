"""Situations of an order that a merchant sees, for each state."""

import pytest

from billing.wording.situations import MOVING, Situation, situation_of


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "to_pay"),
        ({"call_state": "in_flight"}, "preparing"),
        ({"call_state": "failed"}, "refused"),
        ({"call_state": "parked"}, "parked"),
        ({"call_state": "in_flight", "is_slow": True}, "slow"),
        ({"call_state": "in_flight", "is_slow": True, "halted": True}, "halted"),
        ({"payment_state": "closing", "call_state": "done"}, "closing"),
        ({"payment_state": "closing", "call_state": "pending"}, "preparing"),
        ({"order_state": "priced", "withdrawn": True, "call_state": "pending"}, "withdrawing"),
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
        ({"order_state": "partly_refunded"}, "partly_refunded"),
        ({"order_state": "cancelled"}, "cancelled"),
        ({"call_state": "pending"}, "preparing"),
        ({"call_state": "unknown"}, "preparing"),
        ({"call_state": "failed", "payment_state": "expired"}, "refused"),
        ({"payment_state": "opened", "call_state": "in_flight"}, "open"),
        ({"payment_state": "opened", "declined": True, "came_back": "returned"}, "confirming"),
        ({"payment_state": "opened", "declined": True, "came_back": "abandoned"}, "declined"),
        ({"payment_state": "succeeded", "call_state": "failed"}, "confirming"),
        ({"payment_state": "processing", "call_state": "done"}, "processing"),
        ({"order_state": "priced", "withdrawn": True}, "withdrawn"),
        ({"order_state": "cancelled", "withdrawn": True}, "withdrawn"),
        ({"order_state": "awaiting_payment", "withdrawn": True}, "withdrawing"),
        ({"order_state": "processing", "withdrawn": True}, "withdrawn_late"),
        ({"order_state": "paid", "withdrawn": True}, "returning"),
        ({"order_state": "refunded", "withdrawn": True}, "refunded"),
        ({"order_state": "paid", "has_problem": True}, "paid"),
    ],
)
def test_situation_of_a_payment(facts: dict[str, object], expected: str) -> None:
    nothing: dict[str, object] = {
        "order_state": "priced",
        "payment_state": "",
        "has_problem": False,
        "declined": False,
        "call_state": "",
        "came_back": "",
    }
    assert situation_of(**(nothing | facts)).value == expected  # type: ignore[arg-type]


def test_a_page_asks_again_only_while_something_may_change_by_itself() -> None:
    assert {situation.value for situation in MOVING} == {
        *("preparing", "slow", "halted", "closing", "withdrawing"),
        *("open", "abandoned", "declined", "confirming", "processing", "returning"),
    }
    assert [situation.name.lower() for situation in Situation] == list(Situation)
