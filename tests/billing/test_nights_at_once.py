"""Two nights, or two payments to our bank, at the same moment: nothing is counted twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from billing.councils.settlement import payouts
from billing.ledger import posting
from billing.ledger.queries.balances import sums_at
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import closings
from billing.models import Account, LedgerClosing, PayoutPart
from billing.orders.settlement import payments
from tests.billing.councils.settlement.test_payout_snapshots import payout_of
from tests.billing.test_circles import elsewhere, wait_until_somebody_waits_for_us
from tests.factories.billing import make_campaign, make_paid_session, make_shop
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import AT

pytestmark = pytest.mark.usefixtures("own_database")

A_DAY = dt.timedelta(days=1)


def book(key: str, cents: int, *, at: dt.datetime) -> None:
    lines = [Line(Account.STRIPE_BALANCE, cents), Line(Account.BANK_TRANSIT, -cents)]
    assert posting.post(key, lines, kind="test", at=at)


def test_late_entry_is_taken_in_once() -> None:
    book("first", 100, at=AT - 2 * A_DAY)
    closings.close_books(at=AT)
    book("late", 11, at=AT - 2 * A_DAY)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            closings.take_in_late()
            other = elsewhere(threads, closings.take_in_late)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    assert closings.is_right()
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 111


def test_a_day_is_added_up_once_and_the_second_night_goes_on() -> None:
    book("first", 100, at=AT - A_DAY)
    close = closings._close  # noqa: SLF001 - whoever comes second knows the day as missing still
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            close(AT)
            other = elsewhere(threads, close, AT)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    assert LedgerClosing.objects.count() == 1
    assert closings.is_right()


def test_two_payments_to_our_bank_share_no_cent() -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    payment_id, session = make_paid_session(campaign, at=AT)
    payments.apply_snapshot(payment_id, session, at=AT)
    later, all_of_it = AT + A_DAY, 24_000 - 43

    def pay_out(name: str, cents: int) -> None:
        left = payout_of(later, id=name, amount_cents=cents, balance_transaction="")
        payouts.apply_snapshot(left, council_id=None, at=later)

    pay_out("po_before", 957)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            pay_out("po_one", 20_000)
            other = elsewhere(threads, pay_out, "po_other", 20_000)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    parts = dict(PayoutPart.objects.values_list("payout__stripe_id", "amount_cents"))
    assert parts == {"po_before": 957, "po_one": 20_000, "po_other": all_of_it - 20_957}
