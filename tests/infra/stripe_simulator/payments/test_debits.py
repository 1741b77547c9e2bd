"""SEPA debits: on their way for days, then paid, or failed, or sent back after all."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.forms import Form
from tests.infra.stripe_simulator.selling import BOTH, day

FRIDAY = "2026-01-30T09:00:00Z"
OPENED = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


def debited(sim: Simulator, outcome: str = "sepa") -> Any:
    """Send off a page with a debit and give its session."""
    session = sim.session(allowed_payment_method_types=BOTH)
    sim.lever(f"pay/{session.id}", outcome=outcome)
    return session


def shown(sim: Simulator, session: Any) -> Any:
    return sim.v1.checkout.sessions.retrieve(session.id, OPENED)


def test_the_page_offers_debits_where_the_session_takes_them(sim: Simulator) -> None:
    both, cards = sim.session(allowed_payment_method_types=BOTH), sim.session()
    assert 'value="FR1420041010050500013M02606"' in sim.page(both.url).text
    assert "iban" not in sim.page(cards.url).text
    assert sim.try_lever(f"pay/{cards.id}", outcome="sepa").status == 400


def test_a_session_paid_by_debit_is_unpaid_until_the_bank_answers(sim: Simulator) -> None:
    sim.lever("clock", now=FRIDAY)
    session = sim.session(allowed_payment_method_types=BOTH)
    answer = sim.submit(session.url, card="sepa_debit")
    waiting = shown(sim, session)
    sim.advance(to="2026-02-05T23:00:00Z")
    still = shown(sim, session)
    sim.advance(to="2026-02-06T10:00:00Z")
    paid = shown(sim, session)
    charge = waiting.payment_intent.latest_charge
    assert answer.status == 303
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == still.payment_intent.status == "processing"
    assert (charge.id[:3], charge.status, charge.paid) == ("py_", "pending", False)
    assert charge.payment_method_details.sepa_debit.last4 == "2606"
    assert (paid.payment_status, paid.payment_intent.status) == ("paid", "succeeded")
    assert paid.payment_intent.latest_charge.id == charge.id
    assert [day(event.created) for event in sim.events("charge.succeeded")] == ["2026-02-06"]


def test_the_events_of_a_debit_come_in_two_parts(sim: Simulator) -> None:
    debited(sim)
    first = sim.kinds()
    sim.advance(days=8)
    then = sim.kinds()[len(first) :]
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


def test_the_money_of_a_debit_is_pending_and_costs_thirty_five_cents(sim: Simulator) -> None:
    session = debited(sim)
    moved = shown(sim, session).payment_intent.latest_charge.balance_transaction
    pending = sim.balance()
    sim.advance(days=9)
    assert (moved.type, moved.amount, moved.fee, moved.status) == ("payment", 24000, 35, "pending")
    assert pending == (0, 23965)
    assert sim.balance() == (23965, 0)


def test_a_debit_that_fails_takes_its_money_back(sim: Simulator) -> None:
    session = debited(sim, "sepa_failed")
    sim.advance(days=10)
    failed = shown(sim, session)
    movements = sim.movements()
    charge = failed.payment_intent.latest_charge
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.status == "requires_payment_method"
    assert (charge.status, charge.failure_code) == ("failed", "no_account")
    assert [(movement.type, movement.net) for movement in movements] == [
        ("payment_failure_refund", -24000),
        ("payment", 23965),
    ]
    assert charge.failure_balance_transaction == movements[0].id
    assert sim.balance() == (-35, 0)
    kinds = sim.kinds()
    assert {"charge.failed", "payment_intent.payment_failed"} <= set(kinds)
    assert "checkout.session.async_payment_failed" in kinds


def test_a_debit_can_be_sent_back_after_it_succeeded(sim: Simulator) -> None:
    session = debited(sim, "sepa_sent_back")
    sim.advance(days=8)
    before = shown(sim, session).payment_intent.latest_charge
    sim.advance(days=11)
    dispute = sim.v1.disputes.list({"charge": before.id}).data[0]
    assert (before.status, before.disputed) == ("succeeded", False)
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    assert shown(sim, session).payment_intent.latest_charge.disputed
    assert {"charge.dispute.created", "charge.dispute.closed"} <= {
        event.type for event in sim.events()
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
    sim: Simulator, iban: str, status: str, days: int
) -> None:
    session = sim.session(allowed_payment_method_types=BOTH)
    sim.submit(session.url, card="sepa_debit", iban=iban)
    sim.advance(days=days)
    assert shown(sim, session).payment_intent.status == status


@pytest.mark.parametrize("iban", ["FR00", "FR1520041010050500013M02606", "é" * 20, "1" * 27])
def test_an_iban_that_is_none_is_refused_on_the_page(sim: Simulator, iban: str) -> None:
    session = sim.session(allowed_payment_method_types=BOTH)
    page = sim.submit(session.url, card="sepa_debit", iban=iban)
    again = Form(page.text).values
    assert (page.status, "Cet IBAN n’existe pas" in page.text) == (200, True)
    assert (again["card"], again["iban"]) == ("sepa_debit", iban)
    assert shown(sim, session).payment_intent is None


def test_a_page_with_debits_only_pays_by_debit_as_it_is(sim: Simulator) -> None:
    session = sim.session(allowed_payment_method_types=["sepa_debit"])
    sim.submit(session.url)
    assert shown(sim, session).payment_intent.status == "processing"


def test_a_lever_lets_the_bank_answer_now(sim: Simulator) -> None:
    good, bad = debited(sim), debited(sim)
    names = [shown(sim, one).payment_intent.latest_charge.id for one in (good, bad)]
    sim.lever(f"debit/{names[0]}/succeeded")
    sim.lever(f"debit/{names[1]}/failed")
    sim.advance(days=20)
    assert shown(sim, good).payment_status == "paid"
    assert shown(sim, bad).payment_status == "unpaid"
    assert sim.lever(f"debit/{names[0]}/sent_back")["disputed"]
    assert len(sim.events("charge.succeeded")) == 1


def test_debit_on_its_way_is_not_refunded(sim: Simulator) -> None:
    intent = shown(sim, debited(sim)).payment_intent
    with refused():
        sim.v1.refunds.create({"payment_intent": intent.id})


def test_a_subscription_by_debit_runs_while_its_first_month_is_on_its_way(sim: Simulator) -> None:
    session, opened = sim.monthly(), {"expand": ["invoice", "subscription"]}
    sim.submit(session.url, card="sepa_debit")
    waiting = sim.v1.checkout.sessions.retrieve(session.id, opened)
    sim.advance(days=8)
    paid = sim.v1.checkout.sessions.retrieve(session.id, opened)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert (waiting.invoice.status, waiting.subscription.status) == ("open", "active")
    assert (paid.payment_status, paid.invoice.status) == ("paid", "paid")
    assert sim.events("invoice.paid")


def test_a_subscription_whose_first_debit_fails_falls_behind(sim: Simulator) -> None:
    subscription = sim.subscribe("sepa_failed")
    sim.advance(days=8)
    assert sim.again(subscription).status == "past_due"
    assert sim.invoices(subscription)[0].status == "open"
    assert sim.events("invoice.payment_failed")


def test_each_month_by_debit_is_paid_days_after_it_was_written(sim: Simulator) -> None:
    sim.lever("clock", now="2026-01-05T10:00:00Z")
    subscription = sim.subscribe("sepa")
    sim.advance(to="2026-03-20T00:00:00Z")
    rows = sim.invoices(subscription)
    days = [(day(row.created), day(row.status_transitions.paid_at)) for row in rows]
    assert days == [(f"2026-0{month}-05", f"2026-0{month}-12") for month in (1, 2, 3)]


def test_invoice_with_a_debit_on_its_way_is_not_paid_again(sim: Simulator) -> None:
    subscription = sim.subscribe("sepa")
    with refused("on its way"):
        sim.v1.invoices.pay(subscription.latest_invoice, {"payment_method": "pm_card_visa"})
