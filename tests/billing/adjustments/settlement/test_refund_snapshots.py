"""Stripe's answers about refunds and reversals of transfers, word by word."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from billing.adjustments.settlement import disputes, refunds
from billing.councils.queries.due import claims_left_due
from billing.councils.settlement import claims, reversals
from billing.models import (
    Claim,
    Invoice,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    Refund,
    Restitution,
    Sale,
    Share,
    StateChange,
    StripeCall,
    Transfer,
)
from billing.orders.settlement import returns
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction
from billing.stripe.gateway.values import Dispute as StripeDispute
from billing.stripe.gateway.values import Reversal as StripeReversal
from billing.stripe.rules.answers import Problem
from tests.factories.billing import make_sent_transfer
from tests.factories.stripe_objects import stripe_dispute_of, stripe_refund_of
from tests.fixtures.billing import begins_with, books, paid
from tests.fixtures.people import AT

pytestmark = [pytest.mark.django_db, begins_with(paid)]

A_DAY = dt.timedelta(days=1)

type Says = Callable[..., Refund | None]


@pytest.fixture
def transfer(payment: Payment) -> Transfer:
    """The council's 40.00, which have left."""
    return make_sent_transfer(AT)


@pytest.fixture
def says(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Return a function that syncs the payment with a single refund on Stripe's side."""

    def say(*, at: dt.datetime = AT, **changes: Any) -> Refund | None:
        known = stripe_refund_of(payment, at, **{"balance_transaction": ""} | changes)
        monkeypatch.setattr(reads, "refunds_of", lambda _: [known])
        refunds.sync(payment.pk, at=at)
        return Refund.objects.first()

    return say


def came_back(number: int, cents: int, at: dt.datetime, *, call_uuid: str = "") -> StripeReversal:
    return StripeReversal(f"trr_{number}", "tr_1", cents, call_uuid, at)


def claim(transfer: Transfer, cents: int, at: dt.datetime, **columns: Any) -> Claim:
    return Claim.objects.create(
        share_id=transfer.share_id, transfer=transfer, amount_cents=cents, due_at=at, **columns
    )


def settled() -> list[tuple[int, int, str]]:
    found = Claim.objects.order_by("pk")
    return list(found.values_list("amount_cents", "settled_cents", "state"))


def test_a_refund_is_asked_of_its_payment_at_its_amount(payment: Payment) -> None:
    returns.give_back_duplicate(payment, at=AT)
    call = StripeCall.objects.get(kind="refund")
    refund = Refund.objects.get()
    assert (refund.state, refund.origin, refund.requested_at) == ("approved", "duplicate", AT)
    assert call.subject_id == refund.pk
    assert call.params["payment_intent"] == payment.payment_intent
    assert (call.params["amount"], call.params["reason"]) == (24_000, "requested_by_customer")
    refunds.on_send(call, AT)
    refunds.on_send(call, AT)
    refund.refresh_from_db()
    assert refund.state == "sending"
    sent = StateChange.objects.filter(machine="refund", subject_id=refund.pk)
    assert [change.trigger for change in sent] == ["sent"]


@pytest.mark.parametrize("status", ["pending", "succeeded", "requires_action"])
def test_a_refund_of_stripes_dashboard_is_taken_into_the_books(says: Says, status: str) -> None:
    refund = says(status=status)
    assert refund
    assert (refund.state, refund.origin, refund.amount_cents) == (status, "dashboard", 6_000)
    assert (refund.sale_id, refund.requested_at) == (Sale.objects.get().pk, AT)
    assert (refund.accepted_at is None) == (status == "requires_action")


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_refund_that_never_was_is_left_alone(says: Says, status: str) -> None:
    assert says(status=status) is None


def bookings_of(refund: Refund) -> list[tuple[str, str, int]]:
    """The bookings of a refund, and the part of it that the merchant owes since."""
    entries = LedgerEntry.objects.filter(
        transaction__source_ref=refund.stripe_id, account="receivable"
    )
    rows = entries.order_by("pk").values_list(
        "transaction__business_key", "transaction__kind", "amount_cents"
    )
    return list(rows)


CAME_BACK = {"balance_transaction": "txn_out", "failure_balance_transaction": "txn_back"}
BOTH_BOOKINGS = [("bt:txn_out", "refunded", 6_000), ("bt:txn_back", "refund_failed", -6_000)]


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_returned_refund_of_the_dashboard_moves_money_alone(says: Says, status: str) -> None:
    for _ in range(2):
        refund = says(status=status, **CAME_BACK)
    assert refund
    assert (refund.state, refund.origin, refund.accepted_at) == (status, "dashboard", None)
    assert (refund.amount_cents, refund.balance_transaction) == (6_000, "txn_out")
    assert refund.sale_id == Sale.objects.get().pk
    assert bookings_of(refund) == BOTH_BOOKINGS
    assert (Sale.objects.get().refunded_cents, Share.objects.get().amount_cents) == (0, 4_000)
    assert not Invoice.objects.filter(kind="credit_note").exists()
    assert not Claim.objects.exists()
    assert Order.objects.get().state == "paid"
    changes = StateChange.objects.filter(machine="refund", subject_id=refund.pk)
    assert list(changes.values_list("before", "after")) == [("sending", status)]


def test_own_refund_returned_unseen_is_booked_both_ways(says: Says, payment: Payment) -> None:
    own = Refund.objects.create(
        payment=payment, sale=Sale.objects.get(), amount_cents=6_000, requested_at=AT
    )
    call = returns.prepare_refund(own, payment)
    Refund.objects.update(state="sending")
    refund = says(status="failed", call_uuid=str(call.uuid), **CAME_BACK)
    assert refund
    assert (refund.pk, refund.state, refund.accepted_at) == (own.pk, "failed", None)
    assert bookings_of(refund) == BOTH_BOOKINGS


def test_a_refund_that_waits_for_the_merchant_has_left_our_balance(says: Says) -> None:
    refund = says(status="requires_action", balance_transaction="txn_out")
    assert refund
    assert bookings_of(refund) == BOTH_BOOKINGS[:1]
    says(at=AT + A_DAY, status="canceled", **CAME_BACK)
    assert bookings_of(refund) == BOTH_BOOKINGS
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_why_the_bank_sent_a_refund_back_is_kept_as_far_as_it_fits(says: Says) -> None:
    says(balance_transaction="txn_out")
    later = AT + A_DAY
    refund = says(
        at=later, status="failed", failure_reason="x" * 500, failure_balance_transaction="txn_back"
    )
    assert refund
    assert (refund.state, refund.problem) == ("failed", "x" * 200)
    assert refund.balance_transaction == "txn_out"
    booked = LedgerTransaction.objects.filter(source_ref="re_1", business_key__startswith="bt:")
    assert list(booked.order_by("pk").values_list("business_key", "kind", "occurred_at")) == [
        ("bt:txn_out", "refunded", AT),
        ("bt:txn_back", "refund_failed", later),
    ]
    owed = LedgerEntry.objects.filter(transaction__in=booked, account="receivable")
    merchant = Order.objects.get().merchant_id
    assert list(owed.order_by("pk").values_list("amount_cents", "merchant", "sale")) == [
        (6_000, merchant, refund.sale_id),
        (-6_000, merchant, refund.sale_id),
    ]
    change = StateChange.objects.filter(machine="refund", after="failed").get()
    assert change.why == "x" * 200


def test_moves_of_a_refund_bear_the_days_of_stripes_balance(says: Says) -> None:
    days = {"left_at": AT + A_DAY, "returned_at": AT + 3 * A_DAY, "created_at": AT}
    says(at=AT + 9 * A_DAY, status="failed", **CAME_BACK, **days)
    booked = LedgerTransaction.objects.filter(source_ref="re_1", business_key__startswith="bt:")
    assert list(booked.order_by("pk").values_list("kind", "occurred_at")) == [
        ("refunded", AT + A_DAY),
        ("refund_failed", AT + 3 * A_DAY),
    ]


def test_claim_asks_no_more_of_a_transfer_than_is_left_of_it(
    says: Says, transfer: Transfer, payment: Payment
) -> None:
    before = Refund.objects.create(payment=payment, amount_cents=1, requested_at=AT)
    claim(transfer, 3_100, AT, settled_cents=3_100, state="done", refund=before)
    refund = says(amount_cents=24_000)
    assert settled() == [(3_100, 3_100, "done"), (900, 0, "due"), (3_100, 0, "owed")]
    assert StripeCall.objects.get(kind="reversal").params["amount"] == 900
    assert refund
    assert {row.refund_id for row in Claim.objects.exclude(state="done")} == {refund.pk}
    assert set(Claim.objects.values_list("due_at", flat=True)) == {AT}


def test_transfer_asked_back_whole_is_asked_for_nothing_more(
    says: Says, transfer: Transfer, payment: Payment
) -> None:
    before = Refund.objects.create(payment=payment, amount_cents=1, requested_at=AT)
    claim(transfer, 4_000, AT, settled_cents=4_000, state="done", refund=before)
    says(amount_cents=24_000)
    assert settled() == [(4_000, 4_000, "done"), (4_000, 0, "owed")]
    assert not StripeCall.objects.filter(kind="reversal").exists()


def test_transfer_that_never_left_is_asked_for_nothing(says: Says, transfer: Transfer) -> None:
    Transfer.objects.update(state="refused")
    says(amount_cents=24_000)
    assert settled() == [(4_000, 0, "owed")]


def test_reversal_settles_its_own_claim_first_then_the_oldest(transfer: Transfer) -> None:
    claim(transfer, 500, AT)
    second = claim(transfer, 700, AT)
    call = reversals.prepare_reversal(second, transfer)
    back = came_back(1, 800, AT + A_DAY, call_uuid=str(call.uuid))
    reads_of = {"tr_1": [back]}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reads, "reversals_of", reads_of.__getitem__)
        reversals.sync(transfer.pk, at=AT)
        reversals.sync(transfer.pk, at=AT)
    assert settled() == [(500, 100, "due"), (700, 700, "done")]
    assert set(Claim.objects.values_list("settled_at", flat=True)) == {AT + A_DAY}
    booked = LedgerTransaction.objects.get(business_key="reversal:trr_1")
    assert (booked.kind, booked.occurred_at, booked.source_ref) == ("reversed", AT + A_DAY, "trr_1")


