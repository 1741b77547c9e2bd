"""Requests on the wire: keys, versions, forms, lists, expanded objects, refusals."""

import base64

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import (
    KEY,
    NO_ACCOUNT,
    Body,
    Simulator,
    acting_as,
    refused,
)

SENT: Body = {"currency": "eur", "destination": "x"}


def refusal(sim: Simulator, method: str, path: str, params: Body | None = None) -> Body:
    answer = sim.api(method, path, params)
    error: Body = answer.json["error"]
    return error | {"status": answer.status}


@pytest.mark.parametrize("key", ["", "sk_test_other", "sk_live_simulator_key", "rk_live_x"])
def test_wrong_key_opens_nothing(sim: Simulator, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    for path in ("/v1/balance", "/v2/core/accounts", "/_sim/clock"):
        assert sim.send("GET", path, headers=headers).status == 401


def test_the_key_may_come_as_a_user_name(sim: Simulator) -> None:
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    answer = sim.send("GET", "/v1/balance", headers={"Authorization": f"Basic {basic}"})
    assert answer.status == 200


def test_an_answer_says_its_request_and_its_version(sim: Simulator) -> None:
    answer = sim.api("GET", "/v1/balance")
    default = sim.api("GET", "/v1/balance", version=None)
    unknown = sim.api("GET", "/v1/balance", version="2019-01-01.never")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert default.headers["Stripe-Version"] == "2026-08-26.dahlia"
    assert (unknown.status, unknown.json["error"]["type"]) == (400, "invalid_request_error")


def test_the_older_version_still_has_the_older_name(sim: Simulator) -> None:
    form = (
        "mode=payment&success_url=http://localhost/&payment_method_types[]=card"
        "&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=500"
        "&line_items[0][price_data][product_data][name]=x&line_items[0][quantity]=2"
    )
    old = sim.api("POST", "/v1/checkout/sessions", raw=form, version=None)
    new = sim.api("POST", "/v1/checkout/sessions", raw=form)
    assert old.json["amount_total"] == 1000
    assert "allowed_payment_method_types" not in old.json
    assert new.json["error"]["code"] == "parameter_unknown"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "currency"),
        ({"amount": 100, "currency": "eur"}, "parameter_missing", "destination"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        (SENT | {"amount": "1.5"}, "parameter_invalid_integer", "amount"),
        (SENT | {"amount": ""}, "parameter_invalid_integer", "amount"),
        ({"currency": "", "destination": "x"}, "parameter_invalid_empty", "currency"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    sim: Simulator, params: Body, code: str, param: str
) -> None:
    error = refusal(sim, "POST", "/v1/transfers", params)
    assert (error["status"], error["code"], error["param"]) == (400, code, param)


def test_an_unknown_name_deep_inside_is_named_with_its_place(sim: Simulator) -> None:
    params = {"mode": "payment", "line_items": [{"price_data": {"colour": "red"}}]}
    error = refusal(sim, "POST", "/v1/checkout/sessions", params)
    assert error["param"] == "line_items[0][price_data][colour]"


def test_unknown_ids_and_addresses_are_not_found(sim: Simulator) -> None:
    missing = refusal(sim, "GET", "/v1/charges/ch_nobody")
    account = refusal(sim, "GET", f"/v2/core/accounts/{NO_ACCOUNT}")
    nowhere = refusal(sim, "GET", "/v1/unicorns")
    wrong_way = refusal(sim, "POST", "/v1/balance")
    assert (missing["status"], missing["code"]) == (404, "resource_missing")
    assert (account["status"], account["code"]) == (404, "not_found")
    assert nowhere["message"].startswith("Unrecognized request URL (GET: /v1/unicorns)")
    assert (nowhere["status"], wrong_way["status"]) == (404, 404)


def test_a_form_may_write_lists_in_each_of_three_ways(sim: Simulator) -> None:
    for names in ("expand[0]", "expand[]", "expand"):
        answer = sim.api("POST", "/v1/customers", raw=f"name=a&{names}=subscriptions")
        assert answer.json["subscriptions"]["object"] == "list", names


def test_the_second_generation_reads_json_with_its_types(sim: Simulator) -> None:
    assert sim.api("POST", "/v2/core/accounts", raw="{").status == 400
    yes = {"stripe_balance": {"stripe_transfers": {"requested": {"yes": "yes"}}}}
    odd = {"configuration": {"recipient": {"capabilities": yes}}}
    for params in ({"display_name": 5}, odd, {"colour": "red"}):
        assert sim.api("POST", "/v2/core/accounts", params).status == 400
    removed = {"type": "account_onboarding", "account_onboarding": {"configurations": []}}
    link = refusal(sim, "POST", "/v2/core/account_links", {"account": "a", "use_case": removed})
    assert (link["status"], "configurations" in link["message"]) == (400, True)


def test_accents_and_markup_travel_unharmed(sim: Simulator) -> None:
    name = "Café & <b>Frères</b> = 100 % + 1 ’é"
    customer = sim.v1.customers.create({"name": name})
    assert sim.v1.customers.retrieve(customer.id).name == name


def test_metadata_is_changed_key_by_key(sim: Simulator) -> None:
    customers = sim.v1.customers
    made = customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = customers.update(made.id, {"metadata": {"a": "", "c": "3"}})
    emptied = customers.update(made.id, {"metadata": ""})
    assert changed.to_dict()["metadata"] == {"b": "2", "c": "3"}
    assert emptied.to_dict()["metadata"] == {}


def test_a_deleted_customer_is_remembered_as_deleted(sim: Simulator) -> None:
    customers = sim.v1.customers
    made = customers.create({"name": "a"})
    customers.delete(made.id)
    assert customers.retrieve(made.id).deleted
    assert customers.list().data == []
    with refused():
        customers.update(made.id, {"name": "b"})
    with refused("No such customer"):
        sim.session(customer=made.id)


def test_lists_are_walked_by_cursors_in_both_directions(sim: Simulator) -> None:
    customers = sim.v1.customers
    made = [customers.create({"name": str(number)}).id for number in range(7)][::-1]
    first = customers.list({"limit": 3})
    second = customers.list({"limit": 3, "starting_after": first.data[-1].id})
    back = customers.list({"limit": 2, "ending_before": second.data[0].id})
    everyone = [row.id for row in customers.list({"limit": 2}).auto_paging_iter()]
    assert [row.id for row in first.data] == made[:3]
    assert [row.id for row in second.data] == made[3:6]
    assert [row.id for row in back.data] == made[1:3]
    assert (first.has_more, second.has_more, back.has_more) == (True, True, True)
    assert everyone == made


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/v1/customers", {"limit": 0}),
        ("/v1/customers", {"limit": 101}),
        ("/v1/customers", {"starting_after": "cus_nobody"}),
        ("/v2/core/events", {"types": [f"v2.{number}" for number in range(21)]}),
        ("/v2/core/accounts", {"limit": 101}),
        ("/v2/core/accounts", {"page": "nonsense"}),
    ],
)
def test_a_list_that_asks_too_much_is_refused(sim: Simulator, path: str, params: Body) -> None:
    assert sim.api("GET", path, params).status == 400


