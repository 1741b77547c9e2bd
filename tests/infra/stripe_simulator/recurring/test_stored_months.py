"""Sales by the month go on after the simulator was killed and started again."""

from tests.infra.stripe_simulator.conftest import Houses
from tests.infra.stripe_simulator.recurring.test_test_clocks import APRIL, advance, begun, clocked
from tests.infra.stripe_simulator.selling import JANUARY


def test_renewals_retries_debits_and_test_clocks_go_on(houses: Houses) -> None:
    before = houses.open()
    before.lever("clock", now=JANUARY)
    good, bad = before.subscribe(), before.subscribe("declined_later")
    before.advance(to="2026-02-28T12:00:00Z")
    slow = before.subscribe("sepa")
    clock, customer = clocked(before)
    apart = begun(before, customer)
    houses.kill(before)
    after = houses.open()
    after.advance(to="2026-04-01T00:00:00Z")
    advance(after, clock, APRIL)
    assert after.again(bad).status == "canceled"
    assert [row.status for row in after.invoices(slow)] == ["paid", "open"]
    for subscription in (good, apart):
        assert [row.status for row in after.invoices(subscription)] == ["paid"] * 3
