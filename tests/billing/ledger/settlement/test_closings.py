"""Balances at any past moment, despite late and simultaneous postings."""

import datetime as dt
import threading
import zoneinfo

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger import posting
from billing.ledger.queries.balances import balances_at, books, sums_at
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import closings
from billing.models import Account, LedgerBalance, LedgerClosing
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import AT

pytestmark = pytest.mark.usefixtures("own_database")

A_DAY = dt.timedelta(days=1)


def book(key: str, cents: int, *, at: dt.datetime) -> None:
    lines = [Line(Account.STRIPE_BALANCE, cents), Line(Account.BANK_TRANSIT, -cents)]
    assert posting.post(key, lines, kind="test", at=at)


def of_all_the_books(moment: dt.datetime) -> dict[Account, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, sum(amount_cents)::bigint FROM billing_ledgerentry entry"
            " JOIN billing_ledgertransaction event ON event.id = entry.transaction_id"
            " WHERE occurred_at <= %s GROUP BY account HAVING sum(amount_cents) <> 0",
            [moment],
        )
        return {Account(account): cents for account, cents in cursor.fetchall()}


def test_each_day_that_is_over_is_added_up_once() -> None:
    book("first", 100, at=AT - 3 * A_DAY)
    book("last", 7, at=AT)
    assert closings.close_books(at=AT) == 3
    assert closings.close_books(at=AT) == 0
    assert sums_at(AT - A_DAY)[Account.STRIPE_BALANCE] == 100
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 107
    assert sums_at(AT - 4 * A_DAY) == {}


def test_late_entry_counts_in_past_balances_before_and_after_the_night() -> None:
    book("first", 100, at=AT - 3 * A_DAY)
    closings.close_books(at=AT)
    book("late", 11, at=AT - 2 * A_DAY)
    sums = {days: of_all_the_books(AT - days * A_DAY) for days in range(4)}
    assert {days: sums_at(AT - days * A_DAY) for days in range(4)} == sums
    assert sums[0][Account.STRIPE_BALANCE] == 111
    closings.close_books(at=AT)
    assert {days: sums_at(AT - days * A_DAY) for days in range(4)} == sums
    assert closings.is_right()


def test_days_before_the_first_that_was_added_up_are_added_up_too() -> None:
    book("young", 100, at=AT - A_DAY)
    assert closings.close_books(at=AT) == 1
    book("old", 11, at=AT - 5 * A_DAY)
    assert closings.close_books(at=AT) == 4
    assert closings.close_books(at=AT) == 0
    assert LedgerClosing.objects.values("open_xid").distinct().count() == 1
    sums = {days: of_all_the_books(AT - days * A_DAY) for days in range(7)}
    assert {days: sums_at(AT - days * A_DAY) for days in range(7)} == sums
    LedgerBalance.objects.filter(closing__closed_at__lt=AT - 3 * A_DAY).update(amount_cents=1)
    assert sums_at(AT - 3 * A_DAY)[Account.STRIPE_BALANCE] == 1  # read from the closing before it
    assert closings.is_right()


def test_a_day_before_all_others_knows_the_books_as_far_as_they_do() -> None:
    book("young", 100, at=AT - A_DAY)
    closings.close_books(at=AT)
    LedgerClosing.objects.update(open_xid=F("open_xid") - 1)
    closings._close(AT - 5 * A_DAY)  # noqa: SLF001 - as a night does that was killed before it
    first, last = LedgerClosing.objects.values_list("open_xid", flat=True)
    assert first == last


def test_books_in_which_nothing_stands_are_right() -> None:
    assert closings.is_right()
    assert closings.close_books(at=AT) == 0
    assert not LedgerClosing.objects.exists()


def test_a_day_is_over_at_midnight_in_paris() -> None:
    midnight = dt.datetime.combine(AT.date(), dt.time(), zoneinfo.ZoneInfo("Europe/Paris"))
    book("first", 100, at=midnight - dt.timedelta(hours=1))
    assert closings.close_books(at=midnight - dt.timedelta(seconds=1)) == 0
    assert closings.close_books(at=midnight) == 1


def test_late_entries_that_sum_to_nothing_leave_no_balance() -> None:
    book("first", 100, at=AT - 3 * A_DAY)
    closings.close_books(at=AT)
    book("nearly all of it", -99, at=AT - 3 * A_DAY)
    closings.take_in_late()
    assert sums_at(AT) == {Account.STRIPE_BALANCE: 1, Account.BANK_TRANSIT: -1}
    book("the rest", -1, at=AT - 3 * A_DAY)
    closings.take_in_late()
    assert not LedgerBalance.objects.exists()


