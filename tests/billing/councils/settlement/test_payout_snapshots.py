"""Stripe's answers about payouts to a bank, word by word: never backwards, booked once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.councils.settlement import payouts
from billing.models import Case, LedgerEntry, LedgerTransaction, Payout, PayoutPart, Sale
from billing.stripe.gateway import treasury
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_council, make_sale
from tests.factories.stripe_objects import stripe_payout
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


def apply(at: dt.datetime, *, council_id: int | None = None, **changes: Any) -> Payout:
    payouts.apply_snapshot(stripe_payout(at, **changes), council_id=council_id, at=at + A_DAY)
    return Payout.objects.get()


def test_payout_locks_its_council_without_holding_up_its_rows() -> None:
    council = make_council("north")
    with CaptureQueriesContext(connection) as queries:
        apply(AT, council_id=council.pk)
    locks = [query["sql"] for query in queries if " FOR " in query["sql"]]
    assert [sql for sql in locks if "billing_council" in sql and sql.endswith("NO KEY UPDATE")]


@pytest.fixture
def sale(campaign: Campaign) -> Sale:
    """Return a sale without any share."""
    return make_sale(campaign, at=AT)


def parts() -> list[tuple[int, int | None]]:
    return list(PayoutPart.objects.values_list("amount_cents", "sale"))


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        ("pending", "pending", "pending"),
        ("pending", "in_transit", "in_transit"),
        ("in_transit", "pending", "in_transit"),
        ("in_transit", "paid", "paid"),
        ("paid", "in_transit", "paid"),
        ("paid", "pending", "paid"),
        ("paid", "failed", "failed"),
        ("failed", "paid", "failed"),
        ("in_transit", "canceled", "canceled"),
        ("paid", "canceled", "canceled"),
        ("canceled", "paid", "canceled"),
        ("canceled", "failed", "failed"),
        ("failed", "canceled", "canceled"),
        ("in_transit", "unheard_of", "in_transit"),
    ],
)
def test_earlier_word_never_follows_a_later(before: str, word: str, after: str) -> None:
    apply(AT, status=before)
    found = apply(AT, status=word, failure="told last")
    assert found.state == after
    assert found.failure == ("told last" if after == word else "")


def test_listed_payout_is_not_fetched_again_and_one_longer_on_its_way_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched: list[tuple[str, str]] = []

    def fetch(payout_id: str, *, account: str) -> treasury.Payout:
        fetched.append((payout_id, account))
        return stripe_payout(AT, id=payout_id)

    listed = [stripe_payout(AT, status="in_transit")]
    monkeypatch.setattr(treasury, "payouts_since", lambda *_, **__: listed)
    monkeypatch.setattr(treasury, "payout", fetch)
    apply(AT, id="po_before", status="pending", balance_transaction="")
    payouts.sync_lately(None, days=2, at=AT)
    assert fetched == [("po_before", "")]
    assert dict(Payout.objects.values_list("stripe_id", "state")) == {
        "po_before": "paid",
        "po_1": "in_transit",
    }


def test_in_another_currency_it_is_looked_at_by_a_person() -> None:
    payouts.apply_snapshot(stripe_payout(AT, currency="chf"), council_id=None, at=AT)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.stripe_cents, case.details) == (
        "currency",
        "po_1",
        100,
        "payout in chf",
    )
    assert not Payout.objects.exists()


def test_payout_is_stored_as_it_was_made() -> None:
    found = apply(AT, failure_balance_transaction="txn_back", arrives_on=AT.date() + A_DAY)
    assert (found.amount_cents, found.made_at, found.council_id) == (100, AT, None)
    assert found.arrives_on == AT.date() + A_DAY
    assert (found.balance_transaction, found.failure_balance_transaction) == (
        "txn_left",
        "txn_back",
    )


def test_parts_of_a_payout_are_settled_at_its_first_snapshot(sale: Sale) -> None:
    apply(AT + A_DAY, status="pending")
    apply(AT + A_DAY)
    assert parts() == [(100, sale.pk)]


@pytest.mark.parametrize("changes", [{"status": "failed"}, {"status": "canceled"}])
def test_payout_that_did_not_leave_has_no_parts(sale: Sale, changes: dict[str, Any]) -> None:
    apply(AT + A_DAY, **changes)
    assert parts() == []


@pytest.mark.parametrize("cents", [-5, 0])
def test_money_from_our_bank_has_no_parts(sale: Sale, cents: int) -> None:
    apply(AT + A_DAY, amount_cents=cents)
    assert parts() == []


def test_a_single_cent_has_its_owner_too(sale: Sale) -> None:
    apply(AT + A_DAY, amount_cents=1)
    assert parts() == [(1, sale.pk)]


def test_payout_and_its_return_are_each_booked_once_at_their_moment() -> None:
    apply(AT, balance_transaction="")
    assert not LedgerTransaction.objects.exists()
    apply(AT)
    apply(AT, status="failed", failure_balance_transaction="txn_back")
    booked = LedgerTransaction.objects.order_by("pk")
    columns = ("business_key", "kind", "occurred_at", "source_ref")
    assert list(booked.values_list(*columns)) == [
        ("bt:txn_left", "paid_out", AT, "po_1"),
        ("bt:txn_back", "payout_failed", AT + A_DAY, "po_1"),
    ]
    bank = LedgerEntry.objects.filter(account="bank.transit").order_by("pk")
    assert list(bank.values_list("amount_cents", flat=True)) == [100, -100]


def test_payout_of_a_council_books_none_of_our_money() -> None:
    council = make_council("north", account="acct_north")
    assert apply(AT, council_id=council.pk).council_id == council.pk
    assert not LedgerTransaction.objects.exists()
