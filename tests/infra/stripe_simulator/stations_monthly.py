"""Stations of the walk past every endpoint: what is sold by the month, and paid by debit."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Body, Simulator
from tests.infra.stripe_simulator.stations import Walk

RHYTHM: Body = {
    "currency": "eur",
    "unit_amount": 24000,
    "tax_behavior": "inclusive",
    "recurring": {"interval": "month"},
}
MONTHLY: Body = RHYTHM | {"product_data": {"name": "Un mois à l’accueil"}}
DEBIT = ["card", "sepa_debit"]


def by_the_month(ask: Walk, simulator: Simulator, known: dict[str, str]) -> None:
    """Sell, subscribe, renew, fail, change the card and stop, in each way that there is."""
    _goods(ask)
    _methods(ask, known["customer"])
    subscription = _subscribed(ask, simulator, known["customer"])
    _renewed(ask, simulator, subscription)
    _portal(ask, simulator, known["customer"], subscription=subscription)
    _debited(ask, simulator)
    _set_up(ask, simulator, known["customer"])
    _on_a_clock(ask)
    _by_hand(ask, simulator)


def _goods(ask: Walk) -> None:
    product = ask("POST /v1/products", {"name": "Accueil", "metadata": {"a": "b"}})["id"]
    ask("GET /v1/products/{id}", id=product)
    ask("GET /v1/products", {"active": True})
    sold = {"currency": "eur", "unit_amount": 5000, "product": product}
    price = ask("POST /v1/prices", sold | {"recurring": {"interval": "month"}})["id"]
    ask("POST /v1/prices/{price}", {"nickname": "n", "active": False}, price=price)
    ask("GET /v1/prices/{price}", {"expand": ["product"]}, price=price)
    ask("GET /v1/prices", {"product": product})


def _methods(ask: Walk, customer: str) -> None:
    debit = {"iban": "FR1420041010050500013M02606"}
    billing = {"name": "Boulangerie", "email": "boulangerie@example.com"}
    given = {"type": "sepa_debit", "sepa_debit": debit, "billing_details": billing}
    method = ask("POST /v1/payment_methods", given)["id"]
    ask(
        "POST /v1/payment_methods/{payment_method}", {"metadata": {"a": "b"}}, payment_method=method
    )
    named: Body = {"customer": customer, "expand": ["customer"]}
    for name in (method, "pm_card_visa"):
        ask("POST /v1/payment_methods/{payment_method}/attach", named, payment_method=name)
    ask("POST /v1/payment_methods/{payment_method}/attach", payment_method=method)
    ask("GET /v1/payment_methods", {"customer": customer, "type": "card"})
    ask("GET /v1/customers/{customer}/payment_methods", customer=customer)
    path = "/v1/customers/{customer}/payment_methods/{payment_method}"
    ask(f"GET {path}", customer=customer, payment_method=method)
    ask("GET /v1/payment_methods/{payment_method}", payment_method=method)
    ask("POST /v1/payment_methods/{payment_method}/detach", payment_method=method)


def _checkout(ask: Walk, customer: str) -> Any:
    return ask(
        "POST /v1/checkout/sessions",
        {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price_data": MONTHLY, "quantity": 1}],
            "subscription_data": {"description": "Accueil", "metadata": {"troovon_id": "1"}},
            "success_url": "http://localhost:8000/?s={CHECKOUT_SESSION_ID}",
            "allowed_payment_method_types": DEBIT,
        },
    )


def _subscribed(ask: Walk, simulator: Simulator, customer: str) -> str:
    session = _checkout(ask, customer)
    simulator.submit(session["url"], card="4000000000000002")
    ask("GET /v1/checkout/sessions/{session}", session=session["id"])
    incomplete = ask("GET /v1/subscriptions", {"status": "incomplete"})["data"][0]["id"]
    ask("GET /v1/subscriptions/{subscription_exposed_id}", subscription_exposed_id=incomplete)
    simulator.submit(session["url"])
    opened = {"expand": ["subscription.latest_invoice.payments", "invoice", "customer"]}
    done = ask("GET /v1/checkout/sessions/{session}", opened, session=session["id"])
    return str(done["subscription"]["id"])


def _renewed(ask: Walk, simulator: Simulator, subscription: str) -> None:
    shown = ask(
        "GET /v1/subscriptions/{subscription_exposed_id}", subscription_exposed_id=subscription
    )
    before = shown["items"]["data"][0]
    dearer = RHYTHM | {"unit_amount": 30000, "product": before["price"]["product"]}
    item = {"id": before["id"], "price_data": dearer}
    changed = {"items": [item], "proration_behavior": "none", "metadata": {"c": "d"}}
    ask(
        "POST /v1/subscriptions/{subscription_exposed_id}",
        changed,
        subscription_exposed_id=subscription,
    )
    simulator.lever(f"card/{shown['customer']}", outcome="declined_later")
    simulator.lever("clock/advance", days=31)
    ask("GET /v1/subscriptions/{subscription_exposed_id}", subscription_exposed_id=subscription)
    opened = {"subscription": subscription, "expand": ["data.payments", "data.customer"]}
    due = ask("GET /v1/invoices", opened)["data"][0]["id"]
    ask("GET /v1/invoices/{invoice}", {"expand": ["confirmation_secret", "payments"]}, invoice=due)
    ask("POST /v1/invoices/{invoice}/pay", invoice=due)
    good = {"payment_method": "pm_card_visa"}
    ask("POST /v1/invoices/{invoice}/pay", good, invoice=due)
    ask("POST /v1/invoices/{invoice}/pay", good, invoice=due)
    ask(
        "GET /v1/invoices/{invoice}/lines",
        {"expand": ["data.pricing.price_details.price"]},
        invoice=due,
    )
    paying = {"invoice": due, "status": "paid", "expand": ["data.payment.payment_intent"]}
    row = ask("GET /v1/invoice_payments", paying)["data"][0]
    ask("GET /v1/invoice_payments/{invoice_payment}", invoice_payment=row["id"])
    charge = row["payment"]["payment_intent"]["latest_charge"]
    ask("POST /v1/charges/{charge}", {"transfer_group": "order_1_202601"}, charge=charge)


def _portal(ask: Walk, simulator: Simulator, customer: str, *, subscription: str) -> None:
    feature = {"enabled": True}
    features = {
        "payment_method_update": feature,
        "subscription_cancel": feature | {"mode": "at_period_end"},
    }
    given = {"features": features, "business_profile": {"headline": "Troovon"}}
    name = ask("POST /v1/billing_portal/configurations", given)["id"]
    path = "/v1/billing_portal/configurations/{configuration}"
    ask(f"POST {path}", {"features": {"invoice_history": feature}}, configuration=name)
    ask(f"GET {path}", configuration=name)
    ask("GET /v1/billing_portal/configurations", {"active": True})
    visit = {"customer": customer, "return_url": "http://localhost:8000/", "configuration": name}
    flow = {"type": "payment_method_update", "after_completion": {"type": "portal_homepage"}}
    session = ask(
        "POST /v1/billing_portal/sessions",
        visit | {"flow_data": flow, "expand": ["configuration"]},
    )
    simulator.submit(session["url"])
    simulator.lever("portal")
    ask("POST /v1/billing_portal/sessions", {"customer": customer})
    stopped = {"cancel_at_period_end": True}
    ask(
        "POST /v1/subscriptions/{subscription_exposed_id}",
        stopped,
        subscription_exposed_id=subscription,
    )
    ask("DELETE /v1/subscriptions/{subscription_exposed_id}", subscription_exposed_id=subscription)
    ask("GET /v1/subscriptions", {"status": "all", "expand": ["data.latest_invoice"]})
    ask("GET /v1/customers/{customer}", {"expand": ["subscriptions"]}, customer=customer)


def _debited(ask: Walk, simulator: Simulator) -> None:
    opened = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    for choice in ("sepa_debit", "sepa_debit_fails", "sepa_debit_sent_back"):
        session = simulator.session(allowed_payment_method_types=DEBIT)
        simulator.submit(str(session.url), card=choice)
        for days in (0, 8, 11):
            simulator.lever("clock/advance", days=days, seconds=1)
            paid = ask("GET /v1/checkout/sessions/{session}", opened, session=session.id)
    charge = paid["payment_intent"]["latest_charge"]
    mandate = charge["payment_method_details"]["sepa_debit"]["mandate"]
    ask("GET /v1/mandates/{mandate}", {"expand": ["payment_method"]}, mandate=mandate)
    ask("GET /v1/balance_transactions", {"type": "payment_failure_refund"})


def _set_up(ask: Walk, simulator: Simulator, customer: str) -> None:
    given = {"mode": "setup", "customer": customer, "success_url": "http://localhost:8000/"}
    session = ask("POST /v1/checkout/sessions", given | {"currency": "eur"})
    simulator.submit(session["url"])
    done = ask("GET /v1/checkout/sessions/{session}", session=session["id"])
    opened = {"expand": ["payment_method"]}
    ask("GET /v1/setup_intents/{intent}", opened, intent=done["setup_intent"])
    ask("GET /v1/setup_intents", {"customer": customer})


def _on_a_clock(ask: Walk) -> None:
    clock = ask("POST /v1/test_helpers/test_clocks", {"frozen_time": 1769853600, "name": "n"})["id"]
    given = {"test_clock": clock, "payment_method": "pm_card_visa", "email": "a@example.com"}
    customer = ask("POST /v1/customers", given)["id"]
    ask("GET /v1/customers", {"test_clock": clock, "expand": ["data.test_clock"]})
    method = ask("GET /v1/payment_methods", {"customer": customer})["data"][0]["id"]
    settings = {"invoice_settings": {"default_payment_method": method}}
    ask("POST /v1/customers/{customer}", settings, customer=customer)
    product = ask("POST /v1/products", {"name": "Accueil"})["id"]
    price = RHYTHM | {"product": product}
    sold = {"customer": customer, "items": [{"price_data": price}]}
    ask("POST /v1/subscriptions", sold | {"expand": ["latest_invoice", "customer"]})
    path = "/v1/test_helpers/test_clocks/{test_clock}"
    ask(f"POST {path}/advance", {"frozen_time": 1775000000}, test_clock=clock)
    ask("GET /v1/subscriptions", {"test_clock": clock})
    ask("GET /v1/invoices", {"customer": customer})
    ask(f"GET {path}", test_clock=clock)
    ask("GET /v1/test_helpers/test_clocks")
    ask(f"DELETE {path}", test_clock=clock)


def _by_hand(ask: Walk, simulator: Simulator) -> None:
    begun = ask("POST /v1/payment_intents", {"amount": 5000, "currency": "eur"})["id"]
    words = {"metadata": {"a": "b"}, "description": "d"}
    ask("POST /v1/payment_intents/{intent}", words, intent=begun)
    good = {"payment_method": "pm_card_visa", "expand": ["latest_charge"]}
    ask("POST /v1/payment_intents/{intent}/confirm", good, intent=begun)
    ask("POST /v1/payment_intents/{intent}/confirm", good, intent=begun)
    other = ask("POST /v1/payment_intents", {"amount": 5000, "currency": "eur"})["id"]
    ask("POST /v1/payment_intents/{intent}/cancel", {"expand": ["customer"]}, intent=other)
    session = _checkout(ask, ask("POST /v1/customers")["id"])
    simulator.submit(session["url"], card="4000000000000002")
    waiting = ask("GET /v1/subscriptions", {"status": "incomplete"})["data"][0]["id"]
    ask("GET /v1/subscription_items", {"subscription": waiting, "expand": ["data.price.product"]})
    due = ask("GET /v1/invoices", {"subscription": waiting, "status": "open"})["data"][0]
    ask("POST /v1/invoices/{invoice}/void", invoice=due["id"])
    simulator.submit(simulator.session().url)
