"""Cards and accounts that a customer keeps for what comes later."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import events, subscribe


def test_a_card_is_attached_preferred_and_detached(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create({"email": "a@example.com"})

    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    chosen = client.v1.customers.update(
        customer.id, {"invoice_settings": {"default_payment_method": card.id}}
    )
    stored = client.v1.customers.payment_methods.list(customer.id).data
    gone = client.v1.payment_methods.detach(card.id)

    assert (card.customer, card.card.last4) == (customer.id, "4242")
    assert chosen.invoice_settings.default_payment_method == card.id
    assert [row.id for row in stored] == [card.id]
    assert gone.customer is None
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []
    assert client.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    event_kinds = [event.type for event in events(simulator)]
    assert event_kinds == [
        "customer.created",
        "payment_method.attached",
        "customer.updated",
        "payment_method.detached",
        "customer.updated",
    ]


def test_a_card_is_found_with_its_own_customer_only(simulator: Simulator) -> None:
    client = simulator.client()
    mine, other = (client.v1.customers.create() for _ in range(2))
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": mine.id})
    client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})

    stored = client.v1.payment_methods.update(card.id, {"metadata": {"a": "b"}})

    assert client.v1.customers.payment_methods.retrieve(mine.id, card.id).metadata.a == "b"
    assert [row.id for row in client.v1.payment_methods.list().data] == [stored.id]
    assert events(simulator, "payment_method.updated")[0].data.object["id"] == card.id
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.customers.payment_methods.retrieve(other.id, card.id)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_a_card_belongs_to_one_customer(simulator: Simulator) -> None:
    client = simulator.client()
    first, other = (client.v1.customers.create() for _ in range(2))
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": first.id})

    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(card.id, {"customer": other.id})
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        client.v1.customers.update(
            other.id, {"invoice_settings": {"default_payment_method": card.id}}
        )


def test_a_bank_refuses_a_bad_card_when_it_is_kept(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create()

    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})

    assert refusal.value.http_status == 402
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_an_account_is_kept_by_its_iban(simulator: Simulator) -> None:
    client = simulator.client()
    iban = {"iban": "FR1420041010050500013M02606"}
    billing = {"name": "Boulangerie", "email": "b@example.com"}

    account = client.v1.payment_methods.create(
        {"type": "sepa_debit", "sepa_debit": iban, "billing_details": billing}
    )

    assert (account.sepa_debit.country, account.sepa_debit.last4) == ("FR", "2606")
    assert account.billing_details.name == "Boulangerie"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_methods.create({"type": "sepa_debit", "sepa_debit": {"iban": "FR00"}})
    assert refusal.value.code == "invalid_bank_account_iban"


def test_a_card_is_kept_by_its_token(simulator: Simulator) -> None:
    card = simulator.client().v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_mastercard"}}
    )

    assert card.card.brand == "mastercard"


def test_a_card_that_paid_once_is_stored_only_if_the_session_asked_for_it(
    simulator: Simulator,
) -> None:
    client = simulator.client()
    forgetful, keeping = (client.v1.customers.create().id for _ in range(2))
    later = {"setup_future_usage": "off_session"}

    for customer, data in ((forgetful, {"description": "d"}), (keeping, later)):
        session = simulator.session(customer=customer, payment_intent_data=data)
        simulator.submit(str(session.url))

    assert client.v1.customers.payment_methods.list(forgetful).data == []
    assert len(client.v1.customers.payment_methods.list(keeping).data) == 1


def test_a_payment_without_its_buyer_uses_what_is_kept(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create()
    given = {"amount": 5000, "currency": "eur", "customer": customer.id, "confirm": True}
    cards = [
        client.v1.payment_methods.attach(token, {"customer": customer.id}).id
        for token in ("pm_card_visa", "pm_card_chargeCustomerFail")
    ]

    paid = client.v1.payment_intents.create(
        given | {"payment_method": cards[0], "off_session": True}
    )

    assert paid.status == "succeeded"
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(given | {"payment_method": cards[1], "off_session": True})


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("pm_card_threeDSecure2Required", "authentication_required"),
        ("pm_card_authenticationRequiredOnSetup", None),
    ],
)
def test_a_check_that_the_bank_wants_each_time_cannot_be_made_alone(
    simulator: Simulator, token: str, code: str | None
) -> None:
    answer = simulator.api(
        "POST",
        "/v1/payment_intents",
        {
            "amount": 5000,
            "currency": "eur",
            "confirm": True,
            "off_session": True,
            "payment_method": token,
        },
    )

    assert answer.json.get("error", {}).get("code") == code
    assert answer.status == (402 if code else 200)


def test_a_payment_is_begun_confirmed_and_cancelled_by_hand(simulator: Simulator) -> None:
    client = simulator.client()
    begun = [client.v1.payment_intents.create({"amount": 500, "currency": "usd"}) for _ in "ab"]

    paid = client.v1.payment_intents.confirm(begun[0].id, {"payment_method": "pm_card_visa"})
    ended = client.v1.payment_intents.cancel(begun[1].id, {"cancellation_reason": "abandoned"})

    assert (paid.status, ended.status) == ("succeeded", "canceled")
    for name in (begun[0].id, begun[1].id):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.cancel(name)
        assert refusal.value.code == "payment_intent_unexpected_state"


def test_the_payment_of_a_month_is_not_cancelled_behind_its_invoice(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "sepa")
    params = {"invoice": subscription.latest_invoice}
    tie = simulator.client().v1.invoice_payments.list(params).data[0]

    with pytest.raises(stripe.InvalidRequestError):
        simulator.client().v1.payment_intents.cancel(tie.payment.payment_intent)
