"""An event about an object of ours is synced and counts as useful; about another it does not."""

import pytest

from billing.councils.settlement import accounts, changes
from billing.dispatch import events
from billing.models import (
    Claim,
    Council,
    Dispute,
    Payment,
    Refund,
    Sale,
    Share,
    Subscription,
    Transfer,
)
from billing.orders.settlement import months
from billing.stripe.events import process
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction, PaymentIntent, Session
from billing.stripe.gateway.values import Dispute as StripeDispute
from billing.stripe.gateway.values import Reversal as StripeReversal
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_council, make_paid_session, make_sent_transfer
from tests.factories.records import make_event
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of, stripe_subscription
from tests.fixtures.billing import HOLD
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session of 240.00 that Stripe has collected, before any event was received."""
    make_council("north")
    _payment_id, session = make_paid_session(campaign, at=AT)
    intent = session.intent
    assert intent
    monkeypatch.setattr(reads, "session", lambda session_id, **_: {session.id: session}[session_id])
    monkeypatch.setattr(reads, "payment_intent", {intent.id: intent}.__getitem__)
    return session


def lost_dispute_of(payment_intent: str) -> StripeDispute:
    taken = BalanceTransaction("txn_back", -24_000, 0, -24_000, made_at=AT)
    payment = Payment(payment_intent=payment_intent)
    return stripe_dispute_of(payment, AT, status="lost", balance_transactions=(taken,))


def test_a_refund_of_a_payment_not_known_as_paid_is_applied_after_the_payment(
    collected: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collected.intent
    snapshot = stripe_refund_of(
        Payment(payment_intent=collected.intent.id), AT, amount_cents=24_000
    )
    monkeypatch.setattr(reads, "refund", {"re_1": snapshot}.__getitem__)
    monkeypatch.setattr(reads, "refunds_of", lambda _: [snapshot])
    assert events.refetch("refund.created", "re_1", at=AT) is True
    assert Payment.objects.get().state == "succeeded"
    sale = Sale.objects.get()
    assert (Refund.objects.get().sale_id, sale.refunded_cents) == (sale.pk, 24_000)
    assert Share.objects.get().amount_cents == 0


def test_a_debit_returned_before_it_was_known_as_paid_is_applied_after_its_payment(
    collected: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collected.intent
    snapshot = lost_dispute_of(collected.intent.id)
    monkeypatch.setattr(reads, "dispute", {"du_1": snapshot}.__getitem__)
    assert events.refetch("charge.dispute.created", "du_1", at=AT) is True
    assert Payment.objects.get().state == "succeeded"
    sale = Sale.objects.get()
    assert (Dispute.objects.get().sale_id, sale.disputed_cents) == (sale.pk, 24_000)
    assert Share.objects.get().amount_cents == 0


def test_a_page_that_was_paid_is_of_use(collected: Session) -> None:
    assert events.refetch("checkout.session.completed", collected.id, at=AT) is True
    assert Sale.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "object_id"),
    [
        ("payment_intent.succeeded", "pi_other"),
        ("charge.succeeded", "ch_other"),
        ("charge.dispute.created", "du_other"),
        ("transfer.reversed", "tr_other"),
        ("customer.subscription.updated", "sub_other"),
        ("v2.core.account.updated", "acct_other"),
    ],
)
def test_event_about_an_unknown_object_is_of_no_use(
    payment: Payment, monkeypatch: pytest.MonkeyPatch, kind: str, object_id: str
) -> None:
    nobody_s = PaymentIntent("pi_other", "succeeded", "", "", None)
    monkeypatch.setattr(reads, "payment_intent", {"pi_other": nobody_s}.__getitem__)
    monkeypatch.setattr(reads, "payment_intent_of_charge", {"ch_other": "pi_other"}.__getitem__)
    monkeypatch.setattr(reads, "dispute", lambda _: lost_dispute_of("pi_other"))
    assert events.refetch(kind, object_id, at=AT) is False
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_month_is_of_use_where_it_is_one_of_ours(
    monkeypatch: pytest.MonkeyPatch, *, is_ours: bool
) -> None:
    monkeypatch.setattr(months, "sync", lambda _invoice_id, **_: is_ours)
    assert events.refetch("invoice.paid", "in_1", at=AT) is is_ours


def test_subscription_event_is_synced(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    make_subscription(campaign, at=AT, stripe_id="sub_1", state="active")
    snapshot = stripe_subscription(AT, status="past_due")
    monkeypatch.setattr(reads, "subscription", {"sub_1": snapshot}.__getitem__)
    assert events.refetch("customer.subscription.updated", "sub_1", at=AT) is True
    assert Subscription.objects.get().state == "past_due"


@pytest.fixture
def transfer(payment: Payment) -> Transfer:
    """The council's 40.00, which have left for its account."""
    Council.objects.update(stripe_account="acct_north", account_state="active")
    return make_sent_transfer(AT)


@pytest.mark.parametrize(
    ("kind", "balance_cents"), [("transfer.updated", None), ("transfer.reversed", -500)]
)
def test_reversal_refetches_the_balance_of_its_account(
    transfer: Transfer, monkeypatch: pytest.MonkeyPatch, kind: str, balance_cents: int | None
) -> None:
    back = StripeReversal("trr_1", "tr_1", 500, "", AT)
    monkeypatch.setattr(reads, "reversals_of", {"tr_1": [back]}.__getitem__)
    monkeypatch.setattr(reads, "balance_cents", {"acct_north": -500}.__getitem__)
    assert events.refetch(kind, "tr_1", at=AT) is True
    assert Claim.objects.get().settled_cents == 500
    assert Council.objects.get().account_balance_cents == balance_cents


def test_once_our_balance_is_there_what_is_due_goes_on(payment: Payment) -> None:
    assert events.refetch("balance.available", "", at=AT) is True
    assert Share.objects.get().state == "held"
    assert events.refetch("balance.available", "", at=AT + HOLD) is True
    assert Share.objects.get().state == "waiting_account"


@pytest.mark.parametrize(
    ("endpoint", "kind", "object_id", "account"),
    [
        ("thin", "v2.core.account.updated", "acct_north", ""),
        ("connected", "account.external_account.updated", "ba_1", "acct_north"),
    ],
)
def test_an_account_is_looked_at_and_what_waited_for_its_council_goes_on(
    payment: Payment,
    monkeypatch: pytest.MonkeyPatch,
    endpoint: str,
    kind: str,
    object_id: str,
    account: str,
) -> None:
    looked: list[tuple[str, int]] = []
    for name, part in (("account", accounts), ("change", changes)):
        monkeypatch.setattr(part, "sync", lambda pk, name=name, **_: looked.append((name, pk)))
    Council.objects.update(stripe_account="acct_north", account_state="active")
    Share.objects.update(state="waiting_account", release_at=AT)
    event = make_event(kind, object_id, endpoint=endpoint, account=account)
    process(event.pk, at=AT)
    event.refresh_from_db()
    council = Council.objects.get()
    assert looked == [("account", council.pk), ("change", council.pk)]
    assert (event.state, Share.objects.get().state) == ("processed", "sending")
