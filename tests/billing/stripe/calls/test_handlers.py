"""A call sends its frozen parameters under its key, and is found again by its effect at Stripe."""

import types
from typing import Any

import pytest

from billing.dispatch.calls import HANDLERS
from billing.models import StripeCall
from billing.stripe.gateway import reads, writes
from billing.stripe.gateway.values import Answer

Kind = StripeCall.Kind
PARAMS = {
    "email": "lea@shop.example",
    "customer": "cus_1",
    "payment_intent": "pi_1",
    "transfer_group": "OR-1",
    "cancel_at_period_end": True,
    "items": [{"price_data": {"unit_amount": 2_400}}],
}


@pytest.fixture
def call() -> StripeCall:
    return StripeCall(target="target_1", params=PARAMS, key="key_1")


@pytest.mark.parametrize(
    ("kind", "name", "named"),
    [
        (Kind.CUSTOMER, "create_customer", ["params", "key"]),
        (Kind.CHECKOUT, "open_session", ["params", "key"]),
        (Kind.EXPIRE, "expire_session", ["target", "key"]),
        (Kind.REFUND, "refund", ["params", "key"]),
        (Kind.TRANSFER, "transfer", ["params", "key"]),
        (Kind.GIVEBACK, "transfer", ["params", "key"]),
        (Kind.TAX, "transfer", ["params", "key"]),
        (Kind.REVERSAL, "reverse", ["target", "params", "key"]),
        (Kind.ACCOUNT, "open_account", ["params", "key"]),
        (Kind.CHANGE, "open_account", ["params", "key"]),
        (Kind.CLOSE, "close_account", ["target", "params", "key"]),
        (Kind.EVIDENCE, "answer_dispute", ["target", "params", "key"]),
        (Kind.GROUP, "group_charge", ["target", "params", "key"]),
        (Kind.STOP, "change_subscription", ["target", "params", "key"]),
        (Kind.REPRICE, "change_subscription", ["target", "params", "key"]),
        (Kind.END, "end_subscription", ["target", "key"]),
    ],
)
def test_a_call_says_what_was_frozen_under_its_key(
    call: StripeCall,
    monkeypatch: pytest.MonkeyPatch,
    kind: StripeCall.Kind,
    name: str,
    named: list[str],
) -> None:
    monkeypatch.setattr(writes, name, lambda *changes: changes)
    made: Any = HANDLERS[kind].call(call)
    assert made == tuple(getattr(call, one) for one in named)


@pytest.mark.parametrize("value", ["what it left", None])
@pytest.mark.parametrize(
    ("kind", "name", "by"),
    [
        (Kind.CUSTOMER, "find_customer", {"email": "lea@shop.example"}),
        (Kind.CHECKOUT, "find_session", {"customer": "cus_1"}),
        (Kind.REFUND, "find_refund", {"payment_intent": "pi_1"}),
        (Kind.TRANSFER, "find_transfer", {"group": "OR-1"}),
        (Kind.GIVEBACK, "find_transfer", {"group": "OR-1"}),
        (Kind.TAX, "find_transfer", {"group": "OR-1"}),
        (Kind.REVERSAL, "find_reversal", {"transfer_id": "target_1"}),
        (Kind.ACCOUNT, "find_account", {}),
        (Kind.CHANGE, "find_account", {}),
    ],
)
def test_object_of_a_call_is_found_by_the_call_s_uuid(
    call: StripeCall,
    monkeypatch: pytest.MonkeyPatch,
    kind: StripeCall.Kind,
    name: str,
    by: dict[str, str],
    value: str | None,
) -> None:
    requests: list[dict[str, str]] = []

    def find(**params: str) -> str | None:
        requests.append(params)
        return value

    monkeypatch.setattr(reads, name, find)
    assert HANDLERS[kind].find(call) == (value and Answer(value, "", None))
    assert requests == [{**by, "call_uuid": str(call.uuid)}]


@pytest.mark.parametrize(
    ("kind", "name", "fields", "is_done"),
    [
        (Kind.EXPIRE, "session", {"status": "open"}, False),
        (Kind.EXPIRE, "session", {"status": "expired"}, True),
        (Kind.EXPIRE, "session", {"status": "complete"}, True),
        (Kind.EVIDENCE, "dispute", {"status": "needs_response"}, False),
        (Kind.EVIDENCE, "dispute", {"status": "warning_needs_response"}, False),
        (Kind.EVIDENCE, "dispute", {"status": "under_review"}, True),
        (Kind.STOP, "subscription", {"stops_at_period_end": False}, False),
        (Kind.STOP, "subscription", {"stops_at_period_end": True}, True),
        (Kind.REPRICE, "subscription", {"gross_cents": 2_399}, False),
        (Kind.REPRICE, "subscription", {"gross_cents": 2_400}, True),
        (Kind.END, "subscription", {"status": "active"}, False),
        (Kind.END, "subscription", {"status": "canceled"}, True),
    ],
)
def test_change_of_a_call_is_seen_at_its_object(
    call: StripeCall,
    monkeypatch: pytest.MonkeyPatch,
    *,
    kind: StripeCall.Kind,
    name: str,
    fields: dict[str, Any],
    is_done: bool,
) -> None:
    stripe_object = types.SimpleNamespace(id="target_1", **fields)
    monkeypatch.setattr(reads, name, {"target_1": stripe_object}.__getitem__)
    found = HANDLERS[kind].find(call)
    assert found == (Answer(stripe_object, "", None) if is_done else None)
    assert HANDLERS[kind].result_id(stripe_object) == "target_1"


@pytest.mark.parametrize(("group", "is_done"), [("OR-1", True), ("OR-2", False), ("", False)])
def test_a_charge_that_has_joined_its_group_is_found(
    call: StripeCall, monkeypatch: pytest.MonkeyPatch, *, group: str, is_done: bool
) -> None:
    monkeypatch.setattr(reads, "group_of", {"target_1": group}.__getitem__)
    found = HANDLERS[Kind.GROUP].find(call)
    assert found == (Answer("target_1", "", None) if is_done else None)
    assert HANDLERS[Kind.GROUP].result_id("target_1") == "target_1"
