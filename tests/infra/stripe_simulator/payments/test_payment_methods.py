"""Cards and bank accounts that a customer saves for later payments."""

from typing import Any

import stripe

from tests.infra.stripe_simulator.conftest import Simulator, refused


def preferred(card: Any) -> Any:
    """Return the update of a customer that makes a card the default for future payments."""
    return {"invoice_settings": {"default_payment_method": card.id}}


def test_a_card_is_attached_preferred_and_detached(sim: Simulator) -> None:
    customers, methods = sim.v1.customers, sim.v1.payment_methods
    customer = customers.create({"email": "a@example.com"})
    card = methods.attach("pm_card_visa", {"customer": customer.id})
    chosen = customers.update(customer.id, preferred(card))
    stored = customers.payment_methods.list(customer.id).data
    gone = methods.detach(card.id)
    assert (card.customer, card.card.last4) == (customer.id, "4242")
    assert chosen.invoice_settings.default_payment_method == card.id
    assert [row.id for row in stored] == [card.id]
    assert gone.customer is None
    assert methods.list({"customer": customer.id}).data == []
    assert customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    assert sim.kinds() == [
        "customer.created",
        "payment_method.attached",
        "customer.updated",
        "payment_method.detached",
        "customer.updated",
    ]


def test_a_card_is_found_with_its_own_customer_only(sim: Simulator) -> None:
    mine, other = (sim.v1.customers.create() for _ in range(2))
    card = sim.v1.payment_methods.attach("pm_card_visa", {"customer": mine.id})
    sim.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    stored = sim.v1.payment_methods.update(card.id, {"metadata": {"a": "b"}})
    assert sim.v1.customers.payment_methods.retrieve(mine.id, card.id).metadata.a == "b"
    assert [row.id for row in sim.v1.payment_methods.list().data] == [stored.id]
    assert sim.events("payment_method.updated")[0].data.object["id"] == card.id
    with refused(http_status=404, code="resource_missing"):
        sim.v1.customers.payment_methods.retrieve(other.id, card.id)


def test_a_card_belongs_to_one_customer(sim: Simulator) -> None:
    first, other = (sim.v1.customers.create() for _ in range(2))
    card = sim.v1.payment_methods.attach("pm_card_visa", {"customer": first.id})
    with refused("already been attached"):
        sim.v1.payment_methods.attach(card.id, {"customer": other.id})
    with refused("must be attached"):
        sim.v1.customers.update(other.id, preferred(card))


def test_a_bank_refuses_a_bad_card_when_it_is_kept(sim: Simulator) -> None:
    customer = sim.v1.customers.create()
    with refused(error=stripe.CardError, http_status=402):
        sim.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})
    assert sim.v1.payment_methods.list({"customer": customer.id}).data == []


def test_a_card_is_kept_by_its_token_and_an_account_by_its_iban(sim: Simulator) -> None:
    billing = {"name": "Boulangerie", "email": "b@example.com"}

    def debit(iban: str) -> Any:
        given = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": billing}
        return sim.v1.payment_methods.create(given)

    card = sim.v1.payment_methods.create({"type": "card", "card": {"token": "tok_mastercard"}})
    account = debit("FR1420041010050500013M02606")
    assert card.card.brand == "mastercard"
    assert (account.sepa_debit.country, account.sepa_debit.last4) == ("FR", "2606")
    assert account.billing_details.name == "Boulangerie"
    with refused(code="invalid_bank_account_iban"):
        debit("FR00")


def test_a_card_that_paid_once_is_stored_only_if_the_session_asked_for_it(sim: Simulator) -> None:
    forgetful, keeping = (sim.v1.customers.create().id for _ in range(2))
    later = {"setup_future_usage": "off_session"}
    for customer, data in ((forgetful, {"description": "d"}), (keeping, later)):
        session = sim.session(customer=customer, payment_intent_data=data)
        sim.submit(session.url)
    assert sim.v1.customers.payment_methods.list(forgetful).data == []
    assert len(sim.v1.customers.payment_methods.list(keeping).data) == 1


def test_a_payment_without_its_buyer_uses_what_is_kept(sim: Simulator) -> None:
    customer = sim.v1.customers.create()

    def pay(token: str) -> Any:
        card = sim.v1.payment_methods.attach(token, {"customer": customer.id}).id
        alone = {"payment_method": card, "off_session": True, "confirm": True}
        given = {"amount": 5000, "currency": "eur", "customer": customer.id}
        return sim.v1.payment_intents.create(given | alone)

    assert pay("pm_card_visa").status == "succeeded"
    with refused(error=stripe.CardError):
        pay("pm_card_chargeCustomerFail")


def test_a_check_that_the_bank_wants_each_time_cannot_be_made_alone(sim: Simulator) -> None:
    sim.charge(card="pm_card_authenticationRequiredOnSetup", off_session=True)
    with refused(error=stripe.CardError, code="authentication_required", http_status=402):
        sim.charge(card="pm_card_threeDSecure2Required", off_session=True)


def test_a_payment_is_begun_confirmed_and_cancelled_by_hand(sim: Simulator) -> None:
    begun = [sim.v1.payment_intents.create({"amount": 500, "currency": "usd"}) for _ in "ab"]
    paid = sim.v1.payment_intents.confirm(begun[0].id, {"payment_method": "pm_card_visa"})
    ended = sim.v1.payment_intents.cancel(begun[1].id, {"cancellation_reason": "abandoned"})
    assert (paid.status, ended.status) == ("succeeded", "canceled")
    for name in (begun[0].id, begun[1].id):
        with refused(code="payment_intent_unexpected_state"):
            sim.v1.payment_intents.cancel(name)


def test_the_payment_of_a_month_is_not_cancelled_behind_its_invoice(sim: Simulator) -> None:
    subscription = sim.subscribe("sepa")
    params = {"invoice": subscription.latest_invoice}
    tie = sim.v1.invoice_payments.list(params).data[0]
    with refused():
        sim.v1.payment_intents.cancel(tie.payment.payment_intent)
