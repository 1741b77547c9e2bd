"""Stripe's snapshots of a dispute: the bookings, the counted losses, and the end of the dispute."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from billing.adjustments.actions.disputes import settle_dispute
from billing.adjustments.settlement import disputes
from billing.models import (
    Case,
    Dispute,
    Invoice,
    LedgerTransaction,
    Order,
    Payment,
    Sale,
    Share,
    StateChange,
)
from billing.stripe.gateway.values import BalanceTransaction
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_merchant_user
from tests.factories.records import make_payment
from tests.factories.stripe_objects import stripe_dispute_of
from tests.fixtures.billing import begins_with, books, paid
from tests.fixtures.people import AT

pytestmark = [pytest.mark.django_db, begins_with(paid)]

A_DAY = dt.timedelta(days=1)

type Says = Callable[..., Dispute]


@pytest.fixture
def says(payment: Payment) -> Says:
    """Return a function that applies a changed dispute snapshot with balance transactions."""
    known = stripe_dispute_of(payment, AT, due_at=AT + 9 * A_DAY)

    def say(
        *moves: BalanceTransaction, at: dt.datetime = AT, of: Payment = payment, **changes: Any
    ) -> Dispute:
        snapshot = dataclasses.replace(known, balance_transactions=moves, **changes)
        disputes.apply_snapshot(of.pk, snapshot, at=at)
        return Dispute.objects.get(stripe_id=snapshot.id)

    return say


def moved(number: int, cents: int, at: dt.datetime, *, fee: int = 0) -> BalanceTransaction:
    return BalanceTransaction(f"txn_du_{number}", cents, fee, cents - fee, made_at=at)


def test_dispute_in_another_currency_opens_a_case(payment: Payment) -> None:
    disputes.apply_snapshot(payment.pk, stripe_dispute_of(payment, AT, currency="usd"), at=AT)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.stripe_cents) == ("currency", "du_1", 24_000)
    assert case.details == "dispute in usd"
    assert not Dispute.objects.exists()


def test_opening_of_a_dispute_stands_in_its_history(says: Says) -> None:
    dispute = says()
    change = StateChange.objects.get(machine="dispute", subject_id=dispute.pk)
    assert (change.before, change.after, change.trigger) == ("", "needs_response", "opened")


def test_a_fee_alone_neither_takes_nor_gives(says: Says) -> None:
    days = [AT + number * A_DAY for number in range(4)]
    movements = (
        moved(0, 0, days[0], fee=2_000),
        moved(1, -1, days[1]),
        moved(2, 1, days[2]),
        moved(3, 0, days[3], fee=-500),
    )
    dispute = says(*movements, at=days[3], status="won")
    assert (dispute.withdrawn_at, dispute.returned_at) == (days[1], days[2])
    assert dispute.fee_cents == 1_500
    kinds = LedgerTransaction.objects.filter(source_ref="du_1").order_by("business_key")
    assert dict(kinds.values_list("business_key", "kind")) == {
        "bt:txn_du_0": "dispute_returned",
        "bt:txn_du_1": "dispute_opened",
        "bt:txn_du_2": "dispute_returned",
        "bt:txn_du_3": "dispute_returned",
    }


def test_a_move_without_a_moment_is_booked_at_ours(says: Says) -> None:
    movements = (BalanceTransaction("txn_a", -9, 0, -9), BalanceTransaction("txn_b", 9, 0, 9))
    dispute = says(*movements)
    assert (dispute.withdrawn_at, dispute.returned_at) == (AT, AT)
    assert says(*movements, at=AT + A_DAY).withdrawn_at == AT


def test_dispute_returned_in_parts_is_returned_with_the_last(says: Says) -> None:
    movements = (moved(1, -9, AT), moved(2, 4, AT + A_DAY), moved(3, 5, AT + 2 * A_DAY))
    assert says(*movements).returned_at == AT + 2 * A_DAY


def test_lost_dispute_counts_what_came_back_to_the_cent(says: Says) -> None:
    says(moved(1, -2, AT), moved(2, 1, AT), status="lost", amount_cents=1)
    lost = LedgerTransaction.objects.get(kind="dispute_lost").entries.values_list("amount_cents")
    assert {abs(cents) for (cents,) in lost} == {1}
    assert Sale.objects.get().disputed_cents == 1


def test_loss_read_late_bears_the_day_of_the_decision(says: Says) -> None:
    decided = {"status": "lost", "decided_at": AT + A_DAY}
    dispute = says(moved(1, -24_000, AT), at=AT + 9 * A_DAY, **decided)
    assert dispute.closed_at == AT + A_DAY
    booked = LedgerTransaction.objects.filter(kind__in=["dispute_lost", "claimed"])
    assert set(booked.values_list("kind", "occurred_at")) == {
        ("dispute_lost", AT + A_DAY),
        ("claimed", AT + A_DAY),
    }


def test_appeal_read_late_bears_the_day_of_its_money(says: Says) -> None:
    taken = moved(1, -24_000, AT)
    says(taken, status="lost")
    says(taken, moved(2, 24_000, AT + 2 * A_DAY), at=AT + 9 * A_DAY, status="won")
    booked = LedgerTransaction.objects.filter(kind__in=["dispute_regained", "restored"])
    assert set(booked.values_list("kind", "occurred_at")) == {
        ("dispute_regained", AT + 2 * A_DAY),
        ("restored", AT + 2 * A_DAY),
    }


def test_a_loss_counts_nothing_of_what_had_gone_back_already(says: Says) -> None:
    Sale.objects.update(refunded_cents=24_000)
    dispute = says(moved(1, -24_000, AT), status="lost")
    assert (dispute.counted_cents, Sale.objects.get().disputed_cents) == (0, 0)


def test_a_second_loss_counts_what_the_first_one_left(says: Says) -> None:
    says(moved(1, -16_000, AT), status="lost", amount_cents=16_000)
    says(moved(2, -24_000, AT), id="du_2", status="lost")
    counted = Dispute.objects.order_by("pk").values_list("counted_cents", flat=True)
    assert list(counted) == [16_000, 8_000]
    assert (Sale.objects.get().disputed_cents, Share.objects.get().amount_cents) == (24_000, 0)


def test_a_loss_of_what_a_refund_left_stops_the_campaign(says: Says) -> None:
    Sale.objects.update(refunded_cents=8_000)
    says(moved(1, -16_000, AT), status="lost", amount_cents=16_000)
    assert Sale.objects.get().disputed_cents == 16_000
    assert Campaign.objects.get().state == "stopped"


def test_a_won_appeal_counts_nothing_of_it_any_more(says: Says) -> None:
    taken = moved(1, -24_000, AT)
    assert says(taken, status="lost").counted_cents == 24_000
    dispute = says(taken, moved(2, 24_000, AT), status="won")
    assert (dispute.counted_cents, Sale.objects.get().disputed_cents) == (0, 0)
    assert Share.objects.get().amount_cents == 0


def test_won_appeal_without_a_sale_leaves_nothing_owed(says: Says, payment: Payment) -> None:
    second = make_payment(
        Order.objects.get(),
        at=AT,
        state="succeeded",
        session_id="cs_second",
        charge="ch_second",
        amount_cents=24_000,
        is_duplicate=True,
    )
    before = books("receivable")
    taken, given = moved(1, -24_000, AT), moved(2, 24_000, AT)
    dispute = says(taken, of=second, status="lost")
    assert (dispute.sale_id, books("receivable") - before) == (None, 24_000)
    says(taken, given, of=second, status="won")
    assert books("receivable") == before
    assert (Sale.objects.get().disputed_cents, Share.objects.get().amount_cents) == (0, 4_000)


def test_an_invoice_is_credited_in_part_where_another_loss_was_given_up(says: Says) -> None:
    by = make_merchant_user("Opal")
    for number, way in enumerate(("bad_debt", "credit_note")):
        parts: dict[str, Any] = {"id": f"du_{number}", "amount_cents": 12_000}
        dispute = says(moved(number, -12_000, AT), status="lost", **parts)
        settle_dispute(dispute=dispute, way=way, reason="ainsi", by=by, at=AT)
    invoice = Invoice.objects.get(kind="invoice")
    assert (invoice.state, books("receivable")) == ("credited_partly", 0)


def test_money_back_while_the_bank_still_calls_it_lost_waits_for_its_word(says: Says) -> None:
    taken, given = moved(1, -24_000, AT), moved(2, 24_000, AT)
    says(taken, status="lost")
    assert says(taken, given, status="lost").counted_cents == 24_000
    assert not LedgerTransaction.objects.filter(kind="dispute_regained").exists()
    says(taken, given, status="won")
    assert LedgerTransaction.objects.filter(kind="dispute_regained").count() == 1


@pytest.mark.parametrize("over", ["won", "lost", "prevented", "warning_closed"])
def test_dispute_is_closed_once_and_open_again_where_it_begins_anew(says: Says, over: str) -> None:
    begins = "warning_needs_response" if over == "warning_closed" else "needs_response"
    assert says(status=begins).closed_at is None
    assert says(at=AT + A_DAY, status=over).closed_at == AT + A_DAY
    assert says(at=AT + 2 * A_DAY, status=over).closed_at == AT + A_DAY


def test_a_question_that_becomes_a_dispute_is_open_again(says: Says) -> None:
    says(status="warning_needs_response")
    assert says(status="warning_closed").closed_at == AT
    assert says(status="needs_response").closed_at is None


def test_dispute_waits_for_its_mail_at_a_new_state_only(says: Says) -> None:
    says()
    Dispute.objects.update(mailed_at=AT)
    assert says(reason="fraudulent").mailed_at == AT
    assert Dispute.objects.get().reason == "fraudulent"
    assert says(status="under_review").mailed_at is None
