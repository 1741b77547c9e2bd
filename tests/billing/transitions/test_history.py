"""A whole history of good and bad days, told in any order, any number of times, ends the same."""

import functools
import random

import pytest
from django.db import transaction

from billing.models import Dispute, LedgerEntry, Order, Payment, Payout, PayoutPart, Refund, Share
from billing.stripe import events
from billing.stripe.actions.inbox import store_event
from billing.stripe.gateway import client, reads, treasury
from billing.stripe.gateway.values import Event
from billing.stripe.queries.due import events_to_process
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db

SHUFFLES = 50


@pytest.fixture
def history(till: Till, shop: Merchant) -> list[tuple[str, Event]]:
    """Return the events of two refunds in the dashboard, a dispute won, and a payout.

    The two orders are paid: the first is refunded twice, the second contested.
    """
    make_council("north")
    make_council("south", rate_bp=3_333)
    orders = [
        till.open(make_campaign(shop, {"north": 10_001, "south": 9_998}, at=till.at))
        for _ in range(2)
    ]
    sessions = [till.pay(order).session_id for order in orders]
    refunded, contested = (reads.session(session).intent for session in sessions)
    assert refunded
    assert contested
    assert contested.charge
    for cents in (3_333, 4_001):
        client.client().v1.refunds.create({"payment_intent": refunded.id, "amount": cents})
    till.simulator.pull("clock/advance", days="4")
    payout = till.simulator.pull("payouts/now")["payout"]["id"]
    till.simulator.pull(f"payout/{payout}/failed")
    dispute = till.simulator.pull(f"dispute/{contested.charge.id}")["id"]
    till.simulator.pull(f"dispute/{dispute}/won")
    return till.postman.listed()


def end() -> list[object]:
    """Return all visible results, without the identifiers that differ in each run."""
    entries = LedgerEntry.objects.values_list(
        "transaction__kind", "transaction__source_ref", "account", "amount_cents", "stripe_id"
    )
    return [
        sorted(Order.objects.values_list("pk", "state", "paid_at")),
        sorted(Payment.objects.values_list("pk", "state", "charge", "fee_cents", "is_duplicate")),
        sorted(Refund.objects.values_list("stripe_id", "state", "origin", "amount_cents")),
        sorted(Dispute.objects.values_list("stripe_id", "state", "counted_cents")),
        sorted(Share.objects.values_list("sale__order", "council", "state", "amount_cents")),
        sorted(Payout.objects.values_list("stripe_id", "state")),
        sum(PayoutPart.objects.values_list("amount_cents", flat=True)) >= 0,
        sorted(entries),
    ]


def process_all(till: Till) -> None:
    """Process each stored event not processed yet."""
    for event_id in events_to_process(at=till.at):
        events.process(event_id, at=till.at)


def end_of_a_shuffle(till: Till, mail: list[tuple[str, Event]], seed: int) -> list[object]:
    """Deliver in some order, some events twice and some only later; see the end; take it back."""
    dice = random.Random(seed)  # noqa: S311 - the same fifty orders in every run
    shuffled = dice.sample(mail, len(mail)) + dice.sample(mail, len(mail) // 3)
    with transaction.atomic():
        for endpoint, event in shuffled:
            store_event(event=event, endpoint=endpoint, at=till.at)
            if dice.random() < 0.2:
                process_all(till)
        process_all(till)
        found = end()
        transaction.set_rollback(True)
    return found


@pytest.mark.proof
def test_a_history_in_any_order_and_any_number_ends_the_same(
    till: Till, history: list[tuple[str, Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing changes at Stripe meanwhile, so a single response is enough for all fifty.
    for module, names in (
        (reads, ["session", "payment_intent", "payment_intent_of_charge", "refund", "refunds_of"]),
        (reads, ["dispute"]),
        (treasury, ["payout"]),
    ):
        for name in names:
            monkeypatch.setattr(module, name, functools.cache(getattr(module, name)))
    ends = [end_of_a_shuffle(till, history, seed) for seed in range(SHUFFLES)]
    till.settle()
    assert ends == [end()] * SHUFFLES
    ours = LedgerEntry.objects.filter(account="stripe.balance")
    assert sum(ours.values_list("amount_cents", flat=True)) == reads.balance_cents()
