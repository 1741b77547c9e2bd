"""The billing portal: invoices, the card, a way to stop, and the way back."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import JANUARY, again, events, invoices, subscribe

HOME = "http://localhost:8000/commandes/"


@pytest.fixture
def unsaved(simulator: Simulator) -> Simulator:
    """A Stripe account in whose dashboard nobody has saved the portal's settings."""
    simulator.lever("reset")
    return simulator


@pytest.fixture(autouse=True)
def _saved(simulator: Simulator) -> None:
    """The portal's settings, saved in the dashboard: most visits use them."""
    simulator.lever("portal")


def visit(simulator: Simulator, customer: str, /, **more: Any) -> Any:
    given = {"customer": customer, "return_url": HOME, "locale": "fr"}
    return simulator.client().v1.billing_portal.sessions.create(given | more)


def act(simulator: Simulator, session: Any, /, **values: str) -> Any:
    return simulator.post(f"{simulator.base}/p/session/{session.id}", values)


def test_the_portal_shows_what_runs_what_pays_and_what_was_billed(simulator: Simulator) -> None:
    simulator.lever("reset")
    simulator.lever("clock", now=JANUARY)
    simulator.lever("portal")
    subscription = subscribe(simulator)
    number = invoices(simulator, subscription)[0].number

    page = simulator.page(str(visit(simulator, subscription.customer).url))
    english = simulator.page(str(visit(simulator, subscription.customer, locale="en-GB").url))

    for words in (
        "Prochaine échéance le 28 février 2026",
        "Visa •••• 4242",
        number,
        "240,00",
        f'href="{HOME}"',
    ):
        assert words in page.text
    assert "Renews on 28 February 2026" in english.text
    assert "Back to the site" in english.text


def test_a_new_card_is_kept_and_pays_all_that_renews(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    session = visit(simulator, subscription.customer)
    before = len(events(simulator))

    answer = act(simulator, session, act="card", card="5555555555554444")

    event_kinds = [event.type for event in events(simulator)][before:]
    client = simulator.client()
    chosen = client.v1.customers.retrieve(subscription.customer).invoice_settings
    assert answer.headers["Location"] == session.url
    assert chosen.default_payment_method == again(simulator, subscription).default_payment_method
    assert "Mastercard •••• 4444" in simulator.page(str(session.url)).text
    assert event_kinds == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
        "customer.subscription.updated",
    ]


