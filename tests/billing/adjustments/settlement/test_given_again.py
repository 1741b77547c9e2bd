"""A won appeal gives a council again what it keeps after all else, to the cent."""

import dataclasses
import datetime as dt

import pytest

from billing.adjustments.settlement import disputes
from billing.models import LedgerEntry, Payment, Restitution
from billing.stripe.gateway.values import BalanceTransaction
from billing.stripe.gateway.values import Dispute as StripeDispute
from tests.billing.adjustments.settlement.test_refund_snapshots import Says, says
from tests.factories.stripe_objects import stripe_dispute_of
from tests.fixtures.people import AT

__all__ = ["says"]
pytestmark = pytest.mark.django_db


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


def cost_in_books() -> int:
    """Return the cents that the council of 40.00 keeps, by the books."""
    found = LedgerEntry.objects.filter(account="share.cost")
    return sum(found.values_list("amount_cents", flat=True))


def test_after_two_appeals_and_a_refund_the_council_keeps_its_part_of_what_was_kept(
    says: Says, payment: Payment
) -> None:
    win(payment, lose(payment, 1, 16_000, AT), AT)
    assert cost_in_books() == 4_000
    second = lose(payment, 2, 6_003, AT)
    says(amount_cents=1_000)
    assert cost_in_books() == 2_833
    win(payment, second, AT)
    assert cost_in_books() == 3_833, "what each of the two took, added up, is a cent more"


@pytest.mark.parametrize(("refunded_cents", "given"), [(24_000, []), (23_994, [1])])
def test_won_appeal_gives_nothing_again_of_money_refunded_meanwhile(
    says: Says, payment: Payment, refunded_cents: int, given: list[int]
) -> None:
    lost = lose(payment, 1, 24_000, AT)
    says(amount_cents=refunded_cents)
    win(payment, lost, AT)
    assert list(Restitution.objects.values_list("amount_cents", flat=True)) == given
    assert cost_in_books() == sum(given)