def test_an_answer_to_a_call_settles_the_claim_of_that_call(transfer: Transfer) -> None:
    claim(transfer, 500, AT)
    second = claim(transfer, 700, AT, state="sending")
    call = reversals.prepare_reversal(second, transfer)
    assert (call.target, call.params["amount"]) == ("tr_1", 700)
    reversals.on_success(call, came_back(1, 700, AT), AT)
    assert settled() == [(500, 0, "due"), (700, 700, "done")]
    assert Share.objects.get().state == "partly_reversed"


def test_unrequested_reversal_is_kept_for_the_council(transfer: Transfer) -> None:
    own = claim(transfer, 500, AT, state="sending")
    reversals.on_success(
        reversals.prepare_reversal(own, transfer), came_back(1, 800, AT + A_DAY), AT
    )
    assert settled() == [(500, 500, "done"), (300, 300, "done")]
    rest = Claim.objects.latest("pk")
    assert (rest.due_at, rest.settled_at, rest.transfer_id) == (AT + A_DAY, AT + A_DAY, transfer.pk)


def test_reversal_refused_for_want_of_money_is_owed_and_retried_once(transfer: Transfer) -> None:
    own = claim(transfer, 500, AT)
    call = reversals.prepare_reversal(own, transfer)
    reversals.on_send(call, AT)
    reversals.on_refusal(
        call, Problem(status=400, code="balance_insufficient", message="empty"), AT
    )
    own.refresh_from_db()
    assert (own.state, own.refusal) == ("owed", "balance_insufficient")
    StripeCall.objects.update(state="failed")
    reversals.retry(own.pk, at=AT)
    reversals.retry(own.pk, at=AT)
    own.refresh_from_db()
    assert own.state == "due"
    assert StripeCall.objects.filter(kind="reversal", state="pending").count() == 1


