"""Behaviour as at Stripe: cards that refuse, short lists turned over, plain refusals."""

from typing import Any, cast

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import subscribe


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
        (
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
            "card_declined",
            "card_velocity_exceeded",
        ),
    ],
)
def test_each_card_that_refuses_says_why(
    simulator: Simulator, token: str, code: str, decline_code: str
) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        simulator.charge(5000, card=token)
    problem = refusal.value
    assert problem.error
    assert (problem.http_status, problem.code) == (402, code)
    assert problem.error.decline_code == decline_code
    assert problem.error.message


def test_the_refunds_of_a_charge_are_turned_over_to_the_last(simulator: Simulator) -> None:
    client = simulator.client()
    charge, other = simulator.charge(5000), simulator.charge(5000)
    client.v1.refunds.create({"charge": other, "amount": 100})
    made = [client.v1.refunds.create({"charge": charge, "amount": 100}).id for _ in range(12)]
    found = client.v1.charges.retrieve(charge, {"expand": ["refunds"]}).refunds
    assert found
    assert (len(found.data), found.has_more) == (10, True)
    assert [one.id for one in found.auto_paging_iter()] == made[::-1]
    nobody = simulator.api("GET", "/v1/charges/ch_nobody/refunds")
    assert (nobody.status, nobody.json["error"]["code"]) == (404, "resource_missing")


def test_subscriptions_of_a_customer_are_listed_at_its_url(
    simulator: Simulator,
) -> None:
    client = simulator.client()
    first = subscribe(simulator)
    customer = str(first.customer)
    subscribe(simulator)
    shown = client.v1.customers.retrieve(customer, {"expand": ["subscriptions"]}).subscriptions
    assert shown
    listed = simulator.api("GET", shown.url).json
    assert ([row["id"] for row in listed["data"]], listed["url"]) == ([first.id], shown.url)
    client.v1.subscriptions.cancel(first.id)
    assert simulator.api("GET", shown.url).json["data"] == []
    assert simulator.api("GET", "/v1/customers/cus_nobody/subscriptions").status == 404


def test_an_endpoint_of_webhooks_is_made_and_its_secret_shown_once(simulator: Simulator) -> None:
    client = simulator.client()
    made = client.v1.webhook_endpoints.create(
        {
            "url": "http://127.0.0.1:1/hooks/",
            "enabled_events": ["charge.succeeded"],
            "api_version": cast("Any", "2026-10-28.endive"),
            "description": "caisse",
            "metadata": {"a": "b"},
        }
    )
    assert made.secret
    assert made.secret.startswith("whsec_")
    assert (made.url, made.status, made.description) == (
        "http://127.0.0.1:1/hooks/",
        "enabled",
        "caisse",
    )
    assert (made.enabled_events, made.api_version) == (["charge.succeeded"], "2026-10-28.endive")
    assert made.to_dict()["metadata"] == {"a": "b"}
    again = client.v1.webhook_endpoints.retrieve(made.id)
    assert (again.id, "secret" in again.to_dict()) == (made.id, False)
    stored = client.v2.core.event_destinations.retrieve(made.id)
    assert (stored.event_payload, stored.events_from) == ("snapshot", ["@self"])
    theirs = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/", "enabled_events": ["*"], "connect": True}
    )
    stored = client.v2.core.event_destinations.retrieve(theirs.id)
    assert (stored.name, stored.events_from) == ("http://127.0.0.1:1/", ["@accounts"])


@pytest.mark.parametrize("kind", ["charges", "payment_intents", "customers", "invoices"])
def test_no_search_is_played_and_the_refusal_states_it(simulator: Simulator, kind: str) -> None:
    service = getattr(simulator.client().v1, kind)
    with pytest.raises(stripe.InvalidRequestError, match="plays no search") as refusal:
        service.search({"query": "amount:1"})
    assert refusal.value.http_status == 400


@pytest.mark.parametrize(
    ("address", "requested", "status"),
    [
        ("/v1/charges", "customer", 400),
        ("/v1/charges", "data.customer", 200),
        ("/v1/charges", "database", 400),
        ("/v1/charges/{charge}", "customer", 200),
        ("/v1/charges/{charge}", "data.customer", 400),
        ("/v1/charges/{charge}/refunds", "data.balance_transaction", 200),
        ("/v1/charges/{charge}/refunds", "balance_transaction", 400),
    ],
)
def test_list_expands_fields_of_its_rows(
    simulator: Simulator, address: str, requested: str, status: int
) -> None:
    charge = simulator.charge(5000)
    answer = simulator.api("GET", address.format(charge=charge), {"expand": [requested]})
    assert answer.status == status
    if status == 400:
        error = answer.json["error"]
        assert (error["param"], error["type"]) == ("expand", "invalid_request_error")
        assert error["message"].startswith(f"This property cannot be expanded ({requested}).")


def test_a_list_says_how_a_property_is_opened_there(simulator: Simulator) -> None:
    error = simulator.api("GET", "/v1/charges", {"expand": ["customer"]}).json["error"]
    assert error["message"].endswith("You may want to try expanding 'data.customer' instead.")


@pytest.mark.parametrize("currency", ["xyz", "eu", "euro", "€"])
def test_a_currency_that_nobody_has_is_refused(simulator: Simulator, currency: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid currency") as refusal:
        simulator.client().v1.payment_intents.create({"amount": 100, "currency": currency})
    assert (refusal.value.http_status, refusal.value.param) == (400, "currency")


def test_a_currency_is_known_in_capitals_too_and_inside_a_price(simulator: Simulator) -> None:
    client = simulator.client()
    assert client.v1.payment_intents.create({"amount": 100, "currency": "EUR"}).currency == "eur"
    product = client.v1.products.create({"name": "Un mois"})
    wrong = {"unit_amount": 100, "currency": "xyz", "product": product.id}
    line = {
        "mode": "payment",
        "success_url": "http://localhost/",
        "line_items": [{"price_data": wrong}],
    }
    answer = simulator.api("POST", "/v1/checkout/sessions", line)
    assert (answer.status, answer.json["error"]["param"]) == (
        400,
        "line_items[0][price_data][currency]",
    )
