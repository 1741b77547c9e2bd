"""Behaviour as at Stripe: cards that refuse, short lists turned over, plain refusals."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Body, Simulator, refused


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
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
def test_each_card_that_refuses_says_why_and_moves_nothing(
    sim: Simulator, token: str, code: str, decline_code: str
) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        sim.charge(5000, card=token)
    assert (refusal.value.http_status, refusal.value.code) == (402, code)
    assert refusal.value.error
    assert refusal.value.error.decline_code == decline_code
    assert refusal.value.error.message
    assert sim.balance() == (0, 0)


def test_the_refunds_of_a_charge_are_turned_over_to_the_last(sim: Simulator) -> None:
    charge, other = sim.charge(5000), sim.charge(5000)
    sim.v1.refunds.create({"charge": other, "amount": 100})
    made = [sim.v1.refunds.create({"charge": charge, "amount": 100}).id for _ in range(12)]
    found = sim.v1.charges.retrieve(charge, {"expand": ["refunds"]}).refunds
    assert (len(found.data), found.has_more) == (10, True)
    assert [one.id for one in found.auto_paging_iter()] == made[::-1]
    nobody = sim.api("GET", "/v1/charges/ch_nobody/refunds")
    assert (nobody.status, nobody.json["error"]["code"]) == (404, "resource_missing")


def test_subscriptions_of_a_customer_are_listed_at_its_url(sim: Simulator) -> None:
    first = sim.subscribe()
    sim.subscribe()
    opened = {"expand": ["subscriptions"]}
    shown = sim.v1.customers.retrieve(first.customer, opened).subscriptions
    listed = sim.api("GET", shown.url).json
    assert ([row["id"] for row in listed["data"]], listed["url"]) == ([first.id], shown.url)
    sim.v1.subscriptions.cancel(first.id)
    assert sim.api("GET", shown.url).json["data"] == []
    assert sim.api("GET", "/v1/customers/cus_nobody/subscriptions").status == 404


def test_an_endpoint_of_webhooks_is_made_and_its_secret_shown_once(sim: Simulator) -> None:
    given: Body = {
        "url": "http://127.0.0.1:1/hooks/",
        "description": "caisse",
        "metadata": {"a": "b"},
        "enabled_events": ["charge.succeeded"],
        "api_version": "2026-10-28.endive",
    }
    made = sim.v1.webhook_endpoints.create(given)
    assert {name: made.to_dict()[name] for name in given} == given
    assert made.status == "enabled"
    assert made.secret.startswith("whsec_")
    again = sim.v1.webhook_endpoints.retrieve(made.id)
    assert (again.id, "secret" in again.to_dict()) == (made.id, False)
    stored = sim.v2.core.event_destinations.retrieve(made.id)
    assert (stored.event_payload, stored.events_from) == ("snapshot", ["@self"])
    of_accounts: Body = {"url": "http://127.0.0.1:1/", "enabled_events": ["*"], "connect": True}
    theirs = sim.v1.webhook_endpoints.create(of_accounts)
    stored = sim.v2.core.event_destinations.retrieve(theirs.id)
    assert (stored.name, stored.events_from) == ("http://127.0.0.1:1/", ["@accounts"])


@pytest.mark.parametrize("kind", ["charges", "payment_intents", "customers", "invoices"])
def test_no_search_is_played_and_the_refusal_states_it(sim: Simulator, kind: str) -> None:
    service = getattr(sim.v1, kind)
    with refused("plays no search", http_status=400):
        service.search({"query": "amount:1"})


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
    sim: Simulator, address: str, requested: str, status: int
) -> None:
    charge = sim.charge(5000)
    answer = sim.api("GET", address.format(charge=charge), {"expand": [requested]})
    assert answer.status == status
    if status == 400:
        error = answer.json["error"]
        assert (error["param"], error["type"]) == ("expand", "invalid_request_error")
        assert error["message"].startswith(f"This property cannot be expanded ({requested}).")


def test_a_list_says_how_a_property_is_opened_there(sim: Simulator) -> None:
    error = sim.api("GET", "/v1/charges", {"expand": ["customer"]}).json["error"]
    assert error["message"].endswith("You may want to try expanding 'data.customer' instead.")


@pytest.mark.parametrize("currency", ["xyz", "eu", "euro", "€"])
def test_a_currency_that_nobody_has_is_refused(sim: Simulator, currency: str) -> None:
    with refused("Invalid currency", http_status=400, param="currency"):
        sim.v1.payment_intents.create({"amount": 100, "currency": currency})


def test_a_currency_is_known_in_capitals_too_and_inside_a_price(sim: Simulator) -> None:
    assert sim.v1.payment_intents.create({"amount": 100, "currency": "EUR"}).currency == "eur"
    wrong = {"unit_amount": 100, "currency": "xyz", "product_data": {"name": "Un mois"}}
    with refused(http_status=400, param="line_items[0][price_data][currency]"):
        sim.session(line_items=[{"quantity": 1, "price_data": wrong}])