def test_a_reversal_is_on_its_way_from_the_first_call_on(transfer: Transfer) -> None:
    own = claim(transfer, 500, AT)
    call = reversals.prepare_reversal(own, transfer)
    for _ in range(2):
        reversals.on_send(call, AT)
        own.refresh_from_db()
        assert own.state == "sending"
    assert StateChange.objects.filter(machine="claim", trigger="sent").count() == 1


@pytest.mark.parametrize(("back", "state"), [([], "owed"), ([500], "done")])
def test_more_than_is_left_was_asked_back_and_what_did_not_come_is_owed(
    transfer: Transfer, monkeypatch: pytest.MonkeyPatch, back: list[int], state: str
) -> None:
    own = claim(transfer, 500, AT)
    call = reversals.prepare_reversal(own, transfer)
    reversals.on_send(call, AT)
    too_much = Problem(status=400, param="amount", message="greater than what is left")
    reversals.on_refusal(call, too_much, AT)
    own.refresh_from_db()
    assert (own.state, claims_left_due()) == ("due", [])
    StripeCall.objects.update(state="failed")
    assert claims_left_due() == [own.pk]
    came = [came_back(number, cents, AT) for number, cents in enumerate(back)]
    monkeypatch.setattr(reads, "reversals_of", lambda _: came)
    reversals.sync_after_refusal(call, too_much, AT)
    own.refresh_from_db()
    assert own.state == state


