"""Time that passes only for the customers of a single test clock."""

from typing import Any

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.selling import RECURRING, day, period

JANUARY, APRIL = 1769853600, 1775001600  # 31 January, 1 April 2026


def clocked(sim: Simulator) -> tuple[Any, Any]:
    """Return a clock set to January, and a customer on that clock with a card."""
    clock = sim.v1.test_helpers.test_clocks.create({"frozen_time": JANUARY})
    card = "pm_card_visa"
    given = {"payment_method": card, "invoice_settings": {"default_payment_method": card}}
    return clock, sim.v1.customers.create(given | {"test_clock": clock.id})


def begun(sim: Simulator, customer: Any) -> Any:
    price = sim.v1.prices.create(RECURRING)
    return sim.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})


def advance(sim: Simulator, clock: Any, moment: int) -> Any:
    clocks = sim.v1.test_helpers.test_clocks
    return clocks.advance(clock.id, {"frozen_time": moment})


def test_a_customer_of_a_clock_is_renewed_when_the_clock_says_so(sim: Simulator) -> None:
    clock, customer = clocked(sim)
    subscription = begun(sim, customer)
    moved = advance(sim, clock, APRIL)
    assert (moved.status, moved.frozen_time) == ("ready", APRIL)
    assert (customer.test_clock, subscription.test_clock) == (clock.id, clock.id)
    days = [day(row.created) for row in sim.invoices(subscription)]
    assert days == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert period(sim.again(subscription)) == ("2026-03-31", "2026-04-30")


def test_the_clock_of_one_customer_moves_nobody_else(sim: Simulator) -> None:
    sim.lever("clock", now="2026-01-31T10:00:00Z")
    other = sim.subscribe()
    clock, customer = clocked(sim)
    subscription = begun(sim, customer)
    advance(sim, clock, APRIL)
    alone = len(sim.invoices(other))
    sim.advance(days=365)
    assert alone == 1
    assert len(sim.invoices(other)) == 13
    assert len(sim.invoices(subscription)) == 3


def test_a_page_sent_off_by_a_customer_of_a_clock_is_of_its_time(sim: Simulator) -> None:
    clock, customer = clocked(sim)
    session = sim.monthly(customer=customer.id)
    sim.submit(session.url, card="sepa_debit")
    waiting = sim.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    advance(sim, clock, JANUARY + 8 * 86400)
    paid = sim.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    assert waiting.subscription.created == JANUARY
    assert (waiting.payment_status, paid.payment_status) == ("unpaid", "paid")
    assert day(paid.invoice.status_transitions.paid_at) == "2026-02-06"


def test_lists_hide_the_customers_of_clocks_unless_asked(sim: Simulator) -> None:
    clock, customer = clocked(sim)
    begun(sim, customer)
    assert sim.v1.customers.list().data == sim.v1.subscriptions.list().data == []
    for rows in (sim.v1.customers, sim.v1.subscriptions):
        assert len(rows.list({"test_clock": clock.id}).data) == 1


def test_a_clock_only_goes_forwards_and_not_too_far(sim: Simulator) -> None:
    clock, _ = clocked(sim)
    for moment in (JANUARY, JANUARY - 1, JANUARY + 3 * 366 * 86400):
        with refused(param="frozen_time"):
            advance(sim, clock, moment)


def test_a_removed_clock_takes_its_customers_along(sim: Simulator) -> None:
    clock, customer = clocked(sim)
    subscription = begun(sim, customer)
    clocks = sim.v1.test_helpers.test_clocks
    gone = clocks.delete(clock.id)
    assert gone.deleted
    assert clocks.list().data == []
    with refused("No such customer"):
        sim.v1.customers.retrieve(customer.id)
    with refused("No such subscription"):
        sim.again(subscription)
