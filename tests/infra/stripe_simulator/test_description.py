"""Each answer against Stripe's published description and the classes of stripe-python."""

from collections.abc import Iterator

from infra.stripe_simulator import parameters
from tests.infra.stripe_simulator import cut, description
from tests.infra.stripe_simulator.conformance import disagreements, misfits
from tests.infra.stripe_simulator.conftest import Body, Simulator
from tests.infra.stripe_simulator.stations import Walk, bad_days
from tests.infra.stripe_simulator.stations_monthly import by_the_month

# The endpoint that answers with the object of an event.
OF_EVENTS = {
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


def test_the_table_of_parameters_is_what_the_description_says() -> None:
    assert description.as_text(description.table()) == description.TABLE.read_text()


def test_cut_of_the_description_holds_what_the_endpoints_need_and_nothing_else() -> None:
    spec = description.SPEC
    whole = {"info": {"version": spec["version"]}, "paths": spec["paths"]}
    again = cut.cut(whole | {"components": {"schemas": spec["schemas"]}})
    assert cut.as_text(again) == description.CUT.read_text()


def _selling(ask: Walk, sim: Simulator) -> dict[str, str]:
    customer = ask(
        "POST /v1/customers",
        name="Boulangerie du Moulin",
        email="boulangerie@example.com",
        address={"line1": "1 rue du Four", "city": "Lyon", "country": "FR"},
        preferred_locales=["fr"],
        shipping={"name": "Boulangerie", "address": {"line1": "1 rue du Four"}},
    )["id"]
    ask("POST /v1/customers/{customer}", customer, metadata={"a": "b"}, phone="1")
    ask("GET /v1/customers/{customer}", customer)
    ask("GET /v1/customers/{customer}/subscriptions", customer)
    ask("GET /v1/customers", expand=["data.subscriptions", "data.tax_ids"])
    price = {"currency": "eur", "unit_amount": 24000, "product_data": {"name": "Un mois"}}
    session = ask(
        "POST /v1/checkout/sessions",
        mode="payment",
        customer=customer,
        client_reference_id="commande",
        line_items=[{"price_data": price | {"tax_behavior": "inclusive"}, "quantity": 1}],
        success_url="http://localhost:8000/?s={CHECKOUT_SESSION_ID}",
        payment_intent_data={"transfer_group": "order_1", "description": "Un mois"},
        allowed_payment_method_types=["card", "sepa_debit"],
        expand=["line_items.data.price.product"],
    )
    sim.submit(session["url"], card="4000000000000002")
    refused = ask("GET /v1/checkout/sessions/{session}", session["id"])
    ask("GET /v1/payment_intents/{intent}", refused["payment_intent"])
    sim.submit(session["url"])
    opened = ["line_items", "payment_intent.latest_charge.balance_transaction"]
    ask("GET /v1/checkout/sessions/{session}", session["id"], expand=opened)
    ask("GET /v1/checkout/sessions/{session}/line_items", session["id"])
    ask("GET /v1/checkout/sessions", expand=["data.customer", "data.payment_intent"])
    ask("POST /v1/checkout/sessions/{session}/expire", sim.session().id)
    return {"customer": customer, "intent": refused["payment_intent"]}


def _charging(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    price: Body = {"amount": 5000, "currency": "eur"}
    card: Body = {"confirm": True, "payment_method": "pm_card_visa", "expand": ["latest_charge"]}
    charge = ask("POST /v1/payment_intents", **price, **card)["latest_charge"]["id"]
    ask("POST /v1/payment_intents", **price)
    for token in ("pm_card_threeDSecure2Required", "pm_card_chargeDeclined"):
        ask("POST /v1/payment_intents", **price, confirm=True, payment_method=token)
    ask("GET /v1/payment_intents", expand=["data.payment_method", "data.latest_charge"])
    ask("POST /v1/charges/{charge}", charge, metadata={"a": "b"})
    why = "requested_by_customer"
    refund = ask("POST /v1/refunds", charge=charge, amount=2000, reason=why)["id"]
    ask("POST /v1/refunds/{refund}", refund, metadata={"a": "b"})
    ask("GET /v1/refunds/{refund}", refund, expand=["charge"])
    sim.lever(f"refund/{refund}/failed")
    ask("GET /v1/refunds", expand=["data.balance_transaction"])
    ask("GET /v1/charges/{charge}", charge, expand=["refunds"])
    ask("GET /v1/charges/{charge}/refunds", charge)
    ask("GET /v1/charges", payment_intent=known["intent"])
    known["charge"] = charge


def _sharing(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    account = known["account"] = sim.account()
    transfer = ask(
        "POST /v1/transfers",
        amount=3000,
        currency="eur",
        destination=account,
        source_transaction=known["charge"],
        expand=["destination", "destination_payment", "source_transaction"],
    )["id"]
    back = ask("POST /v1/transfers/{id}/reversals", transfer, amount=1000)["id"]
    ask("POST /v1/transfers/{transfer}", transfer, metadata={"a": "b"})
    path = "/v1/transfers/{transfer}/reversals/{id}"
    ask(f"POST {path}", transfer, back, metadata={"a": "b"})
    ask(f"GET {path}", transfer, back, expand=["destination_payment_refund", "transfer"])
    ask("GET /v1/transfers/{id}/reversals", transfer)
    ask("GET /v1/transfers/{transfer}", transfer)
    ask("GET /v1/transfers", destination=account)
    for owner in ("", account):
        movements = ask("GET /v1/balance_transactions", owner=owner, expand=["data.source"])
        ask("GET /v1/balance_transactions/{id}", movements["data"][0]["id"], owner=owner)
        for name in ("balance", "charges", "refunds", "events", "payouts", "account"):
            ask(f"GET /v1/{name}", owner=owner)
    ask("GET /v1/accounts/{account}", account)
    ask("POST /v1/accounts/{account}/login_links", account)


def _joining(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    include = ["configuration.recipient", "requirements", "identity", "defaults"]
    capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    number = {"type": "fr_siren", "value": "123456789"}
    account = ask(
        "POST /v2/core/accounts",
        contact_email="tresorier@example.com",
        display_name="CSE",
        dashboard="express",
        identity={
            "country": "fr",
            "entity_type": "non_profit",
            "business_details": {"registered_name": "CSE", "id_numbers": [number]},
        },
        configuration={"recipient": {"capabilities": capability}},
        defaults={
            "currency": "eur",
            "locales": ["fr-FR"],
            "responsibilities": dict.fromkeys(
                ["fees_collector", "losses_collector"], "application"
            ),
        },
        metadata={"troovon_id": "1"},
        include=[*include, "future_requirements", "configuration.merchant"],
    )["id"]
    ask("GET /v2/core/accounts/{id}", account, include=include)
    ask("POST /v2/core/accounts/{id}", account, metadata={"a": "b"}, include=include)
    ask("GET /v2/core/accounts", limit=1)
    leads = {"refresh_url": "http://localhost:8000/r/", "return_url": "http://localhost:8000/b/"}
    case = {"type": "account_onboarding", "account_onboarding": leads}
    ask("POST /v2/core/account_links", account=account, use_case=case)
    for state in ("active", "restricted", "rejected", "unsupported"):
        sim.lever(f"account/{account}/{state}")
        ask("GET /v2/core/accounts/{id}", account, include=include)
    ask("POST /v2/core/accounts/{id}/close", account, applied_configurations=["recipient"])


def _listening(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    events = ask("GET /v1/events", limit=100)["data"]
    ask("GET /v1/events/{id}", events[0]["id"])
    for event in ask("GET /v2/core/events", limit=20)["data"][:5]:
        ask("GET /v2/core/events/{id}", event["id"])
    wanted: Body = {
        "name": "mine",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v2.core.account.created"],
        "webhook_endpoint": {"url": f"{sim.receiver.base}/hook"},
        "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
    }
    path = "/v2/core/event_destinations"
    mine = ask(f"POST {path}", **wanted)["id"]
    snapshot = {"event_payload": "snapshot", "enabled_events": ["customer.created"]}
    ask(f"POST {path}", **wanted | snapshot, events_from=["@self", "@accounts"])
    ask(f"GET {path}/{{id}}", mine)
    ask(f"POST {path}/{{id}}", mine, description="d")
    for verb in ("disable", "enable", "ping"):
        ask(f"POST {path}/{{id}}/{verb}", mine)
    ask(f"GET {path}", include=["webhook_endpoint.url"])
    ask(f"DELETE {path}/{{id}}", mine)
    ask("POST /v1/webhook_endpoints", url="http://localhost:8000/", enabled_events=["*"])
    hooks = ask("GET /v1/webhook_endpoints")["data"]
    ask("GET /v1/webhook_endpoints/{webhook_endpoint}", hooks[0]["id"])
    stored = {"payouts": {"minimum_balance_by_currency": {"eur": 50000}}}
    ask("POST /v1/balance_settings", payments=stored)
    ask("GET /v1/balance_settings")
    ask("DELETE /v1/customers/{customer}", known["customer"])
    ask("GET /v1/customers/{customer}", "cus_nobody")
    ask("GET /v2/core/accounts/{id}", "acct_nobody")


def _happened(ask: Walk) -> Iterator[tuple[str, int, Body]]:
    """Give the object in each event as if its endpoint had answered with it."""
    page: Body = {"data": [], "has_more": True}
    while page["has_more"]:
        after = {"starting_after": page["data"][-1]["id"]} if page["data"] else {}
        page = ask("GET /v1/events", limit=100, **after)
        for body in (event["data"]["object"] for event in page["data"]):
            if body["object"] in OF_EVENTS:
                yield OF_EVENTS[body["object"]], 200, body


def test_every_answer_and_event_is_as_the_description_and_the_library_say(sim: Simulator) -> None:
    ask = Walk(sim)
    known = _selling(ask, sim)
    for station in (by_the_month, _charging, _sharing, _joining, bad_days, _listening):
        station(ask, sim, known)
    events = list(_happened(ask))
    wrong = [line for answer in [*ask.answers, *events] for line in disagreements(*answer)]
    for endpoint, status, body in [*ask.answers, *events]:
        if endpoint.startswith("DELETE"):
            continue
        rows = body["data"] if isinstance(body.get("data"), list) else [body]
        wrong += [f"{endpoint} {line}" for row in rows if status == 200 for line in misfits(row)]
    assert not wrong, "\n".join(sorted(set(wrong)))
    answered = {endpoint for endpoint, status, _ in ask.answers if status == 200}
    assert answered == set(parameters.TABLE)
    assert {endpoint for endpoint, _, _ in events} == set(OF_EVENTS.values())
