"""A single act for each key: repeated, raced, reused for another act, or expired."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Answer, Body, Simulator, refused

CUSTOMER: Body = {"name": "Boulangerie"}


def names(sim: Simulator) -> list[str]:
    return [str(row.name) for row in sim.v1.customers.list({"limit": 100}).data]


def test_the_same_key_gives_the_same_answer_and_says_so(sim: Simulator) -> None:
    first = sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    again = sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    assert first.json == again.json
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"] == "k1"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert names(sim) == ["Boulangerie"]


def test_eight_at_once_make_one_object(sim: Simulator) -> None:
    def ask(_number: int) -> Answer:
        return sim.api("POST", "/v1/customers", CUSTOMER, key="k1")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    made = {answer.json["id"] for answer in answers if answer.status == 200}
    assert len(made) == 1
    assert {answer.status for answer in answers} <= {200, 409}
    assert names(sim) == ["Boulangerie"]


def test_a_key_that_is_still_in_use_is_refused(sim: Simulator) -> None:
    def slow(_number: int) -> Answer:
        return sim.api("POST", "/v1/customers", CUSTOMER, key="k1", Sim_Fault="slow;seconds=2")

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(slow, range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    codes = {answer.json["error"]["code"] for answer in answers if answer.status == 409}
    assert codes == {"idempotency_key_in_use"}
    assert names(sim) == ["Boulangerie"]


@pytest.mark.parametrize(
    ("path", "params"),
    [("/v1/customers", {"name": "Fleuriste"}), ("/v1/payment_intents", CUSTOMER)],
)
def test_a_key_belongs_to_one_request(sim: Simulator, path: str, params: Body) -> None:
    sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    other = sim.api("POST", path, params, key="k1")
    assert (other.status, other.json["error"]["type"]) == (400, "idempotency_error")
    with refused(error=stripe.IdempotencyError):
        sim.v1.customers.create({"name": "b"}, {"idempotency_key": "k1"})


def test_a_refusal_that_came_from_executing_is_kept(sim: Simulator) -> None:
    params = {"amount": 100, "currency": "eur", "destination": sim.account()}
    refused = sim.api("POST", "/v1/transfers", params, key="k1")
    sim.charge(card="pm_card_bypassPending")
    again = sim.api("POST", "/v1/transfers", params, key="k1")
    fresh = sim.api("POST", "/v1/transfers", params, key="k2")
    assert refused.json["error"]["code"] == "balance_insufficient"
    assert (again.status, again.headers["Idempotent-Replayed"]) == (400, "true")
    assert fresh.status == 200


def test_a_refusal_of_parameters_is_not_kept(sim: Simulator) -> None:
    wrong = sim.api("POST", "/v1/customers", {"colour": "red"}, key="k1")
    right = sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    assert (wrong.status, right.status) == (400, 200)


def test_a_key_is_forgotten_after_a_day_of_the_simulators_time(sim: Simulator) -> None:
    sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    sim.advance(hours=23)
    assert "Idempotent-Replayed" in sim.api("POST", "/v1/customers", CUSTOMER, key="k1").headers
    sim.advance(hours=2)
    assert "Idempotent-Replayed" not in sim.api("POST", "/v1/customers", CUSTOMER, key="k1").headers
    assert len(names(sim)) == 2


def test_the_second_generation_executes_a_failure_again(sim: Simulator) -> None:
    account = sim.account()
    sim.lever("balance", account=account, available=5)
    path, params = f"/v2/core/accounts/{account}/close", {"applied_configurations": ["recipient"]}
    refused = sim.api("POST", path, params, key="k1")
    sim.lever("balance", account=account, available=0)
    again = sim.api("POST", path, params, key="k1")
    replayed = sim.api("POST", path, params, key="k1")
    assert refused.json["error"]["code"] == "cannot_delete_account_with_balance"
    assert (again.status, again.json["closed"]) == (200, True)
    assert replayed.headers["Idempotent-Replayed"] == "true"


def test_an_error_after_executing_is_kept_so_that_one_must_look_it_up(sim: Simulator) -> None:
    broken = sim.api("POST", "/v1/customers", CUSTOMER, key="k1", Sim_Fault="error_after")
    again = sim.api("POST", "/v1/customers", CUSTOMER, key="k1")
    assert (broken.status, again.status) == (500, 500)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert names(sim) == ["Boulangerie"]


def test_a_key_that_is_too_long_is_refused(sim: Simulator) -> None:
    assert sim.api("POST", "/v1/customers", CUSTOMER, key="k" * 256).status == 400
