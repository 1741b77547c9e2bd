"""SEPA debits: on their way for days, then paid, or failed, or sent back after all."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Form, Simulator
from tests.infra.stripe_simulator.selling import (
    BOTH,
    again,
    day,
    events,
    invoices,
    monthly,
    subscribe,
)

FRIDAY = "2026-01-30T09:00:00Z"
OPENED: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


def debited(simulator: Simulator, outcome: str = "sepa", /, **given: str) -> Any:
    """Send off a page with a debit and give its session."""
    session = simulator.session(allowed_payment_method_types=BOTH)
    simulator.lever(f"pay/{session.id}", outcome=outcome, **given)
    return session


def shown(simulator: Simulator, session: Any) -> Any:
    return simulator.client().v1.checkout.sessions.retrieve(session.id, OPENED)


def test_the_page_offers_debits_where_the_session_takes_them(simulator: Simulator) -> None:
    both = simulator.page(str(simulator.session(allowed_payment_method_types=BOTH).url))
    cards = simulator.page(str(simulator.session().url))

    assert 'value="FR1420041010050500013M02606"' in both.text
    assert "iban" not in cards.text


def test_a_debit_leaves_the_session_complete_and_unpaid_until_the_bank_answers(
    simulator: Simulator,
) -> None:
    simulator.lever("clock", now=FRIDAY)
    session = simulator.session(allowed_payment_method_types=BOTH)

    answer = simulator.submit(str(session.url), card="sepa_debit")
    waiting = shown(simulator, session)
    simulator.lever("clock/advance", to="2026-02-05T23:00:00Z")
    still = shown(simulator, session)
    simulator.lever("clock/advance", to="2026-02-06T10:00:00Z")
    paid = shown(simulator, session)

    charge = waiting.payment_intent.latest_charge
    assert answer.status == 303
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == still.payment_intent.status == "processing"
    assert (charge.id[:3], charge.status, charge.paid) == ("py_", "pending", False)
    assert charge.payment_method_details.sepa_debit.last4 == "2606"
    assert (paid.payment_status, paid.payment_intent.status) == ("paid", "succeeded")
    assert paid.payment_intent.latest_charge.id == charge.id
    assert [day(event.created) for event in events(simulator, "charge.succeeded")] == ["2026-02-06"]


def test_the_events_of_a_debit_come_in_two_parts(simulator: Simulator) -> None:
    debited(simulator)
    first = [event.type for event in events(simulator)]
    simulator.lever("clock/advance", days=8)

    then = [event.type for event in events(simulator)][len(first) :]

    assert first == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
    ]
    assert then[:3] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_the_money_of_a_debit_is_pending_and_costs_thirty_five_cents(simulator: Simulator) -> None:
    session = debited(simulator)

    moved = shown(simulator, session).payment_intent.latest_charge.balance_transaction
    pending = simulator.balance()
    simulator.lever("clock/advance", days=9)

    assert (moved.type, moved.amount, moved.fee, moved.status) == ("payment", 24000, 35, "pending")
    assert pending == (0, 23965)
    assert simulator.balance() == (23965, 0)


def test_a_debit_that_fails_takes_its_money_back(simulator: Simulator) -> None:
    session = debited(simulator, "sepa_failed")
    simulator.lever("clock/advance", days=10)

    failed = shown(simulator, session)
    movements = simulator.client().v1.balance_transactions.list().data
    charge = failed.payment_intent.latest_charge
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.status == "requires_payment_method"
    assert (charge.status, charge.failure_code) == ("failed", "no_account")
    assert [(movement.type, movement.net) for movement in movements] == [
        ("payment_failure_refund", -24000),
        ("payment", 23965),
    ]
    assert charge.failure_balance_transaction == movements[0].id
    assert simulator.balance() == (-35, 0)
    event_kinds = {event.type for event in events(simulator)}
    assert {
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    } <= event_kinds


def test_a_debit_can_be_sent_back_after_it_succeeded(simulator: Simulator) -> None:
    session = debited(simulator, "sepa_sent_back")
    simulator.lever("clock/advance", days=8)
    before = shown(simulator, session).payment_intent.latest_charge

    simulator.lever("clock/advance", days=11)

    dispute = simulator.client().v1.disputes.list({"charge": before.id}).data[0]
    assert (before.status, before.disputed) == ("succeeded", False)
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    assert shown(simulator, session).payment_intent.latest_charge.disputed
    assert {"charge.dispute.created", "charge.dispute.closed"} <= {
        event.type for event in events(simulator)
    }


@pytest.mark.parametrize(
    ("iban", "status", "days"),
    [
        ("FR14 2004 1010 0505 0001 3M02 606", "succeeded", 8),
        ("fr3020041010050500013m02609", "processing", 8),
        ("FR3020041010050500013M02609", "succeeded", 15),
        ("FR8420041010050500013M02607", "requires_payment_method", 8),
        ("FR7920041010050500013M02600", "processing", 8),
        ("FR9720041010050000002222227", "requires_payment_method", 8),
        ("DE89370400440532013000", "succeeded", 8),
        ("BE68539007547034", "succeeded", 8),
    ],
)
def test_the_iban_decides_how_a_debit_ends(
    simulator: Simulator, iban: str, status: str, days: int
) -> None:
    session = simulator.session(allowed_payment_method_types=BOTH)
    simulator.submit(str(session.url), card="sepa_debit", iban=iban)

    simulator.lever("clock/advance", days=days)

    assert shown(simulator, session).payment_intent.status == status


@pytest.mark.parametrize("iban", ["FR00", "FR1520041010050500013M02606", "é" * 20, "1" * 27])
def test_an_iban_that_is_none_is_refused_on_the_page(simulator: Simulator, iban: str) -> None:
    session = simulator.session(allowed_payment_method_types=BOTH)

    page = simulator.submit(str(session.url), card="sepa_debit", iban=iban)

    again = Form(page.text).values
    assert (page.status, "Cet IBAN n’existe pas" in page.text) == (200, True)
    assert (again["card"], again["iban"]) == ("sepa_debit", iban)
    assert shown(simulator, session).payment_intent is None


def test_a_page_with_debits_only_pays_by_debit_as_it_is(simulator: Simulator) -> None:
    session = simulator.session(allowed_payment_method_types=["sepa_debit"])

    simulator.submit(str(session.url))

    assert shown(simulator, session).payment_intent.status == "processing"


def test_a_page_for_cards_does_not_take_a_debit(simulator: Simulator) -> None:
    session = simulator.session()
    headers = {"Authorization": "Bearer sk_test_simulator_key"}

    answer = simulator.send("POST", f"/_sim/pay/{session.id}?outcome=sepa", headers=headers)

    assert answer.status == 400


def test_a_lever_lets_the_bank_answer_now(simulator: Simulator) -> None:
    good, bad = debited(simulator), debited(simulator)
    names = [shown(simulator, one).payment_intent.latest_charge.id for one in (good, bad)]

    simulator.lever(f"debit/{names[0]}/succeeded")
    simulator.lever(f"debit/{names[1]}/failed")
    simulator.lever("clock/advance", days=20)

    assert shown(simulator, good).payment_status == "paid"
    assert shown(simulator, bad).payment_status == "unpaid"
    assert simulator.lever(f"debit/{names[0]}/sent_back")["disputed"]
    assert len(events(simulator, "charge.succeeded")) == 1


def test_debit_on_its_way_is_not_refunded(simulator: Simulator) -> None:
    intent = shown(simulator, debited(simulator)).payment_intent

    with pytest.raises(stripe.InvalidRequestError):
        simulator.client().v1.refunds.create({"payment_intent": intent.id})


def test_a_subscription_by_debit_runs_while_its_first_month_is_on_its_way(
    simulator: Simulator,
) -> None:
    session = monthly(simulator)
    simulator.submit(str(session.url), card="sepa_debit")
    client = simulator.client()

    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    running = client.v1.subscriptions.retrieve(waiting.subscription)
    simulator.lever("clock/advance", days=8)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})

    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert (waiting.invoice.status, running.status) == ("open", "active")
    assert (paid.payment_status, paid.invoice.status) == ("paid", "paid")
    assert events(simulator, "invoice.paid")


def test_a_subscription_whose_first_debit_fails_falls_behind(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "sepa_failed")
    simulator.lever("clock/advance", days=8)

    assert again(simulator, subscription).status == "past_due"
    assert invoices(simulator, subscription)[0].status == "open"
    assert events(simulator, "invoice.payment_failed")


def test_each_month_by_debit_is_paid_days_after_it_was_written(simulator: Simulator) -> None:
    simulator.lever("clock", now="2026-01-05T10:00:00Z")
    subscription = subscribe(simulator, "sepa")

    simulator.lever("clock/advance", to="2026-03-20T00:00:00Z")

    rows = invoices(simulator, subscription)
    assert [day(row.created) for row in rows] == ["2026-01-05", "2026-02-05", "2026-03-05"]
    assert [day(row.status_transitions.paid_at) for row in rows] == [
        "2026-01-12",
        "2026-02-12",
        "2026-03-12",
    ]


def test_invoice_with_a_debit_on_its_way_is_not_paid_again(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "sepa")

    with pytest.raises(stripe.InvalidRequestError, match="on its way"):
        simulator.client().v1.invoices.pay(
            subscription.latest_invoice, {"payment_method": "pm_card_visa"}
        )
