"""Stations of the walk through every endpoint: monthly sales, and payments by debit."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator
from tests.infra.stripe_simulator.selling import BOTH, RECURRING, RHYTHM
from tests.infra.stripe_simulator.stations import Walk

SUBSCRIPTION = "/v1/subscriptions/{subscription_exposed_id}"


def by_the_month(ask: Walk, sim: Simulator, known: dict[str, str]) -> None:
    """Sell, subscribe, renew, fail, change the card and stop, in each way that there is."""
    _goods(ask)
    _methods(ask, known["customer"])
    subscription = _subscribed(ask, sim, known["customer"])
    _renewed(ask, sim, subscription)
    _portal(ask, sim, known["customer"], subscription=subscription)
    _debited(ask, sim)
    _set_up(ask, sim, known["customer"])
    _on_a_clock(ask)
    _by_hand(ask, sim)


def _goods(ask: Walk) -> None:
    product = ask("POST /v1/products", name="Accueil", metadata={"a": "b"})["id"]
    ask("GET /v1/products/{id}", product)
    ask("GET /v1/products", active=True)
    sold = {"currency": "eur", "unit_amount": 5000, "product": product}
    price = ask("POST /v1/prices", **sold, recurring={"interval": "month"})["id"]
    ask("POST /v1/prices/{price}", price, nickname="n", active=False)
    ask("GET /v1/prices/{price}", price, expand=["product"])
    ask("GET /v1/prices", product=product)


def _methods(ask: Walk, customer: str) -> None:
    billing = {"name": "Boulangerie", "email": "boulangerie@example.com"}
    debit: Body = {"type": "sepa_debit", "sepa_debit": {"iban": "FR1420041010050500013M02606"}}
    method = ask("POST /v1/payment_methods", **debit, billing_details=billing)["id"]
    path = "/v1/payment_methods/{payment_method}"
    ask(f"POST {path}", method, metadata={"a": "b"})
    for name in (method, "pm_card_visa"):
        ask(f"POST {path}/attach", name, customer=customer, expand=["customer"])
    ask(f"POST {path}/attach", method)
    ask("GET /v1/payment_methods", customer=customer, type="card")
    ask("GET /v1/customers/{customer}/payment_methods", customer)
    ask("GET /v1/customers/{customer}/payment_methods/{payment_method}", customer, method)
    ask(f"GET {path}", method)
    ask(f"POST {path}/detach", method)


def _checkout(ask: Walk, customer: str) -> Any:
    return ask(
        "POST /v1/checkout/sessions",
        mode="subscription",
        customer=customer,
        line_items=[{"price_data": RECURRING, "quantity": 1}],
        subscription_data={"description": "Accueil", "metadata": {"troovon_id": "1"}},
        success_url="http://localhost:8000/?s={CHECKOUT_SESSION_ID}",
        allowed_payment_method_types=BOTH,
    )


def _subscribed(ask: Walk, sim: Simulator, customer: str) -> str:
    session = _checkout(ask, customer)
    sim.submit(session["url"], card="4000000000000002")
    ask("GET /v1/checkout/sessions/{session}", session["id"])
    ask(f"GET {SUBSCRIPTION}", _waiting(ask))
    sim.submit(session["url"])
    opened = ["subscription.latest_invoice.payments", "invoice", "customer"]
    done = ask("GET /v1/checkout/sessions/{session}", session["id"], expand=opened)
    return str(done["subscription"]["id"])


def _waiting(ask: Walk) -> str:
    return str(ask("GET /v1/subscriptions", status="incomplete")["data"][0]["id"])


def _renewed(ask: Walk, sim: Simulator, subscription: str) -> None:
    shown = ask(f"GET {SUBSCRIPTION}", subscription)
    before = shown["items"]["data"][0]
    dearer = RHYTHM | {"unit_amount": 30000, "product": before["price"]["product"]}
    items = [{"id": before["id"], "price_data": dearer}]
    changed: Body = {"proration_behavior": "none", "metadata": {"c": "d"}}
    ask(f"POST {SUBSCRIPTION}", subscription, items=items, **changed)
    sim.lever(f"card/{shown['customer']}", outcome="declined_later")
    sim.advance(days=31)
    ask(f"GET {SUBSCRIPTION}", subscription)
    opened = ["data.payments", "data.customer"]
    due = ask("GET /v1/invoices", subscription=subscription, expand=opened)["data"][0]["id"]
    ask("GET /v1/invoices/{invoice}", due, expand=["confirmation_secret", "payments"])
    ask("POST /v1/invoices/{invoice}/pay", due)
    for _ in range(2):
        ask("POST /v1/invoices/{invoice}/pay", due, payment_method="pm_card_visa")
    ask("GET /v1/invoices/{invoice}/lines", due, expand=["data.pricing.price_details.price"])
    paying: Body = {"status": "paid", "expand": ["data.payment.payment_intent"]}
    row = ask("GET /v1/invoice_payments", invoice=due, **paying)["data"][0]
    ask("GET /v1/invoice_payments/{invoice_payment}", row["id"])
    charge = row["payment"]["payment_intent"]["latest_charge"]
    ask("POST /v1/charges/{charge}", charge, transfer_group="order_1_202601")


def _portal(ask: Walk, sim: Simulator, customer: str, *, subscription: str) -> None:
    feature = {"enabled": True}
    stop = feature | {"mode": "at_period_end"}
    name = ask(
        "POST /v1/billing_portal/configurations",
        features={"payment_method_update": feature, "subscription_cancel": stop},
        business_profile={"headline": "Troovon"},
    )["id"]
    path = "/v1/billing_portal/configurations/{configuration}"
    ask(f"POST {path}", name, features={"invoice_history": feature})
    ask(f"GET {path}", name)
    ask("GET /v1/billing_portal/configurations", active=True)
    session = ask(
        "POST /v1/billing_portal/sessions",
        customer=customer,
        return_url="http://localhost:8000/",
        configuration=name,
        flow_data={
            "type": "payment_method_update",
            "after_completion": {"type": "portal_homepage"},
        },
        expand=["configuration"],
    )
    sim.submit(session["url"])
    sim.lever("portal")
    ask("POST /v1/billing_portal/sessions", customer=customer)
    ask(f"POST {SUBSCRIPTION}", subscription, cancel_at_period_end=True)
    ask(f"DELETE {SUBSCRIPTION}", subscription)
    ask("GET /v1/subscriptions", status="all", expand=["data.latest_invoice"])
    ask("GET /v1/customers/{customer}", customer, expand=["subscriptions"])


def _debited(ask: Walk, sim: Simulator) -> None:
    opened = ["payment_intent.latest_charge.balance_transaction"]
    for choice in ("sepa_debit", "sepa_debit_fails", "sepa_debit_sent_back"):
        session = sim.session(allowed_payment_method_types=BOTH)
        sim.submit(session.url, card=choice)
        for days in (0, 8, 11):
            sim.advance(days=days, seconds=1)
            paid = ask("GET /v1/checkout/sessions/{session}", session.id, expand=opened)
    charge = paid["payment_intent"]["latest_charge"]
    mandate = charge["payment_method_details"]["sepa_debit"]["mandate"]
    ask("GET /v1/mandates/{mandate}", mandate, expand=["payment_method"])
    ask("GET /v1/balance_transactions", type="payment_failure_refund")


def _set_up(ask: Walk, sim: Simulator, customer: str) -> None:
    given = {"mode": "setup", "customer": customer, "currency": "eur"}
    session = ask("POST /v1/checkout/sessions", **given, success_url="http://localhost:8000/")
    sim.submit(session["url"])
    done = ask("GET /v1/checkout/sessions/{session}", session["id"])
    ask("GET /v1/setup_intents/{intent}", done["setup_intent"], expand=["payment_method"])
    ask("GET /v1/setup_intents", customer=customer)


def _on_a_clock(ask: Walk) -> None:
    clock = ask("POST /v1/test_helpers/test_clocks", frozen_time=1769853600, name="n")["id"]
    given = {"payment_method": "pm_card_visa", "email": "a@example.com"}
    customer = ask("POST /v1/customers", test_clock=clock, **given)["id"]
    ask("GET /v1/customers", test_clock=clock, expand=["data.test_clock"])
    method = ask("GET /v1/payment_methods", customer=customer)["data"][0]["id"]
    settings = {"default_payment_method": method}
    ask("POST /v1/customers/{customer}", customer, invoice_settings=settings)
    product = ask("POST /v1/products", name="Accueil")["id"]
    sold = [{"price_data": RHYTHM | {"product": product}}]
    opened = ["latest_invoice", "customer"]
    ask("POST /v1/subscriptions", customer=customer, items=sold, expand=opened)
    path = "/v1/test_helpers/test_clocks/{test_clock}"
    ask(f"POST {path}/advance", clock, frozen_time=1775000000)
    ask("GET /v1/subscriptions", test_clock=clock)
    ask("GET /v1/invoices", customer=customer)
    ask(f"GET {path}", clock)
    ask("GET /v1/test_helpers/test_clocks")
    ask(f"DELETE {path}", clock)


def _by_hand(ask: Walk, sim: Simulator) -> None:
    begun, other = (
        ask("POST /v1/payment_intents", amount=5000, currency="eur")["id"] for _ in range(2)
    )
    ask("POST /v1/payment_intents/{intent}", begun, metadata={"a": "b"}, description="d")
    good: Body = {"payment_method": "pm_card_visa", "expand": ["latest_charge"]}
    for _ in range(2):
        ask("POST /v1/payment_intents/{intent}/confirm", begun, **good)
    ask("POST /v1/payment_intents/{intent}/cancel", other, expand=["customer"])
    session = _checkout(ask, ask("POST /v1/customers")["id"])
    sim.submit(session["url"], card="4000000000000002")
    waiting = _waiting(ask)
    ask("GET /v1/subscription_items", subscription=waiting, expand=["data.price.product"])
    due = ask("GET /v1/invoices", subscription=waiting, status="open")["data"][0]
    ask("POST /v1/invoices/{invoice}/void", due["id"])
    sim.submit(sim.session().url)
