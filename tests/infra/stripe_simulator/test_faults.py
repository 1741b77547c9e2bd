"""Misfortunes on order, as a client and as a receiver of events meet them."""

import http.client
import json
import time

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Body, Simulator

CUSTOMER: Body = {"name": "Boulangerie"}


def charged(simulator: Simulator) -> int:
    return len(simulator.client().v1.customers.list({"limit": 100}).data)


@pytest.mark.parametrize(
    ("kind", "status", "executed"),
    [
        ("error_before", 500, 0),
        ("error_after", 500, 1),
        ("rate_limit", 429, 0),
        ("lock_timeout", 409, 0),
    ],
)
def test_a_fault_answers_with_its_status_and_executes_or_not(
    simulator: Simulator, kind: str, status: int, executed: int
) -> None:
    simulator.lever("faults", kind=kind, path="/v1/customers", method="POST")

    answer = simulator.api("POST", "/v1/customers", CUSTOMER)

    assert answer.status == status
    assert charged(simulator) == executed
    assert simulator.api("POST", "/v1/customers", CUSTOMER).status == 200


@pytest.mark.parametrize(
    ("kind", "executed"),
    [("reset_before", 0), ("reset_after", 1), ("timeout_before", 0), ("timeout_after", 1)],
)
def test_an_answer_may_be_lost_on_the_way(simulator: Simulator, kind: str, executed: int) -> None:
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        simulator.api("POST", "/v1/customers", CUSTOMER, Sim_Fault=f"{kind};seconds=0.1")

    assert charged(simulator) == executed


def test_an_answer_may_be_cut_or_come_in_drops(simulator: Simulator) -> None:
    cut = simulator.api("POST", "/v1/customers", CUSTOMER, Sim_Fault="malformed_json")
    started = time.monotonic()
    slow = simulator.api("POST", "/v1/customers", CUSTOMER, Sim_Fault="slow_body;seconds=0.3")

    with pytest.raises(json.JSONDecodeError):
        assert cut.json
    assert slow.json["name"] == "Boulangerie"
    assert time.monotonic() - started > 0.25


def test_the_library_gets_over_two_broken_answers_with_one_object(simulator: Simulator) -> None:
    simulator.lever("faults", kind="reset_after", method="POST")
    simulator.lever("faults", kind="lock_timeout", method="POST")

    customer = simulator.client().v1.customers.create({"name": "a"})

    assert customer.name == "a"
    assert charged(simulator) == 1


def test_too_many_requests_say_when_to_come_back(simulator: Simulator) -> None:
    simulator.lever("faults", kind="rate_limit", seconds=7)

    with pytest.raises(stripe.RateLimitError) as refusal:
        simulator.client().v1.balance.retrieve()

    assert dict(refusal.value.headers or {})["Retry-After"] == "7"


def test_a_fault_meets_only_whom_it_is_for_and_as_often_as_ordered(simulator: Simulator) -> None:
    simulator.lever("faults", kind="error_before", path="/v1/refunds", times=2)

    other = simulator.api("GET", "/v1/customers").status
    statuses = [simulator.api("GET", "/v1/refunds").status for _ in range(3)]

    assert (other, statuses) == (200, [500, 500, 200])


def test_chance_is_the_same_each_time_with_the_same_seed(simulator: Simulator) -> None:
    def row() -> list[int]:
        simulator.lever("reset")
        order = {"kind": "error_before", "times": None, "chance_percent": 50, "seed": 7}
        simulator.lever("faults", **order)
        return [simulator.api("GET", "/v1/balance").status for _ in range(20)]

    first = row()

    assert first == row()
    assert set(first) == {200, 500}


def test_faults_are_listed_and_cleared(simulator: Simulator) -> None:
    simulator.lever("faults", kind="rate_limit", times=None)
    assert [row["kind"] for row in simulator.lever("faults", "GET")["data"]] == ["rate_limit"]

    simulator.lever("faults", "DELETE")

    assert simulator.lever("faults", "GET")["data"] == []
    assert simulator.api("GET", "/v1/balance").status == 200


