"""Sales by the month that cannot be are refused with the parameter that is wrong."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Body, Simulator
from tests.infra.stripe_simulator.selling import RECURRING, monthly, subscribe

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
        (
            {"subscription_data": {"transfer_group": "x"}},
            "subscription_data[transfer_group]",
            "parameter_unknown",
        ),
        (
            {"subscription_data": {"trial_period_days": 7}},
            "subscription_data[trial_period_days]",
            None,
        ),
        ({"allowed_payment_method_types": ["ideal"]}, "allowed_payment_method_types", None),
        (
            {"line_items": lines(RECURRING | {"currency": "usd"})},
            "allowed_payment_method_types",
            None,
        ),
    ],
)
def test_a_page_for_a_subscription_that_cannot_be_is_refused(
    simulator: Simulator, change: Body, param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        monthly(simulator, **change)

    assert (refusal.value.param, refusal.value.code) == (param, code)


@pytest.mark.parametrize("rhythm", [{"interval": "fortnight"}, {"interval_count": 2}])
def test_a_wrong_rhythm_is_refused(simulator: Simulator, rhythm: Body) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        monthly(simulator, line_items=lines(RECURRING | {"recurring": rhythm}))

    assert str(refusal.value.param).endswith("[recurring][interval]")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"trial_end": "now"}, "trial_end"),
        ({"cancel_at": 2000000000}, "cancel_at"),
        ({"default_payment_method": "pm_nothing"}, "default_payment_method"),
        ({"default_payment_method": "pm_card_visa"}, "default_payment_method"),
        ({"items": [{"id": "si_nothing"}], "proration_behavior": "none"}, "items[0][id]"),
        ({"items": [{"price_data": RECURRING}]}, "proration_behavior"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_change_that_cannot_be_is_refused(simulator: Simulator, change: Body, param: str) -> None:
    subscription = subscribe(simulator)
    if "items" in change and "price_data" in change["items"][0]:
        row = subscription["items"].data[0]
        price = {key: value for key, value in RECURRING.items() if key != "product_data"}
        dearer = price | {"product": row.price.product}
        change = {"items": [{"id": row.id, "price_data": dearer}]}

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.subscriptions.update(subscription.id, change)

    assert refusal.value.param == param


def test_one_time_price_is_refused_in_a_subscription(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    row = subscription["items"].data[0]
    price = simulator.client().v1.prices.create(ONCE)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.client().v1.subscriptions.update(
            subscription.id,
            {"items": [{"id": row.id, "price": price.id}], "proration_behavior": "none"},
        )

    assert (refusal.value.http_status, refusal.value.param) == (400, "items[0]")


def test_subscription_without_a_payment_method_is_refused(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create()
    price = client.v1.prices.create(RECURRING)
    given: Any = {"customer": customer.id, "items": [{"price": price.id}]}

    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        client.v1.subscriptions.create(given)

    assert client.v1.subscriptions.list({"status": "all"}).data == []
    later = client.v1.subscriptions.create(given | {"payment_behavior": "default_incomplete"})
    assert later.status == "incomplete"


def test_a_first_month_that_the_bank_wants_checked_waits(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create()
    price = client.v1.prices.create(RECURRING)
    card = client.v1.payment_methods.attach(
        "pm_card_threeDSecure2Required", {"customer": customer.id}
    )
    given: Any = {
        "customer": customer.id,
        "items": [{"price": price.id}],
        "default_payment_method": card.id,
    }

    waiting = client.v1.subscriptions.create(given)

    assert waiting.status == "incomplete"
    simulator.lever("clock/advance", hours=22)
    assert client.v1.subscriptions.retrieve(waiting.id).status == "incomplete"
    simulator.lever("clock/advance", hours=2)
    assert client.v1.subscriptions.retrieve(waiting.id).status == "incomplete_expired"
    cheap = client.v1.prices.create(RECURRING | {"unit_amount": 30})
    for row, param in (
        ({"price": price.id, "quantity": 0}, "items[0][quantity]"),
        ({"price": cheap.id}, "items"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.subscriptions.create(given | {"items": [row]})
        assert refusal.value.param == param


def test_a_customer_who_is_removed_pays_nothing_more(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    client = simulator.client()
    page = monthly(simulator, customer=subscription.customer)

    client.v1.customers.delete(subscription.customer)
    simulator.lever("clock/advance", days=40)

    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert ended.status == "canceled"
    assert client.v1.checkout.sessions.retrieve(page.id).status == "expired"
    assert len(client.v1.invoices.list({"subscription": subscription.id}).data) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.v1.subscriptions.retrieve("sub_nothing"),
        lambda client: client.v1.invoices.retrieve("in_nothing"),
        lambda client: client.v1.invoices.pay("in_nothing"),
        lambda client: client.v1.invoice_payments.retrieve("inpay_nothing"),
        lambda client: client.v1.payment_methods.retrieve("pm_nothing"),
        lambda client: client.v1.prices.retrieve("price_nothing"),
        lambda client: client.v1.mandates.retrieve("mandate_nothing"),
        lambda client: client.v1.test_helpers.test_clocks.retrieve("clock_nothing"),
        lambda client: client.v1.billing_portal.configurations.retrieve("bpc_nothing"),
    ],
)
def test_an_unknown_id_is_refused_as_missing(simulator: Simulator, ask: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        ask(simulator.client())

    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


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
    simulator: Simulator, path: str, given: Body, param: str
) -> None:
    subscription = subscribe(simulator)
    intent = simulator.client().v1.payment_intents.create({"amount": 500, "currency": "eur"})
    known = {
        "invoice": subscription.latest_invoice,
        "method": subscription.default_payment_method,
        "customer": subscription.customer,
        "subscription": subscription.id,
        "intent": intent.id,
    }

    answer = simulator.api("POST", "/v1/" + path.format(**known), given)

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
def test_field_that_cannot_be_expanded_is_refused(
    simulator: Simulator, path: str, opened: str
) -> None:
    answer = simulator.api("GET", path, {"expand": [opened]})

    assert (answer.status, "expand" in answer.json["error"]["message"]) == (400, True)


def test_an_address_that_is_not_played_is_not_found(simulator: Simulator) -> None:
    answer = simulator.api("GET", "/v1/subscription_schedules")

    assert (answer.status, answer.json["error"]["message"][:28]) == (
        404,
        "Unrecognized request URL (GE",
    )
