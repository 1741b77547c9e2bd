"""Each month is billed once, and each bill paid once, whatever a merchant and their bank do."""

import contextlib
import itertools
from typing import Any

import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.infra.stripe_simulator.conftest import Simulator

MEANS = ["paid", "declined_later", "sepa", "sepa_failed"]
ACTS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 8, 31])),
    st.tuples(st.just("card"), st.sampled_from(MEANS)),
    st.tuples(st.sampled_from(["stop", "go on", "pay"]), st.none()),
)


def play(sim: Simulator, subscription: Any, act: str, detail: Any) -> None:
    """Do a single act; a refused act changes nothing."""
    if act == "wait":
        sim.advance(days=detail)
    elif act == "card":
        sim.lever(f"card/{subscription.customer}", outcome=detail)
    elif act == "pay":
        sim.v1.invoices.pay(sim.again(subscription).latest_invoice)
    else:
        stops = {"cancel_at_period_end": act == "stop"}
        sim.v1.subscriptions.update(subscription.id, stops)


def money(sim: Simulator) -> int:
    """Return the sum of amounts collected, in transit, and taken back."""
    return sum(move.amount for move in sim.movements() if move.type != "adjustment")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(MEANS), st.lists(ACTS, max_size=12))
def test_months_follow_each_other_and_money_comes_from_bills_only(
    sim: Simulator, first: str, acts: list[tuple[str, Any]]
) -> None:
    sim.lever("reset")
    sim.lever("clock", now="2026-01-31T10:00:00Z")
    subscription = sim.subscribe(first)
    for act, detail in acts:
        with contextlib.suppress(stripe.InvalidRequestError, stripe.CardError):
            play(sim, subscription, act, detail)
    bills = sim.invoices(subscription)
    months = [bill.lines.data[0].period for bill in bills]
    assert months[0].start == subscription.created
    assert all(one.end == next_one.start for one, next_one in itertools.pairwise(months))
    paid = [_taken(sim, bill) for bill in bills]
    assert money(sim) == sum(paid)
    assert all(
        bill.status != "paid" or taken == 24000 for bill, taken in zip(bills, paid, strict=True)
    )


def _taken(sim: Simulator, bill: Any) -> int:
    """Return the amount that a bill's payment has collected or will; each month costs 240.00."""
    ties = sim.v1.invoice_payments.list({"invoice": bill.id}).data
    assert len(ties) <= 1
    if not ties:
        return 0
    intent = sim.v1.payment_intents.retrieve(ties[0].payment.payment_intent)
    charges = sim.v1.charges.list({"payment_intent": intent.id, "limit": 100}).data
    good = [charge for charge in charges if charge.status in {"succeeded", "pending"}]
    assert len(good) == (intent.status in {"succeeded", "processing"})
    return sum(charge.amount for charge in good)
