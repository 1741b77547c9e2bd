"""The books can only be added to, and nothing in them is off by a cent."""

import pytest
from django.db import IntegrityError, connection, connections, transaction

from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.models import Account, LedgerEntry, LedgerTransaction
from tests.fixtures.people import AT

BALANCED = [Line(Account.STRIPE_BALANCE, 100), Line(Account.BANK_TRANSIT, -100)]


def test_a_key_is_written_once(db: None) -> None:
    assert posting.post("key", BALANCED, kind="test", at=AT)
    assert not posting.post("key", BALANCED, kind="test", at=AT)
    assert LedgerEntry.objects.count() == 2


def test_unbalanced_transaction_is_refused_where_it_is_posted(db: None) -> None:
    with pytest.raises(IntegrityError, match="sum 1"), transaction.atomic():
        posting.post("key", [*BALANCED, Line(Account.ROUNDING, 1)], kind="test", at=AT)
    assert not LedgerTransaction.objects.exists()


def test_one_entry_alone_is_refused(db: None) -> None:
    with pytest.raises(IntegrityError, match="1 entries"), transaction.atomic():
        posting.post("key", BALANCED[:1], kind="test", at=AT)


def test_an_event_without_an_amount_leaves_no_trace(db: None) -> None:
    nothing = postings.shared(shares={}, sale_id=1)
    assert not posting.post("key", nothing, kind="test", at=AT)
    assert not LedgerTransaction.objects.exists()


def test_a_step_is_written_at_once_and_in_its_order(db: None) -> None:
    posting.post("known", BALANCED, kind="test", at=AT)
    step = [
        posting.Event("first", BALANCED, "test", AT, "ch_1"),
        posting.Event("known", BALANCED, "test", AT),
        posting.Event("of nothing", [Line(Account.ROUNDING, 0)], "test", AT),
        posting.Event("second", [*BALANCED[::-1]], "test", AT),
    ]
    assert posting.post_all(step) == {"first", "second"}
    assert posting.post_all(step) == set()
    written = LedgerEntry.objects.filter(transaction__business_key__in=["first", "second"])
    assert list(written.values_list("transaction__business_key", "amount_cents")) == [
        ("first", 100),
        ("first", -100),
        ("second", -100),
        ("second", 100),
    ]
    assert LedgerTransaction.objects.get(business_key="first").source_ref == "ch_1"


def test_a_step_with_one_event_that_does_not_balance_is_refused_whole(db: None) -> None:
    off = posting.Event("off", [*BALANCED, Line(Account.ROUNDING, -2)], "test", AT)
    with pytest.raises(IntegrityError, match="sum -2"), transaction.atomic():
        posting.post_all([posting.Event("right", BALANCED, "test", AT), off])
    assert not LedgerTransaction.objects.exists()


def test_a_check_that_is_over_opens_no_way_to_unbalance_later(own_database: None) -> None:
    """An entry of its own statement, after the transaction was found balanced once."""

    def add_later() -> None:
        with transaction.atomic():
            posting.post("key", BALANCED, kind="test", at=AT)
            found = LedgerTransaction.objects.get()
            LedgerEntry.objects.create(transaction=found, account="rounding", amount_cents=1)

    with pytest.raises(IntegrityError, match="sum 1"):
        add_later()
    assert not LedgerTransaction.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_ledgerentry SET amount_cents = amount_cents + 1",
        "DELETE FROM billing_ledgerentry",
        "TRUNCATE billing_ledgerentry",
        "UPDATE billing_ledgertransaction SET note = 'changed'",
        "DELETE FROM billing_ledgertransaction",
        "TRUNCATE billing_ledgertransaction CASCADE",
    ],
)
def test_the_owner_of_the_tables_cannot_edit_either(own_database: None, statement: str) -> None:
    posting.post("key", BALANCED, kind="test", at=AT)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert LedgerEntry.objects.count() == 2


def test_the_app_may_not_even_try(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'troovon_public'"
            " AND table_name IN ('billing_ledgertransaction', 'billing_ledgerentry')"
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


def test_an_entry_added_later_is_refused(own_database: None) -> None:
    posting.post("key", BALANCED, kind="test", at=AT)
    closed = LedgerTransaction.objects.get()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        LedgerEntry.objects.create(transaction=closed, account=Account.ROUNDING, amount_cents=1)


def test_transaction_written_around_the_ledger_fails_at_the_commit(own_database: None) -> None:
    with pytest.raises(IntegrityError, match="0 entries"), transaction.atomic():
        LedgerTransaction.objects.create(business_key="alone", kind="test", occurred_at=AT)
