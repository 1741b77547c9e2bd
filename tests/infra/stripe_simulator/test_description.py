"""Each answer against Stripe's published description and the classes of stripe-python."""

from collections.abc import Callable

import pytest

from infra.stripe_simulator import parameters
from tests.infra.stripe_simulator import cut, description
from tests.infra.stripe_simulator.conformance import disagreements, misfits
from tests.infra.stripe_simulator.conftest import Body, Simulator
from tests.infra.stripe_simulator.stations import Walk, bad_days
from tests.infra.stripe_simulator.stations_monthly import by_the_month


def test_the_table_of_parameters_is_what_the_description_says() -> None:
    assert description.as_text(description.table()) == description.TABLE.read_text()


def test_cut_of_the_description_holds_what_the_endpoints_need_and_nothing_else() -> None:
    spec = description.SPEC
    whole = {"info": {"version": spec["version"]}, "paths": spec["paths"]}
    again = cut.cut(whole | {"components": {"schemas": spec["schemas"]}})
    assert cut.as_text(again) == description.CUT.read_text()


def _selling(ask: Walk, simulator: Simulator) -> dict[str, str]:
    customer = ask(
        "POST /v1/customers",
        {
            "name": "Boulangerie du Moulin",
            "email": "boulangerie@example.com",
            "address": {"line1": "1 rue du Four", "city": "Lyon", "country": "FR"},
            "preferred_locales": ["fr"],
            "shipping": {"name": "Boulangerie", "address": {"line1": "1 rue du Four"}},
        },
    )["id"]
    ask("POST /v1/customers/{customer}", {"metadata": {"a": "b"}, "phone": "1"}, customer=customer)
    ask("GET /v1/customers/{customer}", customer=customer)
    ask("GET /v1/customers/{customer}/subscriptions", customer=customer)
    ask("GET /v1/customers", {"expand": ["data.subscriptions", "data.tax_ids"]})
    price = {"currency": "eur", "unit_amount": 24000, "product_data": {"name": "Un mois"}}
    session = ask(
        "POST /v1/checkout/sessions",
        {
            "mode": "payment",
            "customer": customer,
            "client_reference_id": "commande",
            "line_items": [{"price_data": price | {"tax_behavior": "inclusive"}, "quantity": 1}],
            "success_url": "http://localhost:8000/?s={CHECKOUT_SESSION_ID}",
            "payment_intent_data": {"transfer_group": "order_1", "description": "Un mois"},
            "allowed_payment_method_types": ["card", "sepa_debit"],
            "expand": ["line_items.data.price.product"],
        },
    )
    simulator.submit(session["url"], card="4000000000000002")
    refused = ask("GET /v1/checkout/sessions/{session}", session=session["id"])
    ask("GET /v1/payment_intents/{intent}", intent=refused["payment_intent"])
    simulator.submit(session["url"])
    ask(
        "GET /v1/checkout/sessions/{session}",
        {"expand": ["line_items", "payment_intent.latest_charge.balance_transaction"]},
        session=session["id"],
    )
    ask("GET /v1/checkout/sessions/{session}/line_items", session=session["id"])
    ask("GET /v1/checkout/sessions", {"expand": ["data.customer", "data.payment_intent"]})
    other = simulator.session()
    ask("POST /v1/checkout/sessions/{session}/expire", session=other.id)
    return {"customer": customer, "intent": refused["payment_intent"]}