def test_the_second_generation_pages_by_address(sim: Simulator) -> None:
    accounts = sim.v2.core.accounts
    made = [sim.account("pending") for _ in range(5)][::-1]
    page = accounts.list({"limit": 2})
    assert [row.id for row in page.data] == made[:2]
    assert [row.id for row in page.auto_paging_iter()] == made
    last = sim.api("GET", "/v2/core/accounts", {"limit": 5}).json
    assert (last["next_page_url"], last["previous_page_url"]) == (None, None)


def test_a_period_keeps_what_was_created_in_it(sim: Simulator) -> None:
    customers = sim.v1.customers
    old = customers.create({})
    sim.advance(days=1)
    new = customers.create({})
    later = customers.list({"created": {"gt": old.created}}).data
    earlier = customers.list({"created": {"lte": old.created, "gte": old.created}}).data
    exact = customers.list({"created": new.created}).data
    assert [row.id for row in later] == [new.id]
    assert [row.id for row in earlier] == [old.id]
    assert [row.id for row in exact] == [new.id]


def test_bad_expand_is_refused_before_anything_is_done(sim: Simulator) -> None:
    closed = refusal(sim, "POST", "/v1/customers", {"expand": ["name"]})
    deep = {"expand": ["data.payment_intent.latest_charge.balance_transaction.source"]}
    too_deep = refusal(sim, "GET", "/v1/checkout/sessions", deep)
    assert "cannot be expanded" in closed["message"]
    assert "more than 4 levels" in too_deep["message"]
    assert sim.v1.customers.list().data == []


def test_an_account_sees_its_own_objects_only_and_one_of_nobody_none(sim: Simulator) -> None:
    options, charge = acting_as(sim.account()), sim.charge()
    assert sim.v1.charges.list({}, options).data == []
    with refused():
        sim.v1.charges.retrieve(charge, {}, options)
    with refused(error=stripe.PermissionError):
        sim.v1.balance.retrieve({}, acting_as(NO_ACCOUNT))


def test_a_body_that_is_too_large_is_refused(sim: Simulator) -> None:
    for length, status in (("2000000", 413), ("-1", 400), ("many", 400)):
        headers = {"Authorization": f"Bearer {KEY}", "Content-Length": length}
        assert sim.send("POST", "/v1/customers", headers=headers).status == status