def test_an_unknown_fault_is_refused(simulator: Simulator) -> None:
    headers = {"Authorization": "Bearer sk_test_simulator_key"}

    for body in ("kind=flood", "colour=red", ""):
        answer = simulator.send("POST", f"/_sim/faults?{body}", headers=headers)
        assert answer.status == 400


def test_an_event_may_come_twice(simulator: Simulator) -> None:
    simulator.lever("faults", kind="duplicate_event", event="charge.succeeded")

    simulator.charge()

    deliveries = [delivery.json for delivery in simulator.deliveries()]
    twice = [delivery["id"] for delivery in deliveries if delivery["type"] == "charge.succeeded"]
    assert len(twice) == 2
    assert len(set(twice)) == 1


def test_an_event_may_never_come_and_is_found_in_the_log(simulator: Simulator) -> None:
    simulator.lever("faults", kind="drop_event", times=None)

    simulator.charge()

    client = simulator.client()
    assert simulator.deliveries() == []
    missed = client.v1.events.list({"delivery_success": False}).data
    assert "payment_intent.succeeded" in [event.type for event in missed]


def test_an_event_may_come_late(simulator: Simulator) -> None:
    simulator.lever("faults", kind="delay_event", event="charge.succeeded", seconds=0.4)

    simulator.charge()

    assert [delivery.json["type"] for delivery in simulator.deliveries()][-1] == "charge.succeeded"


def test_events_may_come_in_another_order(simulator: Simulator) -> None:
    simulator.lever("faults", kind="shuffle_events", times=None, seconds=0.4, seed=3)

    for _ in range(5):
        simulator.charge()

    arrived = [delivery.json["id"] for delivery in simulator.deliveries()]
    events = simulator.client().v1.events.list({"limit": 100}).data
    happened = [event.id for event in reversed(events) if event.id in arrived]
    assert sorted(arrived) == sorted(happened)
    assert arrived != happened


def test_the_money_of_a_charge_may_be_booked_late(simulator: Simulator) -> None:
    simulator.lever("faults", kind="late_balance_transaction", seconds=60)
    charge, client = simulator.charge(), simulator.client()
    assert client.v1.charges.retrieve(charge).balance_transaction is None

    simulator.lever("clock/advance", seconds=61)

    assert client.v1.charges.retrieve(charge).balance_transaction
    assert client.v1.events.list({"type": "charge.updated"}).data[0].data.object["id"] == charge


def test_a_rate_strikes_again_and_again_and_is_counted(simulator: Simulator) -> None:
    order = {"kind": "error_before", "path": "/v1/balance", "rate_per_thousand": 300, "seed": 5}
    simulator.lever("faults", **order)

    statuses = [simulator.api("GET", "/v1/balance").status for _ in range(200)]
    simulator.api("GET", "/v1/customers")

    found = simulator.lever("faults", "GET")
    row = found["data"][0]
    assert row["seen"] == 200
    assert 30 <= row["met"] <= 90
    assert row["met"] == statuses.count(500) == found["struck"]["error_before"]
    assert simulator.lever("faults", "DELETE")["struck"] == found["struck"]
    assert simulator.lever("reset")["reset"]
    assert simulator.lever("faults", "GET") == {"data": [], "struck": {}}


@pytest.mark.parametrize(
    ("order", "param"),
    [
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "seconds": "soon"}, "seconds"),
        ({"kind": "slow", "rate_per_thousand": 1001}, "rate_per_thousand"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": ["slow"]}, "kind"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    simulator: Simulator, order: Body, param: str
) -> None:
    answer = simulator.try_lever("faults", **order)

    assert (answer.status, answer.json["error"]["param"]) == (400, param)
    assert simulator.lever("faults", "GET")["data"] == []


@pytest.mark.parametrize("header", ["flood", "slow;seconds=soon", "drop_event", "slow;colour=red"])
def test_a_header_that_makes_no_sense_is_refused(simulator: Simulator, header: str) -> None:
    answer = simulator.api("POST", "/v1/customers", CUSTOMER, Sim_Fault=header)

    assert answer.status == 400
    assert charged(simulator) == 0
