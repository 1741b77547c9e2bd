"""Locked months and closed years: late entries, kept files and refused changes."""

import datetime as dt
import hashlib

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from billing.ledger import posting
from billing.ledger.actions import periods
from billing.ledger.files import fec
from billing.ledger.queries.periods import is_locked, months_of
from billing.ledger.rules import fec as rules
from billing.ledger.rules.postings import Line
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account, ClosedYear, EntryNumber, PeriodAct
from saas.accounts.models import User
from saas.kernel.errors import Refused
from tests.fixtures.people import make_user

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
NEXT_YEAR = dt.datetime(2027, 2, 3, 9, tzinfo=dt.UTC)


@pytest.fixture
def by() -> User:
    return make_user("Ada")


def book(key: str, *, day: dt.date, cents: int = 100) -> None:
    at = dt.datetime.combine(day, dt.time(11), dt.UTC)
    lines = [Line(Account.STRIPE_BALANCE, cents), Line(Account.OTHER_INCOME, -cents)]
    assert posting.post(key, lines, kind="captured", at=at)


def number_of(key: str) -> EntryNumber:
    return EntryNumber.objects.get(transaction__business_key=key)


def lock_all(year: int, *, by: User) -> None:
    for month in months_of(year):
        periods.lock_month(month=month, by=by, at=NEXT_YEAR)


def test_late_entry_of_a_locked_month_is_booked_on_the_first_open_day(by: User) -> None:
    book("early", day=dt.date(2026, 11, 20))
    periods.lock_month(month=NOVEMBER, by=by, at=NEXT_YEAR)
    periods.lock_month(month=DECEMBER, by=by, at=NEXT_YEAR)
    book("late", day=dt.date(2026, 11, 21))
    number_entries(at=NEXT_YEAR)
    assert number_of("early").booked_on == dt.date(2026, 11, 20)
    late = number_of("late")
    assert (late.booked_on, late.year, late.number) == (dt.date(2027, 1, 1), 2027, 2)
    [line] = [text for text in fec.write(2027) if "late" in text and "517000" in text]
    assert line.split("\t")[3] == "20270101"
    assert line.split("\t")[9] == "20261121"  # the piece keeps its own day
    assert line.split("\t")[10].endswith("late, du 21/11/2026")
    [early] = [text for text in fec.write(2026) if "early" in text and "517000" in text]
    assert early.split("\t")[10].endswith(" early")


def test_each_year_counts_its_own_entries(by: User) -> None:
    for number in range(3):
        book(f"old {number}", day=dt.date(2026, 11, 20 + number))
    number_entries(at=NEXT_YEAR)
    for number in range(2):
        book(f"new {number}", day=dt.date(2027, 1, 20 + number))
    number_entries(at=NEXT_YEAR)
    book("late", day=dt.date(2026, 12, 30))
    book("last", day=dt.date(2027, 1, 30))
    number_entries(at=NEXT_YEAR)
    keys = ("old 0", "old 1", "old 2", "late", "new 0", "new 1", "last")
    assert [number_of(key).number for key in keys] == [1, 2, 3, 4, 2, 3, 4]
    for year in (2026, 2027):
        assert rules.faults("".join(fec.write(year)).splitlines(), year=year) == []


def test_month_that_is_not_over_is_not_locked(by: User) -> None:
    book("now", day=dt.date(2027, 2, 1))
    with pytest.raises(Refused, match="pas terminé"):
        periods.lock_month(month=dt.date(2027, 2, 1), by=by, at=NEXT_YEAR)
    assert not is_locked(dt.date(2027, 2, 1))


def test_month_is_reopened_for_a_reason_that_is_kept(by: User) -> None:
    periods.lock_month(month=NOVEMBER, by=by, at=NEXT_YEAR)
    with pytest.raises(Refused, match="déjà verrouillé"):
        periods.lock_month(month=NOVEMBER, by=by, at=NEXT_YEAR)
    with pytest.raises(Refused, match="pourquoi"):
        periods.reopen_month(month=NOVEMBER, reason=" ", by=by, at=NEXT_YEAR)
    periods.reopen_month(month=NOVEMBER, reason="Facture oubliée", by=by, at=NEXT_YEAR)
    assert not is_locked(NOVEMBER)
    acts = PeriodAct.objects.filter(month=NOVEMBER).values_list("kind", "reason")
    assert list(acts) == [("locked", ""), ("reopened", "Facture oubliée")]
    with pytest.raises(Refused, match="déjà ouvert"):
        periods.reopen_month(month=NOVEMBER, reason="Encore", by=by, at=NEXT_YEAR)


def test_closed_year_keeps_its_file_to_the_byte(by: User) -> None:
    book("sold", day=dt.date(2026, 11, 20))
    lock_all(2026, by=by)
    closed = periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    with default_storage.open(closed.file) as stored:
        content = stored.read()
    assert hashlib.sha256(content).hexdigest() == closed.sha256
    assert (closed.entries, closed.result_cents) == (1, 100)
    book("late", day=dt.date(2026, 12, 30), cents=7)
    number_entries(at=NEXT_YEAR)
    assert "".join(fec.write(2026)).encode(fec.ENCODING) == content
    assert number_of("late").year == 2027
    opening = [line for line in fec.write(2027) if line.startswith("AN")]
    assert [line.split("\t")[11:13] for line in opening] == [["1,00", "0,00"], ["0,00", "1,00"]]


@pytest.mark.parametrize("locks", [0, 11])
def test_year_with_an_open_month_is_not_closed(by: User, locks: int) -> None:
    book("sold", day=dt.date(2026, 11, 20))
    for month in months_of(2026)[:locks]:
        periods.lock_month(month=month, by=by, at=NEXT_YEAR)
    with pytest.raises(Refused, match="Verrouillez"):
        periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    assert not ClosedYear.objects.exists()


def test_years_are_closed_in_their_order_and_once(by: User) -> None:
    book("first", day=dt.date(2025, 12, 20))
    book("second", day=dt.date(2026, 11, 20))
    lock_all(2026, by=by)
    with pytest.raises(Refused, match="2025"):
        periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    lock_all(2025, by=by)
    periods.close_year(year=2025, by=by, at=NEXT_YEAR)
    periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    with pytest.raises(Refused, match="déjà clos"):
        periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    with pytest.raises(Refused, match="clos"):
        periods.reopen_month(month=NOVEMBER, reason="Non", by=by, at=NEXT_YEAR)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_entrynumber SET number = 9",
        "DELETE FROM billing_entrynumber",
        "UPDATE billing_closedyear SET sha256 = 'x'",
        "DELETE FROM billing_periodact",
        (
            "INSERT INTO billing_entrynumber (transaction_id, year, number, booked_on, numbered_at)"
            " SELECT id, 2026, 9, '2026-11-05', now() FROM billing_ledgertransaction"
        ),
    ],
)
def test_database_refuses_changes_of_closed_books(by: User, statement: str) -> None:
    book("sold", day=dt.date(2026, 11, 20))
    lock_all(2026, by=by)
    periods.close_year(year=2026, by=by, at=NEXT_YEAR)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
