"""Impossible monthly sales are refused with the name of the wrong parameter."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Body, Simulator, refused
from tests.infra.stripe_simulator.selling import RECURRING, repriced

DATA, METHODS = "subscription_data", "allowed_payment_method_types"
RHYTHM = "line_items[0][price_data][recurring][interval]"
MISSING = "parameter_missing"
ONCE: Body = {key: value for key, value in RECURRING.items() if key != "recurring"}
YEARLY = RECURRING | {"recurring": {"interval": "year"}}


def lines(*prices: Body) -> list[Body]:
    return [{"quantity": 1, "price_data": price} for price in prices]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"line_items": lines(ONCE)}, "line_items", None),
        ({"line_items": lines(RECURRING, YEARLY)}, "line_items", None),
        ({"mode": "payment"}, "line_items", None),
        ({"mode": "setup"}, "line_items", None),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data", None),
        ({"customer_creation": "always"}, "customer_creation", None),
        ({"line_items": lines(RECURRING | {"unit_amount": 49})}, "line_items", "amount_too_small"),
        ({DATA: {"transfer_group": "x"}}, f"{DATA}[transfer_group]", "parameter_unknown"),
        ({DATA: {"trial_period_days": 7}}, f"{DATA}[trial_period_days]", None),
        ({METHODS: ["ideal"]}, METHODS, None),
        ({"line_items": lines(RECURRING | {"currency": "usd"})}, METHODS, None),
        ({"line_items": lines(RECURRING | {"recurring": {"interval": "fortnight"}})}, RHYTHM, None),
        ({"line_items": lines(RECURRING | {"recurring": {"interval_count": 2}})}, RHYTHM, MISSING),
    ],
)
def test_a_page_for_a_subscription_that_cannot_be_is_refused(
    sim: Simulator, change: Body, param: str, code: str | None
) -> None:
    with refused(param=param, code=code):
        sim.monthly(**change)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"trial_end": "now"}, "trial_end"),
        ({"cancel_at": 2000000000}, "cancel_at"),
        ({"default_payment_method": "pm_nothing"}, "default_payment_method"),
        ({"default_payment_method": "pm_card_visa"}, "default_payment_method"),
        ({"items": [{"id": "si_nothing"}], "proration_behavior": "none"}, "items[0][id]"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_change_that_cannot_be_is_refused(sim: Simulator, change: Body, param: str) -> None:
    subscription = sim.subscribe()
    with refused(param=param):
        sim.v1.subscriptions.update(subscription.id, change)


def test_price_that_cannot_be_is_refused_in_a_subscription(sim: Simulator) -> None:
    subscription = sim.subscribe()
    row = subscription["items"].data[0]
    once = {"id": row.id, "price": sim.v1.prices.create(ONCE).id}
    with refused(http_status=400, param="items[0]"):
        changed = {"items": [once], "proration_behavior": "none"}
        sim.v1.subscriptions.update(subscription.id, changed)
    dearer = {"id": row.id, "price_data": repriced(row, 30000)}
    with refused(param="proration_behavior"):
        sim.v1.subscriptions.update(subscription.id, {"items": [dearer]})


def test_subscription_without_a_payment_method_is_refused(sim: Simulator) -> None:
    price = sim.v1.prices.create(RECURRING)
    given = {"customer": sim.v1.customers.create().id, "items": [{"price": price.id}]}
    with refused("no attached payment source"):
        sim.v1.subscriptions.create(given)
    assert sim.v1.subscriptions.list({"status": "all"}).data == []
    later = sim.v1.subscriptions.create(given | {"payment_behavior": "default_incomplete"})
    assert later.status == "incomplete"


def test_a_first_month_that_the_bank_wants_checked_waits(sim: Simulator) -> None:
    customer = sim.v1.customers.create({"payment_method": "pm_card_threeDSecure2Required"})
    card = sim.v1.payment_methods.list({"customer": customer.id}).data[0]
    price, cheap = (
        sim.v1.prices.create(RECURRING | {"unit_amount": cents}).id for cents in (24000, 30)
    )
    given = {"customer": customer.id, "default_payment_method": card.id}

    def begin(**row: Any) -> Any:
        return sim.v1.subscriptions.create(given | {"items": [row]})

    waiting = begin(price=price)
    for hours, status in ((1, "incomplete"), (21, "incomplete"), (2, "incomplete_expired")):
        sim.advance(hours=hours)
        assert sim.v1.subscriptions.retrieve(waiting.id).status == status
    with refused(param="items[0][quantity]"):
        begin(price=price, quantity=0)
    with refused(param="items"):
        begin(price=cheap)


def test_a_customer_who_is_removed_pays_nothing_more(sim: Simulator) -> None:
    subscription = sim.subscribe()
    page = sim.monthly(customer=subscription.customer)
    sim.v1.customers.delete(subscription.customer)
    sim.advance(days=40)
    assert sim.again(subscription).status == "canceled"
    assert sim.v1.checkout.sessions.retrieve(page.id).status == "expired"
    assert len(sim.invoices(subscription)) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "GET subscriptions/sub_nothing",
        "GET invoices/in_nothing",
        "POST invoices/in_nothing/pay",
        "GET invoice_payments/inpay_nothing",
        "GET payment_methods/pm_nothing",
        "GET prices/price_nothing",
        "GET mandates/mandate_nothing",
        "GET test_helpers/test_clocks/clock_nothing",
        "GET billing_portal/configurations/bpc_nothing",
    ],
)
def test_an_unknown_id_is_refused_as_missing(sim: Simulator, endpoint: str) -> None:
    method, path = endpoint.split()
    answer = sim.api(method, f"/v1/{path}")
    assert (answer.status, answer.json["error"]["code"]) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("path", "given", "param"),
    [
        ("invoices/{invoice}/pay", {"paid_out_of_band": True}, "paid_out_of_band"),
        ("billing_portal/sessions", {"on_behalf_of": "acct_1"}, "on_behalf_of"),
        ("payment_methods/{method}", {"card": {"exp_year": 2040}}, "card"),
        ("payment_methods", {"type": "link"}, "type"),
        ("customers/{customer}", {"invoice_settings": {"footer": "x"}}, "invoice_settings[footer]"),
        ("subscriptions/{subscription}", {"pause_collection": {"behavior": "void"}},
         "pause_collection"),
        ("prices", {"currency": "eur", "unit_amount": 1, "tiers_mode": "graduated"}, "tiers_mode"),
        ("payment_intents/{intent}/confirm", {"mandate": "mandate_1"}, "mandate"),
    ],
)  # fmt: skip
def test_unsupported_parameter_is_refused(
    sim: Simulator, path: str, given: Body, param: str
) -> None:
    subscription = sim.subscribe()
    known = {
        "invoice": subscription.latest_invoice,
        "method": subscription.default_payment_method,
        "customer": subscription.customer,
        "subscription": subscription.id,
        "intent": sim.v1.payment_intents.create({"amount": 500, "currency": "eur"}).id,
    }
    answer = sim.api("POST", "/v1/" + path.format(**known), given)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("/v1/subscriptions", "data.metadata"),
        ("/v1/products", "data.name"),
        ("/v1/test_helpers/test_clocks", "data.name"),
        ("/v1/invoice_payments", "data.payment.status"),
        ("/v1/subscriptions", "data.latest_invoice.payments.data.invoice"),
    ],
)
def test_field_that_cannot_be_expanded_is_refused(sim: Simulator, path: str, opened: str) -> None:
    answer = sim.api("GET", path, {"expand": [opened]})
    assert (answer.status, "expand" in answer.json["error"]["message"]) == (400, True)


def test_an_address_that_is_not_played_is_not_found(sim: Simulator) -> None:
    answer = sim.api("GET", "/v1/subscription_schedules")
    assert answer.status == 404
    assert answer.json["error"]["message"].startswith("Unrecognized request URL (GET")