def test_a_claim_that_stripe_is_asked_for_again_is_not_owed_meanwhile(
    transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = claim(transfer, 500, AT)
    monkeypatch.setattr(reads, "reversals_of", lambda _: [])
    call = reversals.prepare_reversal(own, transfer)
    for state in ("pending", "in_flight", "unknown", "parked"):
        StripeCall.objects.filter(pk=call.pk).update(state=state)
        reversals.refetch_claim(own, at=AT)
        own.refresh_from_db()
        assert (own.state, claims_left_due()) == ("due", [])


def test_claim_behind_a_transfer_that_has_not_left_is_not_overdue(transfer: Transfer) -> None:
    claim(transfer, 500, AT)
    Transfer.objects.update(state="in_flight")
    assert claims_left_due() == []


def test_claim_without_a_transfer_asks_for_no_reversal(transfer: Transfer) -> None:
    owed = claim(transfer, 500, AT, state="owed")
    Claim.objects.update(transfer=None)
    reversals.retry(owed.pk, at=AT)
    assert not StripeCall.objects.filter(kind="reversal").exists()
    assert settled() == [(500, 0, "owed")]


def test_a_share_is_reversed_whole_only_once_nothing_of_it_is_awaited(transfer: Transfer) -> None:
    first, second = claim(transfer, 3_000, AT), claim(transfer, 1_000, AT)
    Share.objects.update(amount_cents=0)
    reversals.on_success(reversals.prepare_reversal(first, transfer), came_back(1, 3_000, AT), AT)
    assert Share.objects.get().state == "partly_reversed"
    reversals.on_success(reversals.prepare_reversal(second, transfer), came_back(2, 1_000, AT), AT)
    assert Share.objects.get().state == "reversed"


def test_the_key_of_a_claim_names_what_took_it_and_where_it_sat(says: Says) -> None:
    refund = says()
    assert refund
    share = Share.objects.get()
    cause = claims.because_of_refund(refund)
    booked = LedgerTransaction.objects.get(kind="claimed")
    assert booked.business_key == f"{cause.key}:share.held:{share.reference}"
    assert (booked.source_ref, booked.occurred_at) == ("re_1", AT)


def lose(payment: Payment, number: int, cents: int, at: dt.datetime) -> StripeDispute:
    """Let a bank take some of a payment for good."""
    taken = BalanceTransaction(f"txn_du_{number}", -cents, 0, -cents, made_at=at)
    fields = {"id": f"du_{number}", "status": "lost", "amount_cents": cents}
    stripe_dispute = stripe_dispute_of(payment, at, **fields, balance_transactions=(taken,))
    disputes.apply_snapshot(payment.pk, stripe_dispute, at=at)
    return stripe_dispute


def win(payment: Payment, stripe_dispute: StripeDispute, at: dt.datetime) -> None:
    """Let it give that back on appeal."""
    cents = stripe_dispute.amount_cents
    back = BalanceTransaction(f"{stripe_dispute.id}_back", cents, 0, cents, made_at=at)
    movements = (*stripe_dispute.balance_transactions, back)
    won = dataclasses.replace(stripe_dispute, status="won", balance_transactions=movements)
    disputes.apply_snapshot(payment.pk, won, at=at)


def test_two_appeals_and_a_refund_leave_the_council_its_part(says: Says, payment: Payment) -> None:
    win(payment, lose(payment, 1, 16_000, AT), AT)
    assert books("share.cost") == 4_000
    second = lose(payment, 2, 6_003, AT)
    says(amount_cents=1_000)
    assert books("share.cost") == 2_833
    win(payment, second, AT)
    assert books("share.cost") == 3_833, "what each of the two took, added up, is a cent more"


@pytest.mark.parametrize(("refunded_cents", "given"), [(24_000, []), (23_994, [1])])
def test_won_appeal_gives_nothing_again_of_money_refunded_meanwhile(
    says: Says, payment: Payment, refunded_cents: int, given: list[int]
) -> None:
    lost = lose(payment, 1, 24_000, AT)
    says(amount_cents=refunded_cents)
    win(payment, lost, AT)
    assert list(Restitution.objects.values_list("amount_cents", flat=True)) == given
    assert books("share.cost") == sum(given)
