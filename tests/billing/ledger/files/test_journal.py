"""Exports of a year's journal: the same cents as the ledger, in the forms of other programs."""

import csv
import datetime as dt
import re
from decimal import Decimal

import pytest

from billing.ledger import posting
from billing.ledger.files import journal
from billing.ledger.rules.postings import Line
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account
from saas.kernel.values import cells
from tests.factories.billing import make_council
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbered() -> None:
    for key, cents in (("first", 1_250), ('a "second"; one', 7)):
        lines = [Line(Account.OTHER_COST, cents), Line(Account.BANK, -cents)]
        assert posting.post(key, lines, kind="manual", at=AT)
    number_entries(at=AT + dt.timedelta(hours=1))


def csv_rows(year: int) -> list[list[str]]:
    text = "".join(journal.csv_lines(year))
    assert text[0] == cells.BYTE_ORDER_MARK
    return list(csv.reader(text[1:].splitlines(), delimiter=";"))


@pytest.mark.usefixtures("numbered")
def test_csv_has_the_columns_of_french_packages_and_balances() -> None:
    rows = csv_rows(2026)
    assert rows[0][:7] == ["journal", "compte", "pièce", "date", "libellé", "débit", "crédit"]
    assert rows[1] == [
        *("OD", "658800", "first", "2026-11-25"),
        *("Écriture manuelle first", "12,50", "0,00", "1", "", ""),
    ]
    assert rows[3][2] == 'a "second"; one'
    sums = [sum(Decimal(row[column].replace(",", ".")) for row in rows[1:]) for column in (5, 6)]
    assert sums == [Decimal("12.57"), Decimal("12.57")]


@pytest.mark.usefixtures("numbered")
def test_beancount_opens_its_accounts_and_balances_each_entry() -> None:
    text = "".join(journal.beancount_lines(2026))
    opened = set(re.findall(r"^2026-01-01 open (\S+) EUR$", text, re.MULTILINE))
    entries = text.split("\n2026-11-25 * ")[1:]
    assert [entry.split("\n")[0] for entry in entries] == [
        '"Écriture manuelle first"',
        "\"Écriture manuelle a 'second'; one\"",
    ]
    for entry in entries:
        lines = re.findall(r"^  (\S+)  (-?[\d.]+) EUR$", entry, re.MULTILINE)
        assert {account for account, _euros in lines} <= opened
        assert sum(Decimal(euros) for _account, euros in lines) == 0
    assert "Expenses:A658800  12.50 EUR" in text


def test_year_without_an_entry_has_an_empty_journal() -> None:
    assert len(list(journal.csv_lines(2019))) == 1


@pytest.mark.usefixtures("numbered")
def test_next_year_begins_with_the_balances_of_the_file_for_inspectors() -> None:
    council = make_council("north")
    held = [
        Line(Account.SHARE_COST, 100, council_id=council.pk),
        Line(Account.SHARE_HELD, -100, council_id=council.pk),
    ]
    for key, year in (("now", 2026), ("later", 2027)):
        day = dt.datetime(year, 12, 1, 12, tzinfo=dt.UTC)
        posting.post(key, held, kind="shared", at=day)
    number_entries(at=dt.datetime(2027, 12, 2, tzinfo=dt.UTC))
    opening = [row for row in csv_rows(2027)[1:] if row[0] == "AN"]
    assert [[row[1], *row[5:9]] for row in opening] == [
        ["512000", "0,00", "12,57", "1", ""],
        ["467100", "0,00", "1,00", "1", council.reference],
        ["119000", "13,57", "0,00", "1", ""],
    ]
    [later] = [row for row in csv_rows(2027) if row[1] == "467100" and row[0] == "OD"]
    assert later[7:] == ["2", council.reference, council.name]
    text = "".join(journal.beancount_lines(2027))
    assert '2027-01-01 * "Reprise des soldes"' in text
    assert "Equity:A119000  13.57 EUR" in text
