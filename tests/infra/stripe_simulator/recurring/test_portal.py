"""The billing portal: invoices, the card, a way to stop, and the way back."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.selling import JANUARY

HOME = "http://localhost:8000/commandes/"


@pytest.fixture(autouse=True)
def _saved(sim: Simulator) -> None:
    """The portal's settings, saved in the dashboard: most visits use them."""
    sim.lever("portal")


def visit(sim: Simulator, customer: str, /, **more: Any) -> Any:
    given = {"customer": customer, "return_url": HOME, "locale": "fr"}
    return sim.v1.billing_portal.sessions.create(given | more)


def offered(sim: Simulator, **features: Any) -> Any:
    """Make a configuration with these features and no other."""
    return sim.v1.billing_portal.configurations.create({"features": features})


def act(sim: Simulator, session: Any, /, **values: str) -> Any:
    return sim.post(f"{sim.base}/p/session/{session.id}", values)


def test_the_portal_shows_what_runs_what_pays_and_what_was_billed(sim: Simulator) -> None:
    sim.lever("reset")
    sim.lever("clock", now=JANUARY)
    sim.lever("portal")
    subscription = sim.subscribe()
    number = sim.invoices(subscription)[0].number
    page = sim.page(visit(sim, subscription.customer).url)
    english = sim.page(visit(sim, subscription.customer, locale="en-GB").url)
    renewal = "Prochaine échéance le 28 février 2026"
    for words in (renewal, "Visa •••• 4242", number, "240,00", f'href="{HOME}"'):
        assert words in page.text
    assert "Renews on 28 February 2026" in english.text
    assert "Back to the site" in english.text


def test_a_new_card_is_kept_and_pays_all_that_renews(sim: Simulator) -> None:
    subscription = sim.subscribe()
    session = visit(sim, subscription.customer)
    before = len(sim.kinds())
    answer = act(sim, session, act="card", card="5555555555554444")
    kinds = sim.kinds()[before:]
    chosen = sim.v1.customers.retrieve(subscription.customer).invoice_settings
    assert answer.headers["Location"] == session.url
    assert chosen.default_payment_method == sim.again(subscription).default_payment_method
    assert "Mastercard •••• 4444" in sim.page(session.url).text
    assert kinds == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
        "customer.subscription.updated",
    ]


def test_a_card_that_the_bank_declines_changes_nothing(sim: Simulator) -> None:
    subscription = sim.subscribe()
    session = visit(sim, subscription.customer)
    page = act(sim, session, act="card", card="4000000000000002")
    wrong = act(sim, session, act="card", card="sepa_debit", iban="FR00")
    assert "La carte a été refusée" in page.text
    assert "Cet IBAN n’existe pas" in wrong.text
    stored = sim.again(subscription).default_payment_method
    assert stored == subscription.default_payment_method


def test_a_visit_for_the_card_only_leads_to_its_return_url(sim: Simulator) -> None:
    subscription = sim.subscribe()
    after = {"type": "redirect", "redirect": {"return_url": HOME + "carte/"}}
    flow = {"type": "payment_method_update", "after_completion": after}
    session = visit(sim, subscription.customer, flow_data=flow)
    page = sim.page(session.url)
    answer = sim.submit(session.url)
    assert "Arrêter" not in page.text
    assert (answer.status, answer.headers["Location"]) == (303, HOME + "carte/")
    assert len(sim.v1.setup_intents.list().data) == 1


def test_a_visit_may_end_with_a_word_of_thanks(sim: Simulator) -> None:
    subscription = sim.subscribe()
    values = {"custom_message": "Merci, c’est fait."}
    after = {"type": "hosted_confirmation", "hosted_confirmation": values}
    flow = {"type": "payment_method_update", "after_completion": after}
    session = visit(sim, subscription.customer, flow_data=flow)
    assert "Merci, c’est fait." in sim.submit(session.url).text
    assert "Ce qui est en cours" in sim.page(session.url).text


def test_a_subscription_is_stopped_and_kept_after_all(sim: Simulator) -> None:
    subscription = sim.subscribe()
    session = visit(sim, subscription.customer)
    act(sim, session, act="stop", subscription=subscription.id)
    stopping = sim.again(subscription)
    act(sim, session, act="go_on", subscription=subscription.id)
    assert stopping.cancel_at_period_end
    assert not sim.again(subscription).cancel_at_period_end


def test_a_failed_month_is_paid_from_the_portal_with_the_new_card(sim: Simulator) -> None:
    subscription = sim.subscribe("declined_later")
    sim.advance(days=31)
    due = sim.invoices(subscription)[-1]
    session = visit(sim, subscription.customer)
    refused = act(sim, session, act="pay", invoice=due.id)
    act(sim, session, act="card", card="4242424242424242")
    act(sim, session, act="pay", invoice=due.id)
    assert "Le paiement a été refusé" in refused.text
    assert sim.invoices(subscription)[-1].status == "paid"
    assert sim.again(subscription).status == "active"


def test_portal_does_not_pay_a_debit_on_its_way_again(sim: Simulator) -> None:
    subscription = sim.subscribe("sepa")
    due = sim.invoices(subscription)[0]
    session = visit(sim, subscription.customer)
    page = act(sim, session, act="pay", invoice=due.id)
    assert "prélèvement en route" in page.text
    assert "Payer maintenant" not in page.text
    assert sim.invoices(subscription)[0].attempt_count == due.attempt_count == 1
    assert len(sim.v1.charges.list().data) == 1


