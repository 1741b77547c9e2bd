"""A won appeal gives a council again what it keeps after all else, to the cent."""

import dataclasses
import datetime as dt

import pytest

from billing.adjustments.settlement import disputes
from billing.models import LedgerEntry, Payment, Restitution
from billing.stripe.gateway.values import BalanceTransaction
from billing.stripe.gateway.values import Dispute as StripeDispute
from tests.billing.adjustments.settlement.test_refund_snapshots import sync_refund

pytestmark = pytest.mark.django_db


def lose(payment: Payment, number: int, cents: int, at: dt.datetime) -> StripeDispute:
    """Let a bank take some of a payment for good."""
    stripe_dispute = StripeDispute(
        id=f"du_{number}",
        status="lost",
        reason="general",
        amount_cents=cents,
        currency="eur",
        payment_intent=payment.payment_intent,
        has_evidence=False,
        due_at=None,
        created_at=at,
        balance_transactions=(BalanceTransaction(f"txn_{number}", -cents, 0, -cents, made_at=at),),
    )
    disputes.apply_snapshot(payment.pk, stripe_dispute, at=at)
    return stripe_dispute


def win(payment: Payment, stripe_dispute: StripeDispute, at: dt.datetime) -> None:
    """Let it give that back on appeal."""
    back = BalanceTransaction(
        f"{stripe_dispute.id}_back",
        stripe_dispute.amount_cents,
        0,
        stripe_dispute.amount_cents,
        made_at=at,
    )
    won = dataclasses.replace(
        stripe_dispute,
        status="won",
        balance_transactions=(*stripe_dispute.balance_transactions, back),
    )
    disputes.apply_snapshot(payment.pk, won, at=at)


def cost_in_books() -> int:
    """Return the cents that the council of 40.00 keeps, by the books."""
    found = LedgerEntry.objects.filter(account="share.cost")
    return sum(found.values_list("amount_cents", flat=True))


def test_after_two_appeals_and_a_refund_the_council_keeps_its_part_of_what_was_kept(
    payment: Payment, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    win(payment, lose(payment, 1, 16_000, at), at)
    assert cost_in_books() == 4_000
    second = lose(payment, 2, 6_003, at)
    sync_refund(payment, monkeypatch, at, amount_cents=1_000)
    assert cost_in_books() == 2_833
    win(payment, second, at)
    assert (
        cost_in_books() == 3_833
    )  # what was taken by each of the two, added up, would be a cent more


@pytest.mark.parametrize(("refunded_cents", "given"), [(24_000, []), (23_994, [1])])
def test_won_appeal_gives_nothing_again_of_money_refunded_meanwhile(
    payment: Payment,
    at: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
    refunded_cents: int,
    given: list[int],
) -> None:
    lost = lose(payment, 1, 24_000, at)
    sync_refund(payment, monkeypatch, at, amount_cents=refunded_cents)
    win(payment, lost, at)
    assert list(Restitution.objects.values_list("amount_cents", flat=True)) == given
    assert cost_in_books() == sum(given)