def _charging(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    card = {"amount": 5000, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    intent = ask("POST /v1/payment_intents", card | {"expand": ["latest_charge"]})
    ask("POST /v1/payment_intents", {"amount": 5000, "currency": "eur"})
    ask("POST /v1/payment_intents", card | {"payment_method": "pm_card_threeDSecure2Required"})
    ask("POST /v1/payment_intents", card | {"payment_method": "pm_card_chargeDeclined"})
    ask("GET /v1/payment_intents", {"expand": ["data.payment_method", "data.latest_charge"]})
    known["charge"] = intent["latest_charge"]["id"]
    ask("POST /v1/charges/{charge}", {"metadata": {"a": "b"}}, charge=known["charge"])
    refund = {"charge": known["charge"], "amount": 2000, "reason": "requested_by_customer"}
    known["refund"] = ask("POST /v1/refunds", refund)["id"]
    ask("POST /v1/refunds/{refund}", {"metadata": {"a": "b"}}, refund=known["refund"])
    ask("GET /v1/refunds/{refund}", {"expand": ["charge"]}, refund=known["refund"])
    simulator.lever(f"refund/{known['refund']}/failed")
    ask("GET /v1/refunds", {"expand": ["data.balance_transaction"]})
    ask("GET /v1/charges/{charge}", {"expand": ["refunds"]}, charge=known["charge"])
    ask("GET /v1/charges/{charge}/refunds", charge=known["charge"])
    ask("GET /v1/charges", {"payment_intent": known["intent"]})


def _sharing(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    account = known["account"] = simulator.account()
    sent = {
        "amount": 3000,
        "currency": "eur",
        "destination": account,
        "source_transaction": known["charge"],
        "expand": ["destination", "destination_payment", "source_transaction"],
    }
    transfer = ask("POST /v1/transfers", sent)["id"]
    back = ask("POST /v1/transfers/{id}/reversals", {"amount": 1000}, id=transfer)["id"]
    changed: Body = {"metadata": {"a": "b"}}
    ask("POST /v1/transfers/{transfer}", changed, transfer=transfer)
    ask("POST /v1/transfers/{transfer}/reversals/{id}", changed, transfer=transfer, id=back)
    ask(
        "GET /v1/transfers/{transfer}/reversals/{id}",
        {"expand": ["destination_payment_refund", "transfer"]},
        transfer=transfer,
        id=back,
    )
    ask("GET /v1/transfers/{id}/reversals", id=transfer)
    ask("GET /v1/transfers/{transfer}", transfer=transfer)
    ask("GET /v1/transfers", {"destination": account})
    for owner in ("", account):
        ask("GET /v1/balance", owner=owner)
        movements = ask("GET /v1/balance_transactions", {"expand": ["data.source"]}, owner=owner)
        ask("GET /v1/balance_transactions/{id}", id=movements["data"][0]["id"], owner=owner)
        ask("GET /v1/charges", owner=owner)
        ask("GET /v1/refunds", owner=owner)
        ask("GET /v1/events", owner=owner)
        ask("GET /v1/payouts", owner=owner)
        ask("GET /v1/account", owner=owner)
    ask("GET /v1/accounts/{account}", account=account)
    ask("POST /v1/accounts/{account}/login_links", account=account)


def _joining(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    include = ["configuration.recipient", "requirements", "identity", "defaults"]
    capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    number = {"type": "fr_siren", "value": "123456789"}
    account = ask(
        "POST /v2/core/accounts",
        {
            "contact_email": "tresorier@example.com",
            "display_name": "CSE",
            "dashboard": "express",
            "identity": {
                "country": "fr",
                "entity_type": "non_profit",
                "business_details": {"registered_name": "CSE", "id_numbers": [number]},
            },
            "configuration": {"recipient": {"capabilities": capability}},
            "defaults": {
                "currency": "eur",
                "locales": ["fr-FR"],
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                },
            },
            "metadata": {"troovon_id": "1"},
            "include": [*include, "future_requirements", "configuration.merchant"],
        },
    )["id"]
    ask("GET /v2/core/accounts/{id}", {"include": include}, id=account)
    ask("POST /v2/core/accounts/{id}", {"metadata": {"a": "b"}, "include": include}, id=account)
    ask("GET /v2/core/accounts", {"limit": 1})
    link = {"refresh_url": "http://localhost:8000/r/", "return_url": "http://localhost:8000/b/"}
    case = {"type": "account_onboarding", "account_onboarding": link}
    ask("POST /v2/core/account_links", {"account": account, "use_case": case})
    for state in ("active", "restricted", "rejected", "unsupported"):
        simulator.lever(f"account/{account}/{state}")
        ask("GET /v2/core/accounts/{id}", {"include": include}, id=account)
    ask("POST /v2/core/accounts/{id}/close", {"applied_configurations": ["recipient"]}, id=account)


def _listening(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    events = ask("GET /v1/events", {"limit": 100})["data"]
    ask("GET /v1/events/{id}", id=events[0]["id"])
    thin = ask("GET /v2/core/events", {"limit": 20})["data"]
    for event in thin[:5]:
        ask("GET /v2/core/events/{id}", id=event["id"])
    wanted = {
        "name": "mine",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v2.core.account.created"],
        "webhook_endpoint": {"url": f"{simulator.receiver.base}/hook"},
        "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
    }
    mine = ask("POST /v2/core/event_destinations", wanted)["id"]
    snapshot = wanted | {"event_payload": "snapshot", "events_from": ["@self", "@accounts"]}
    ask("POST /v2/core/event_destinations", snapshot | {"enabled_events": ["customer.created"]})
    ask("GET /v2/core/event_destinations/{id}", id=mine)
    ask("POST /v2/core/event_destinations/{id}", {"description": "d"}, id=mine)
    ask("POST /v2/core/event_destinations/{id}/disable", id=mine)
    ask("POST /v2/core/event_destinations/{id}/enable", id=mine)
    ask("POST /v2/core/event_destinations/{id}/ping", id=mine)
    ask("GET /v2/core/event_destinations", {"include": ["webhook_endpoint.url"]})
    ask("DELETE /v2/core/event_destinations/{id}", id=mine)
    hook = {"url": "http://localhost:8000/", "enabled_events": ["*"]}
    ask("POST /v1/webhook_endpoints", hook)
    hooks = ask("GET /v1/webhook_endpoints")["data"]
    ask("GET /v1/webhook_endpoints/{webhook_endpoint}", webhook_endpoint=hooks[0]["id"])
    stored = {"payouts": {"minimum_balance_by_currency": {"eur": 50000}}}
    ask("POST /v1/balance_settings", {"payments": stored})
    ask("GET /v1/balance_settings")
    ask("DELETE /v1/customers/{customer}", customer=known["customer"])
    ask("GET /v1/customers/{customer}", customer="cus_nobody")
    ask("GET /v2/core/accounts/{id}", id="acct_nobody")


@pytest.fixture
def walk(simulator: Simulator) -> Walk:
    ask = Walk(simulator)
    known = _selling(ask, simulator)
    stations: tuple[Callable[[Walk, Simulator, dict[str, str]], None], ...] = (
        by_the_month,
        _charging,
        _sharing,
        _joining,
        bad_days,
        _listening,
    )
    for station in stations:
        station(ask, simulator, known)
    return ask


def test_every_answer_is_as_the_description_and_the_library_say(walk: Walk) -> None:
    wrong = [line for answer in walk.answers for line in disagreements(*answer)]
    for endpoint, status, body in walk.answers:
        if endpoint.startswith("DELETE"):
            continue
        rows = body["data"] if isinstance(body.get("data"), list) else [body]
        wrong += [f"{endpoint} {line}" for row in rows if status == 200 for line in misfits(row)]
    endpoints = {endpoint for endpoint, status, _ in walk.answers if status == 200}

    assert not wrong, "\n".join(sorted(set(wrong)))
    assert endpoints == set(parameters.TABLE)


def _events(simulator: Simulator) -> list[Body]:
    found: list[Body] = []
    while True:
        after = {"starting_after": found[-1]["id"]} if found else {}
        page = simulator.api("GET", "/v1/events", {"limit": 100} | after).json
        found += page["data"]
        if not page["has_more"]:
            return found


def test_the_object_in_each_event_is_as_the_description_says(walk: Walk) -> None:
    paths = {
        "charge": "GET /v1/charges/{charge}",
        "dispute": "GET /v1/disputes/{dispute}",
        "checkout.session": "GET /v1/checkout/sessions/{session}",
        "customer": "GET /v1/customers/{customer}",
        "invoice": "GET /v1/invoices/{invoice}",
        "payment_method": "GET /v1/payment_methods/{payment_method}",
        "subscription": "GET /v1/subscriptions/{subscription_exposed_id}",
        "payment_intent": "GET /v1/payment_intents/{intent}",
        "payout": "GET /v1/payouts/{payout}",
        "refund": "GET /v1/refunds/{refund}",
        "transfer": "GET /v1/transfers/{transfer}",
    }
    found = [event["data"]["object"] for event in _events(walk.simulator)]
    wrong = [
        line
        for body in found
        if body["object"] in paths
        for line in [*disagreements(paths[body["object"]], 200, body), *misfits(body)]
    ]

    assert not wrong, "\n".join(sorted(set(wrong)))
    assert set(paths) <= {body["object"] for body in found}