def test_a_card_that_the_bank_declines_changes_nothing(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    session = visit(simulator, subscription.customer)

    page = act(simulator, session, act="card", card="4000000000000002")
    wrong = act(simulator, session, act="card", card="sepa_debit", iban="FR00")

    assert "La carte a été refusée" in page.text
    assert "Cet IBAN n’existe pas" in wrong.text
    stored = again(simulator, subscription).default_payment_method
    assert stored == subscription.default_payment_method


def test_a_visit_for_the_card_only_leads_to_its_return_url(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    after = {"type": "redirect", "redirect": {"return_url": HOME + "carte/"}}
    flow = {"type": "payment_method_update", "after_completion": after}
    session = visit(simulator, subscription.customer, flow_data=flow)

    page = simulator.page(str(session.url))
    answer = simulator.submit(str(session.url))

    assert "Arrêter" not in page.text
    assert (answer.status, answer.headers["Location"]) == (303, HOME + "carte/")
    assert len(simulator.client().v1.setup_intents.list().data) == 1


def test_a_visit_may_end_with_a_word_of_thanks(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    values = {"custom_message": "Merci, c’est fait."}
    after = {"type": "hosted_confirmation", "hosted_confirmation": values}
    flow = {"type": "payment_method_update", "after_completion": after}
    session = visit(simulator, subscription.customer, flow_data=flow)

    assert "Merci, c’est fait." in simulator.submit(str(session.url)).text
    assert "Ce qui est en cours" in simulator.page(str(session.url)).text


def test_a_subscription_is_stopped_and_kept_after_all(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    session = visit(simulator, subscription.customer)

    act(simulator, session, act="stop", subscription=subscription.id)
    stopping = again(simulator, subscription)
    act(simulator, session, act="go_on", subscription=subscription.id)

    assert stopping.cancel_at_period_end
    assert not again(simulator, subscription).cancel_at_period_end


def test_a_failed_month_is_paid_from_the_portal_with_the_new_card(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", days=31)
    due = invoices(simulator, subscription)[-1]
    session = visit(simulator, subscription.customer)

    refused = act(simulator, session, act="pay", invoice=due.id)
    act(simulator, session, act="card", card="4242424242424242")
    act(simulator, session, act="pay", invoice=due.id)

    assert "Le paiement a été refusé" in refused.text
    assert invoices(simulator, subscription)[-1].status == "paid"
    assert again(simulator, subscription).status == "active"


def test_portal_does_not_pay_a_debit_on_its_way_again(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "sepa")
    due = invoices(simulator, subscription)[0]
    session = visit(simulator, subscription.customer)

    page = act(simulator, session, act="pay", invoice=due.id)

    assert "prélèvement en route" in page.text
    assert "Payer maintenant" not in page.text
    assert invoices(simulator, subscription)[0].attempt_count == due.attempt_count == 1
    assert len(simulator.client().v1.charges.list().data) == 1


def test_portal_acts_on_the_customer_s_own_things_alone(simulator: Simulator) -> None:
    mine, other = subscribe(simulator), subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", days=31)
    due = invoices(simulator, other)[-1]
    session = visit(simulator, mine.customer)

    act(simulator, session, act="stop", subscription=other.id)
    act(simulator, session, act="pay", invoice=due.id)
    act(simulator, session, act="dance")

    assert not again(simulator, other).cancel_at_period_end
    assert due.attempt_count == invoices(simulator, other)[-1].attempt_count


def test_portal_neither_shows_nor_does_what_is_switched_off(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    client = simulator.client()
    offered = client.v1.billing_portal.configurations.create(
        {"features": {"invoice_history": {"enabled": True}}}
    )
    session = visit(simulator, subscription.customer, configuration=offered.id)

    page = simulator.page(str(session.url))
    act(simulator, session, act="stop", subscription=subscription.id)
    act(simulator, session, act="card", card="5555555555554444")

    assert "Factures" in page.text
    assert "Arrêter" not in page.text
    assert "Moyen de paiement" not in page.text
    assert not again(simulator, subscription).cancel_at_period_end
    assert client.v1.setup_intents.list().data == []


def test_settings_are_written_listed_and_changed(simulator: Simulator) -> None:
    portals = simulator.client().v1.billing_portal
    offered = portals.configurations.create(
        {"features": {"subscription_cancel": {"enabled": True, "mode": "immediately"}}}
    )
    changed = portals.configurations.update(offered.id, {"active": False, "name": "Ancien"})

    assert not offered.is_default
    assert not offered.features.payment_method_update.enabled
    assert (changed.active, changed.name) == (False, "Ancien")
    assert [row.id for row in portals.configurations.list({"active": False}).data] == [offered.id]
    with pytest.raises(stripe.InvalidRequestError, match="not active") as refusal:
        visit(simulator, simulator.client().v1.customers.create().id, configuration=offered.id)
    assert refusal.value.param == "configuration"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        portals.configurations.create({"features": {"customer_update": {"enabled": True}}})
    assert refusal.value.param == "features[customer_update][enabled]"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        portals.configurations.update(offered.id, {"default_return_url": "nowhere"})
    assert refusal.value.code == "url_invalid"


def test_visits_share_the_usual_settings(simulator: Simulator) -> None:
    customer = simulator.client().v1.customers.create().id

    first, second = (visit(simulator, customer) for _ in range(2))

    usual = simulator.client().v1.billing_portal.configurations.list({"is_default": True}).data
    assert first.configuration == second.configuration == usual[0].id
    assert len(usual) == 1


def test_visit_without_any_configuration_is_refused(unsaved: Simulator) -> None:
    """The sentence is Stripe's own, as its users report it; it has no code and no parameter.

    https://docs.stripe.com/customer-management/integrate-customer-portal says that settings are
    saved first, in each mode; an API configuration never becomes the default (`is_default`,
    https://docs.stripe.com/api/customer_portal/configurations/object).
    """
    client = unsaved.client()
    customer = client.v1.customers.create().id
    offered = client.v1.billing_portal.configurations.create(
        {"features": {"payment_method_update": {"enabled": True}}}
    )
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        visit(unsaved, customer)
    error = refusal.value
    assert "No configuration provided and your test mode default configuration" in str(error)
    assert (error.http_status, error.code, error.param) == (400, None, None)
    assert visit(unsaved, customer, configuration=offered.id).configuration == offered.id


def test_portal_shows_only_what_its_configuration_allows(simulator: Simulator) -> None:
    """https://docs.stripe.com/customer-management/configure-portal: each feature by itself."""
    subscription = subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", days=31)
    due = invoices(simulator, subscription)[-1]
    client = simulator.client()
    offered = client.v1.billing_portal.configurations.create(
        {"features": {"payment_method_update": {"enabled": True}}}
    )
    session = visit(simulator, subscription.customer, configuration=offered.id)
    page = simulator.page(str(session.url)).text
    assert "Moyen de paiement" in page
    assert "Arrêter" not in page
    assert str(due.number) not in page
    act(simulator, session, act="pay", invoice=due.id)
    assert invoices(simulator, subscription)[-1].attempt_count == due.attempt_count
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription.id}}
    with pytest.raises(stripe.InvalidRequestError, match="disabled"):
        visit(simulator, subscription.customer, configuration=offered.id, flow_data=flow)


def test_a_visit_ends_after_an_hour(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    session = visit(simulator, subscription.customer)
    simulator.lever("clock/advance", hours=1, seconds=1)

    page = simulator.page(str(session.url))
    act(simulator, session, act="stop", subscription=subscription.id)

    assert "Cette visite est terminée" in page.text
    assert HOME in page.text
    assert not again(simulator, subscription).cancel_at_period_end


def test_an_address_without_a_visit_is_not_there(simulator: Simulator) -> None:
    assert simulator.page("/p/session/bps_nothing").status == 404
    assert simulator.page("/i/in_nothing").status == 404


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"customer": "cus_nothing"}, "customer"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"configuration": "bpc_nothing"}, "configuration"),
        ({"flow_data": {"type": "subscription_update"}}, "flow_data[type]"),
        ({"flow_data": {"type": "subscription_cancel"}}, "flow_data[subscription_cancel]"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(
    simulator: Simulator, change: dict[str, Any], param: str
) -> None:
    customer = simulator.client().v1.customers.create()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        visit(simulator, customer.id, **change)

    assert refusal.value.param == param


def test_an_invoice_has_a_page(simulator: Simulator) -> None:
    invoice = invoices(simulator, subscribe(simulator))[0]

    page = simulator.page(str(invoice.hosted_invoice_url))

    assert f"Facture {invoice.number}" in page.text
    assert "la facture du vendeur fait foi" in page.text


def test_a_card_is_kept_through_checkout_without_paying(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create({"name": "Boulangerie"})
    session = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer": customer.id, "success_url": HOME}
    )

    answer = simulator.submit(str(session.url))

    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    stored = client.v1.customers.payment_methods.list(customer.id).data
    assert answer.headers["Location"] == HOME
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.setup_intent.payment_method == stored[0].id
