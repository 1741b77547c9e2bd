"""A refund or a dispute is notified, and Stripe is read again after a refusal."""

import dataclasses
import datetime as dt

import pytest

from billing.adjustments.settlement import disputes, refunds
from billing.models import Dispute, LedgerTransaction, Payment, Refund, Sale, StripeCall
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Dispute as StripeDispute
from billing.stripe.rules.answers import Problem
from tests.billing.conftest import Committing, Reported
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_MONTH = dt.timedelta(days=30)
TOO_LATE = Problem(status=400, code="charge_already_refunded")


@pytest.fixture
def contested(payment: Payment) -> StripeDispute:
    """Stripe's dispute about the payment, which its buyer's bank contests."""
    return stripe_dispute_of(payment, AT)


@pytest.fixture
def given_back(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    """60.00 of the payment were given back in Stripe's dashboard."""
    snapshot = stripe_refund_of(payment, AT)
    monkeypatch.setattr(reads, "refunds_of", {payment.payment_intent: [snapshot]}.__getitem__)


def call(kind: StripeCall.Kind, subject_id: int) -> StripeCall:
    return StripeCall(kind=kind, subject_id=subject_id)


@pytest.mark.usefixtures("given_back")
def test_refund_is_reported_to_the_spaces_in_the_month_in_which_it_was_made(
    payment: Payment, committing: Committing, reported: Reported
) -> None:
    with committing():
        refunds.sync(payment.pk, at=AT + A_MONTH)
    assert reported == [("north", dt.date(2026, 11, 1))]


def test_dispute_is_reported_to_the_spaces_in_the_month_in_which_it_is_received(
    payment: Payment, contested: StripeDispute, committing: Committing, reported: Reported
) -> None:
    with committing():
        disputes.apply_snapshot(payment.pk, contested, at=AT + A_MONTH)
    assert reported == [("north", dt.date(2026, 12, 1))]


@pytest.mark.usefixtures("given_back")
def test_credit_of_a_refund_is_booked_under_both_names_of_it(payment: Payment) -> None:
    refunds.sync(payment.pk, at=AT)
    booked = LedgerTransaction.objects.get(kind="credited")
    assert booked.business_key == f"refund:{Refund.objects.get().uuid}:accepted"
    assert (booked.source_ref, booked.occurred_at) == ("re_1", AT)


@pytest.mark.usefixtures("given_back")
def test_refused_refund_leads_to_the_one_that_was_made_elsewhere(payment: Payment) -> None:
    ours = Refund.objects.create(
        payment=payment, sale=Sale.objects.get(), amount_cents=24_000, requested_at=AT
    )
    refunds.sync_after_refusal(call(StripeCall.Kind.REFUND, ours.pk), TOO_LATE, AT)
    found = Refund.objects.get(origin="dashboard")
    assert (found.stripe_id, found.state, found.amount_cents) == ("re_1", "succeeded", 6_000)
    assert Sale.objects.get().refunded_cents == 6_000


def test_answer_to_a_bank_is_followed_at_once(payment: Payment, contested: StripeDispute) -> None:
    disputes.apply_snapshot(payment.pk, contested, at=AT)
    sent = call(StripeCall.Kind.EVIDENCE, Dispute.objects.get().pk)
    snapshot = dataclasses.replace(contested, status="under_review", has_evidence=True)
    disputes.on_success(sent, snapshot, AT + A_MONTH)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.evidence_sent_at) == ("under_review", AT + A_MONTH)


def test_a_bank_that_takes_no_answer_has_decided_perhaps(
    payment: Payment, contested: StripeDispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    disputes.apply_snapshot(payment.pk, contested, at=AT)
    decided = dataclasses.replace(contested, status="won")
    monkeypatch.setattr(reads, "dispute", {"du_1": decided}.__getitem__)
    refused = call(StripeCall.Kind.EVIDENCE, Dispute.objects.get().pk)
    disputes.sync_after_refusal(refused, Problem(status=400), AT)
    assert Dispute.objects.get().state == "won"
