"""Texts of Stripe are cut to the length of their column, so that long texts never fail."""

from typing import Any

import pytest

from billing.adjustments.settlement import disputes, refunds
from billing.councils.settlement import changes, payouts, reversals
from billing.dispatch.calls import HANDLERS
from billing.ledger.settlement import cases, reconcile
from billing.models import (
    BalanceTransaction,
    Case,
    Claim,
    Dispute,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    Share,
    StateChange,
    StripeCall,
    StripeHalt,
)
from billing.stripe import halts
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import treasury
from billing.stripe.rules.answers import Problem
from billing.transitions import transition
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_council
from tests.factories.records import make_change
from tests.factories.stripe_objects import refusing, stripe_dispute_of, stripe_payout
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

LONG = "x" * 1_000
LONG_PROBLEM = Problem(status=402, kind="invalid_request_error", message=LONG)


def call(kind: StripeCall.Kind, subject_id: int) -> StripeCall:
    return StripeCall(kind=kind, subject_id=subject_id)


def test_reason_of_a_refused_refund_is_cut(payment: Payment) -> None:
    refund = Refund.objects.create(
        payment=payment, amount_cents=100, state="sending", requested_at=AT
    )
    refunds.on_refusal(call(StripeCall.Kind.REFUND, refund.pk), LONG_PROBLEM, AT)
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("failed", LONG[:200])


def test_reason_of_a_refused_reversal_is_cut(payment: Payment) -> None:
    reversal = Claim.objects.create(share=Share.objects.get(), amount_cents=100, due_at=AT)
    reversals.on_send(call(StripeCall.Kind.REVERSAL, reversal.pk), AT)
    reversals.on_refusal(call(StripeCall.Kind.REVERSAL, reversal.pk), LONG_PROBLEM, AT)
    reversal.refresh_from_db()
    assert (reversal.state, reversal.refusal) == ("owed", LONG[:200])


def test_reason_of_a_dispute_is_cut(payment: Payment) -> None:
    snapshot = stripe_dispute_of(
        payment, AT, status="warning_needs_response", reason=LONG, amount_cents=100
    )
    disputes.apply_snapshot(payment.pk, snapshot, at=AT)
    assert Dispute.objects.get().reason == LONG[:60]


def test_failure_of_a_payout_is_cut() -> None:
    snapshot = stripe_payout(AT, status="failed", failure=LONG, balance_transaction="")
    payouts.apply_snapshot(snapshot, council_id=None, at=AT)
    assert Payout.objects.get().failure == LONG[:200]


def test_reason_of_a_halt_is_cut() -> None:
    halts.halt(LONG, at=AT)
    assert StripeHalt.objects.get().reason == LONG[:300]


def test_failure_of_a_call_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    call = StripeCall.objects.create(kind="tax", subject_id=1, params={}, key="k", state="pending")
    handler = HANDLERS[StripeCall.Kind.TAX]._replace(call=refusing(LONG_PROBLEM), on_send=None)
    monkeypatch.setitem(HANDLERS, StripeCall.Kind.TAX, handler)
    make_call(call.pk, at=AT)
    call.refresh_from_db()
    assert (call.state, len(call.failure)) == ("parked", 300)


def test_actor_and_reason_of_a_change_are_cut() -> None:
    transition.record("order", 1, "priced", states=("", "priced"), by=LONG, at=AT, why=LONG)
    change = StateChange.objects.get()
    assert (change.by, change.why) == (LONG[:160], LONG[:200])


def test_subject_and_details_of_a_case_are_cut() -> None:
    values: dict[str, Any] = {"kind": Case.Kind.EXTRA, "subject": LONG, "at": AT, "details": LONG}
    case = cases.open_case(**values)
    assert (case.subject, case.details) == (LONG[:120], LONG[:300])
    assert cases.open_case(**values) == case


def test_subject_of_an_explained_case_is_cut(shop: Merchant) -> None:
    values: dict[str, Any] = {"subject": LONG, "at": AT, "stripe_cents": 1, "ledger_cents": None}
    cases.record_mismatch(**values, details=LONG)
    cases.explain_mismatch(subject=LONG, at=AT)
    assert Case.objects.get().state == "explained"
    extra = cases.open_unless_closed(kind=Case.Kind.EXTRA, **values)
    assert extra
    Case.objects.filter(pk=extra.pk).update(
        state="closed", closed_at=AT, closed_by=shop.owner_id, explanation="typed by hand"
    )
    assert cases.open_unless_closed(kind=Case.Kind.EXTRA, **values) is None


def test_reason_of_a_cancelled_replacement_is_cut() -> None:
    request = make_change(make_council("north", account="acct_1").pk, at=AT)
    change = changes.cancel(request.pk, because=LONG, by="OPALE", name="Opale", at=AT)
    change.refresh_from_db()
    assert change.ended_because == LONG[:200]


def test_details_of_a_balance_transaction_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = treasury.Movement("txn_1", LONG, -5, 0, -5, "eur", LONG, AT, AT)
    monkeypatch.setattr(treasury, "movements", lambda *_: [[moved]])
    monkeypatch.setattr(treasury, "newest_movement", lambda: "txn_1")
    monkeypatch.setattr("billing.stripe.gateway.reads.balance_cents", lambda: -5)
    reconcile.reconcile(at=AT)
    stored = BalanceTransaction.objects.get()
    assert (stored.kind, stored.source) == (LONG[:40], LONG[:60])


def test_failure_of_a_reconciliation_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(treasury, "newest_movement", refusing(LONG_PROBLEM))
    failure = reconcile.reconcile(at=AT).failure
    assert len(failure) == len(Reconciliation.objects.get().failure) == 200
