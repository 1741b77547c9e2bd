"""Sales by the month go on after the simulator was killed and started again."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import Receiver, Simulator, ready, start
from tests.infra.stripe_simulator.selling import JANUARY, RECURRING, again, invoices, subscribe


@contextmanager
def running(state: Path) -> Iterator[Simulator]:
    """Run a simulator on a file until it is killed."""
    receiver = Receiver()
    process = start("--state-file", str(state), "--webhooks-base", receiver.base)
    simulator = Simulator(ready(process), receiver, process)
    try:
        yield simulator
    finally:
        simulator.deliveries()
        simulator.http.close()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        receiver.shutdown()
        receiver.server_close()


def test_renewals_retries_debits_and_test_clocks_go_on(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running(state) as before:
        before.lever("clock", now=JANUARY)
        good, bad = subscribe(before), subscribe(before, "declined_later")
        before.lever("clock/advance", to="2026-02-28T12:00:00Z")
        slow = subscribe(before, "sepa")
        clock, customer = _on_a_clock(before)
    with running(state) as after:
        after.lever("clock/advance", to="2026-04-01T00:00:00Z")
        moved: Any = {"frozen_time": 1775001600}
        after.client().v1.test_helpers.test_clocks.advance(clock, moved)

        assert [row.status for row in invoices(after, good)] == ["paid"] * 3
        assert again(after, bad).status == "canceled"
        assert [row.status for row in invoices(after, slow)] == ["paid", "open"]
        rows = after.client().v1.invoices.list({"customer": customer}).data
        assert [row.status for row in rows] == ["paid"] * 3


def _on_a_clock(simulator: Simulator) -> tuple[str, str]:
    client = simulator.client()
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": 1769853600})
    given: Any = {"test_clock": clock.id, "payment_method": "pm_card_visa"}
    given |= {"invoice_settings": {"default_payment_method": "pm_card_visa"}}
    customer = client.v1.customers.create(given)
    price = client.v1.prices.create(RECURRING)
    client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    return clock.id, customer.id
