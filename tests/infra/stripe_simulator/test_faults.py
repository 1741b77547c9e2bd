"""Misfortunes on order, as a client and as a receiver of events meet them."""

import http.client
import json
import time

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Body, Simulator

CUSTOMER: Body = {"name": "Boulangerie"}


def charged(sim: Simulator) -> int:
    return len(sim.v1.customers.list({"limit": 100}).data)


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
    sim: Simulator, kind: str, status: int, executed: int
) -> None:
    sim.lever("faults", kind=kind, path="/v1/customers", method="POST")
    answer = sim.api("POST", "/v1/customers", CUSTOMER)
    assert answer.status == status
    assert charged(sim) == executed
    assert sim.api("POST", "/v1/customers", CUSTOMER).status == 200


@pytest.mark.parametrize(
    ("kind", "executed"),
    [("reset_before", 0), ("reset_after", 1), ("timeout_before", 0), ("timeout_after", 1)],
)
def test_an_answer_may_be_lost_on_the_way(sim: Simulator, kind: str, executed: int) -> None:
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        sim.api("POST", "/v1/customers", CUSTOMER, Sim_Fault=f"{kind};seconds=0.1")
    assert charged(sim) == executed


def test_an_answer_may_be_cut_or_come_in_drops(sim: Simulator) -> None:
    cut = sim.api("POST", "/v1/customers", CUSTOMER, Sim_Fault="malformed_json")
    started = time.monotonic()
    slow = sim.api("POST", "/v1/customers", CUSTOMER, Sim_Fault="slow_body;seconds=0.3")
    with pytest.raises(json.JSONDecodeError):
        assert cut.json
    assert slow.json["name"] == "Boulangerie"
    assert time.monotonic() - started > 0.25


def test_the_library_gets_over_two_broken_answers_with_one_object(sim: Simulator) -> None:
    sim.lever("faults", kind="reset_after", method="POST")
    sim.lever("faults", kind="lock_timeout", method="POST")
    customer = sim.v1.customers.create({"name": "a"})
    assert customer.name == "a"
    assert charged(sim) == 1


def test_too_many_requests_say_when_to_come_back(sim: Simulator) -> None:
    sim.lever("faults", kind="rate_limit", seconds=7)
    with pytest.raises(stripe.RateLimitError) as refusal:
        sim.v1.balance.retrieve()
    assert dict(refusal.value.headers or {})["Retry-After"] == "7"


def test_a_fault_meets_only_whom_it_is_for_and_as_often_as_ordered(sim: Simulator) -> None:
    sim.lever("faults", kind="error_before", path="/v1/refunds", times=2)
    other = sim.api("GET", "/v1/customers").status
    statuses = [sim.api("GET", "/v1/refunds").status for _ in range(3)]
    assert (other, statuses) == (200, [500, 500, 200])


def test_chance_is_the_same_each_time_with_the_same_seed(sim: Simulator) -> None:
    def row() -> list[int]:
        sim.lever("reset")
        order = {"kind": "error_before", "times": None, "chance_percent": 50, "seed": 7}
        sim.lever("faults", **order)
        return [sim.api("GET", "/v1/balance").status for _ in range(20)]

    first = row()
    assert first == row()
    assert set(first) == {200, 500}


def test_an_event_may_come_twice(sim: Simulator) -> None:
    sim.lever("faults", kind="duplicate_event", event="charge.succeeded")
    sim.charge()
    arrived = [one.json["id"] for one in sim.deliveries() if one.type == "charge.succeeded"]
    assert (len(arrived), len(set(arrived))) == (2, 1)


def test_an_event_may_never_come_and_is_found_in_the_log(sim: Simulator) -> None:
    sim.lever("faults", kind="drop_event", times=None)
    sim.charge()
    assert sim.deliveries() == []
    missed = sim.v1.events.list({"delivery_success": False}).data
    assert "payment_intent.succeeded" in [event.type for event in missed]


def test_an_event_may_come_late(sim: Simulator) -> None:
    sim.lever("faults", kind="delay_event", event="charge.succeeded", seconds=0.4)
    sim.charge()
    assert [delivery.type for delivery in sim.deliveries()][-1] == "charge.succeeded"


def test_events_may_come_in_another_order(sim: Simulator) -> None:
    sim.lever("faults", kind="shuffle_events", times=None, seconds=0.4, seed=3)
    for _ in range(5):
        sim.charge()
    arrived = [delivery.json["id"] for delivery in sim.deliveries()]
    events = sim.v1.events.list({"limit": 100}).data
    happened = [event.id for event in reversed(events) if event.id in arrived]
    assert sorted(arrived) == sorted(happened)
    assert arrived != happened


def test_the_money_of_a_charge_may_be_booked_late(sim: Simulator) -> None:
    sim.lever("faults", kind="late_balance_transaction", seconds=60)
    charge = sim.charge()
    assert sim.v1.charges.retrieve(charge).balance_transaction is None
    sim.advance(seconds=61)
    assert sim.v1.charges.retrieve(charge).balance_transaction
    assert sim.v1.events.list({"type": "charge.updated"}).data[0].data.object["id"] == charge


def test_a_rate_strikes_again_and_again_and_is_counted(sim: Simulator) -> None:
    order = {"kind": "error_before", "path": "/v1/balance", "rate_per_thousand": 300, "seed": 5}
    sim.lever("faults", **order)
    statuses = [sim.api("GET", "/v1/balance").status for _ in range(200)]
    sim.api("GET", "/v1/customers")
    found = sim.lever("faults", "GET")
    row = found["data"][0]
    assert row["seen"] == 200
    assert 30 <= row["met"] <= 90
    assert row["met"] == statuses.count(500) == found["struck"]["error_before"]
    assert sim.lever("faults", "DELETE")["struck"] == found["struck"]
    assert sim.lever("faults", "GET")["data"] == []
    assert sim.lever("reset")["reset"]
    assert sim.lever("faults", "GET") == {"data": [], "struck": {}}


@pytest.mark.parametrize(
    ("order", "param"),
    [
        ({"kind": "flood"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({}, "kind"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "seconds": "soon"}, "seconds"),
        ({"kind": "slow", "rate_per_thousand": 1001}, "rate_per_thousand"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": ["slow"]}, "kind"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(sim: Simulator, order: Body, param: str) -> None:
    answer = sim.try_lever("faults", **order)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)
    assert sim.lever("faults", "GET")["data"] == []


@pytest.mark.parametrize("header", ["flood", "slow;seconds=soon", "drop_event", "slow;colour=red"])
def test_a_header_that_makes_no_sense_is_refused(sim: Simulator, header: str) -> None:
    answer = sim.api("POST", "/v1/customers", CUSTOMER, Sim_Fault=header)
    assert answer.status == 400
    assert charged(sim) == 0
