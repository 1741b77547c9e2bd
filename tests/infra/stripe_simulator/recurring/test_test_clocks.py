"""Time that passes for the customers of one test clock only."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import (
    RECURRING,
    again,
    day,
    invoices,
    monthly,
    period,
    subscribe,
)

JANUARY, APRIL = 1769853600, 1775001600  # 31 January, 1 April 2026


def clocked(simulator: Simulator) -> tuple[Any, Any]:
    """Give a clock that stands in January, and a customer who lives by it and has a card."""
    client = simulator.client()
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": JANUARY})
    customer = client.v1.customers.create({"test_clock": clock.id})
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    chosen: Any = {"invoice_settings": {"default_payment_method": card.id}}
    return clock, client.v1.customers.update(customer.id, chosen)


def begun(simulator: Simulator, customer: Any) -> Any:
    client = simulator.client()
    price = client.v1.prices.create(RECURRING)
    return client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})


def advance(simulator: Simulator, clock: Any, moment: int) -> Any:
    clocks = simulator.client().v1.test_helpers.test_clocks
    return clocks.advance(clock.id, {"frozen_time": moment})


def test_a_customer_of_a_clock_is_renewed_when_the_clock_says_so(simulator: Simulator) -> None:
    clock, customer = clocked(simulator)
    subscription = begun(simulator, customer)

    moved = advance(simulator, clock, APRIL)

    assert (moved.status, moved.frozen_time) == ("ready", APRIL)
    assert (customer.test_clock, subscription.test_clock) == (clock.id, clock.id)
    assert [day(row.created) for row in invoices(simulator, subscription)] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
    ]
    assert period(again(simulator, subscription)) == ("2026-03-31", "2026-04-30")


def test_the_clock_of_one_customer_moves_nobody_else(simulator: Simulator) -> None:
    simulator.lever("clock", now="2026-01-31T10:00:00Z")
    other = subscribe(simulator)
    clock, customer = clocked(simulator)
    subscription = begun(simulator, customer)

    advance(simulator, clock, APRIL)
    alone = len(invoices(simulator, other))
    simulator.lever("clock/advance", days=365)

    assert alone == 1
    assert len(invoices(simulator, other)) == 13
    assert len(invoices(simulator, subscription)) == 3


def test_a_page_sent_off_by_a_customer_of_a_clock_is_of_its_time(simulator: Simulator) -> None:
    clock, customer = clocked(simulator)
    session = monthly(simulator, customer=customer.id)
    simulator.submit(str(session.url), card="sepa_debit")
    client = simulator.client()

    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    advance(simulator, clock, JANUARY + 8 * 86400)
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})

    assert waiting.subscription.created == JANUARY
    assert (waiting.payment_status, paid.payment_status) == ("unpaid", "paid")
    assert day(paid.invoice.status_transitions.paid_at) == "2026-02-06"


def test_lists_hide_the_customers_of_clocks_unless_asked(simulator: Simulator) -> None:
    clock, customer = clocked(simulator)
    begun(simulator, customer)
    client = simulator.client()

    assert client.v1.customers.list().data == client.v1.subscriptions.list().data == []
    for rows in (client.v1.customers, client.v1.subscriptions):
        assert len(rows.list({"test_clock": clock.id}).data) == 1


def test_a_clock_only_goes_forwards_and_not_too_far(simulator: Simulator) -> None:
    clock, _ = clocked(simulator)

    for moment in (JANUARY, JANUARY - 1, JANUARY + 3 * 366 * 86400):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            advance(simulator, clock, moment)
        assert refusal.value.param == "frozen_time"


def test_a_removed_clock_takes_its_customers_along(simulator: Simulator) -> None:
    clock, customer = clocked(simulator)
    subscription = begun(simulator, customer)
    clocks = simulator.client().v1.test_helpers.test_clocks

    gone = clocks.delete(clock.id)

    assert gone.deleted
    assert clocks.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        simulator.client().v1.customers.retrieve(customer.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        again(simulator, subscription)