def test_portal_acts_on_the_customer_s_own_things_alone(sim: Simulator) -> None:
    mine, other = sim.subscribe(), sim.subscribe("declined_later")
    sim.advance(days=31)
    due = sim.invoices(other)[-1]
    session = visit(sim, mine.customer)
    act(sim, session, act="stop", subscription=other.id)
    act(sim, session, act="pay", invoice=due.id)
    act(sim, session, act="dance")
    assert not sim.again(other).cancel_at_period_end
    assert due.attempt_count == sim.invoices(other)[-1].attempt_count


def test_portal_neither_shows_nor_does_what_is_switched_off(sim: Simulator) -> None:
    """https://docs.stripe.com/customer-management/configure-portal: each feature by itself."""
    subscription = sim.subscribe("declined_later")
    sim.advance(days=31)
    due = sim.invoices(subscription)[-1]
    history = offered(sim, invoice_history={"enabled": True}).id
    update = offered(sim, payment_method_update={"enabled": True}).id
    bills = visit(sim, subscription.customer, configuration=history)
    card = visit(sim, subscription.customer, configuration=update)
    shown, other = sim.page(bills.url).text, sim.page(card.url).text
    assert ("Factures" in shown, "Moyen de paiement" in other) == (True, True)
    for words, page in (
        ("Arrêter", shown),
        ("Moyen de paiement", shown),
        ("Arrêter", other),
        (str(due.number), other),
    ):
        assert words not in page
    act(sim, bills, act="stop", subscription=subscription.id)
    act(sim, bills, act="card", card="5555555555554444")
    act(sim, card, act="pay", invoice=due.id)
    assert not sim.again(subscription).cancel_at_period_end
    assert sim.v1.setup_intents.list().data == []
    assert sim.invoices(subscription)[-1].attempt_count == due.attempt_count
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription.id}}
    with refused("disabled"):
        visit(sim, subscription.customer, configuration=update, flow_data=flow)


def test_settings_are_written_listed_and_changed(sim: Simulator) -> None:
    settings = sim.v1.billing_portal.configurations
    written = offered(sim, subscription_cancel={"enabled": True, "mode": "immediately"})
    changed = settings.update(written.id, {"active": False, "name": "Ancien"})
    assert not written.is_default
    assert not written.features.payment_method_update.enabled
    assert (changed.active, changed.name) == (False, "Ancien")
    assert [row.id for row in settings.list({"active": False}).data] == [written.id]
    with refused("not active", param="configuration"):
        visit(sim, sim.v1.customers.create().id, configuration=written.id)
    with refused(param="features[customer_update][enabled]"):
        offered(sim, customer_update={"enabled": True})
    with refused(code="url_invalid"):
        settings.update(written.id, {"default_return_url": "nowhere"})


def test_visits_share_the_usual_settings(sim: Simulator) -> None:
    customer = sim.v1.customers.create().id
    first, second = (visit(sim, customer) for _ in range(2))
    (usual,) = sim.v1.billing_portal.configurations.list({"is_default": True}).data
    assert first.configuration == second.configuration == usual.id


def test_visit_without_any_configuration_is_refused(sim: Simulator) -> None:
    """Check Stripe's own sentence, as its users report it; it has no code and no parameter.

    https://docs.stripe.com/customer-management/integrate-customer-portal requires saved settings
    first, in each mode; an API configuration never becomes the default (`is_default`,
    https://docs.stripe.com/api/customer_portal/configurations/object).
    """
    sim.lever("reset")
    customer = sim.v1.customers.create().id
    made = offered(sim, payment_method_update={"enabled": True})
    words = "No configuration provided and your test mode default configuration"
    with refused(words, http_status=400, code=None, param=None):
        visit(sim, customer)
    assert visit(sim, customer, configuration=made.id).configuration == made.id


def test_a_visit_ends_after_an_hour(sim: Simulator) -> None:
    subscription = sim.subscribe()
    session = visit(sim, subscription.customer)
    sim.advance(hours=1, seconds=1)
    page = sim.page(session.url)
    act(sim, session, act="stop", subscription=subscription.id)
    assert "Cette visite est terminée" in page.text
    assert HOME in page.text
    assert not sim.again(subscription).cancel_at_period_end


def test_an_address_without_a_visit_is_not_there(sim: Simulator) -> None:
    assert sim.page("/p/session/bps_nothing").status == 404
    assert sim.page("/i/in_nothing").status == 404


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
    sim: Simulator, change: dict[str, Any], param: str
) -> None:
    customer = sim.v1.customers.create()
    with refused(param=param):
        visit(sim, customer.id, **change)


def test_an_invoice_has_a_page(sim: Simulator) -> None:
    invoice = sim.invoices(sim.subscribe())[0]
    page = sim.page(invoice.hosted_invoice_url).text
    assert f"Facture {invoice.number}" in page
    assert "la facture du vendeur fait foi" in page


def test_a_card_is_kept_through_checkout_without_paying(sim: Simulator) -> None:
    customer = sim.v1.customers.create({"name": "Boulangerie"})
    session = sim.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer": customer.id, "success_url": HOME}
    )
    answer = sim.submit(session.url)
    done = sim.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    stored = sim.v1.customers.payment_methods.list(customer.id).data
    assert answer.headers["Location"] == HOME
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert done.setup_intent.payment_method == stored[0].id
