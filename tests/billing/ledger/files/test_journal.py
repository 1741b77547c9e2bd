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
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbered() -> None:
    for key, cents in (("first", 1_250), ('a "second"; one', 7)):
        lines = [Line(Account.OTHER_COST, cents), Line(Account.BANK, -cents)]
        assert posting.post(key, lines, kind="manual", at=AT)
    number_entries(at=AT + dt.timedelta(hours=1))


@pytest.mark.usefixtures("numbered")
def test_csv_has_the_columns_of_french_packages_and_balances() -> None:
    rows = list(csv.reader("".join(journal.csv_lines(2026)).splitlines(), delimiter=";"))
    assert rows[0] == ["journal", "compte", "pièce", "date", "libellé", "débit", "crédit"]
    assert rows[1] == [
        *("OD", "658800", "first", "2026-11-25"),
        *("Écriture manuelle first", "12,50", "0,00"),
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