def test_a_transaction_that_is_open_while_the_books_are_added_up_is_counted_once() -> None:
    """Its number is older than the closing, and its entries are seen only after it."""
    book("first", 100, at=AT - 2 * A_DAY)
    begun, over = threading.Event(), threading.Event()

    def book_slowly() -> None:
        with transaction.atomic():
            book("slow", 23, at=AT - 2 * A_DAY)
            begun.set()
            over.wait(timeout=PATIENCE)
        connections.close_all()

    slow = threading.Thread(target=book_slowly)
    slow.start()
    assert begun.wait(timeout=PATIENCE)
    closings.close_books(at=AT)
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 100
    over.set()
    slow.join(timeout=PATIENCE)
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 123
    closings.close_books(at=AT)
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 123
    assert closings.is_right()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    steps=st.lists(
        st.one_of(st.tuples(st.integers(0, 6), st.integers(1, 500)), st.just("night")), max_size=12
    )
)
def test_balances_equal_the_books_in_any_order(steps: list[tuple[int, int] | str]) -> None:
    for step in steps:
        if isinstance(step, str):
            closings.close_books(at=AT)
            continue
        days, cents = step
        key = f"{LedgerClosing.objects.count()} {connection.connection.info.backend_pid}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM billing_ledgertransaction")
            key = f"{cursor.fetchone()[0]}"
        book(key, cents, at=AT - days * A_DAY)
    for days in range(8):
        moment = AT - days * A_DAY
        assert sums_at(moment) == of_all_the_books(moment)
    assert closings.is_right()


def test_a_closing_that_is_wrong_is_found_and_made_anew() -> None:
    book("first", 100, at=AT - 2 * A_DAY)
    closings.close_books(at=AT)
    LedgerBalance.objects.filter(account="stripe.balance").update(amount_cents=99)
    assert not closings.is_right()
    closings.close_books(at=AT)
    assert closings.is_right()
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 100


def test_closings_of_another_count_of_transactions_are_not_believed() -> None:
    """Check that another cluster's closings are ignored: a restored dump restarts the count."""
    book("first", 100, at=AT - 2 * A_DAY)
    closings.close_books(at=AT)
    LedgerBalance.objects.update(amount_cents=5)
    LedgerClosing.objects.update(open_xid=2**40)
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 100


def counted(at: dt.datetime) -> tuple[int, int]:
    """Count the books as the console's home does, and see that nothing was left out."""
    count, cents = books()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount_cents), 0)::bigint FROM billing_ledgerentry")
        assert cursor.fetchone() == (cents,)
    return count, cents


def test_balance_counts_only_entries_since_the_last_closing() -> None:
    assert counted(AT) == (0, 0)
    book("first", 100, at=AT - 3 * A_DAY)
    book("second", 100, at=AT - A_DAY)
    assert counted(AT) == (2, 0)
    closings.close_books(at=AT)
    assert counted(AT) == (0, 0)
    book("today", 7, at=AT)
    book("tomorrow", 7, at=AT + A_DAY)
    book("late", 11, at=AT - 2 * A_DAY)
    assert counted(AT) == (3, 0)
    closings.close_books(at=AT + A_DAY)
    assert counted(AT) == (1, 0)


def test_books_that_do_not_sum_up_are_seen_wherever_they_are_wrong() -> None:
    book("first", 100, at=AT - 3 * A_DAY)
    closings.close_books(at=AT)
    book("today", 7, at=AT)
    first = LedgerClosing.objects.last()
    LedgerBalance.objects.filter(closing=first).update(amount_cents=5)
    assert books() == (1, 0)
    last = LedgerClosing.objects.first()
    LedgerBalance.objects.filter(closing=last, account="stripe.balance").update(amount_cents=103)
    assert books() == (1, 3)
    LedgerClosing.objects.update(open_xid=2**60)
    assert books() == (2, 0)


def test_the_balances_of_one_council_or_merchant_are_asked_alone() -> None:
    book("first", 100, at=AT - 2 * A_DAY)
    closings.close_books(at=AT)
    own = balances_at(AT, accounts=[Account.BANK_TRANSIT])
    assert [(one.account, one.cents) for one in own] == [(Account.BANK_TRANSIT, -100)]
    assert balances_at(AT, council_id=1) == []
    assert balances_at(AT, merchant_id=1) == []
