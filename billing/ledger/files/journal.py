"""The entries of a year for other programs: CSV for French accounting packages, and beancount.

Both hold the numbered entries alone, in the order of their numbers. The CSV has the seven columns
that French packages import; days are written as in ISO 8601, amounts with a decimal comma.
Beancount (v3) wants an account's type in its name: class 1 to 5 are assets or liabilities, 6
expenses, 7 income.
"""

import datetime as dt
import itertools
from collections.abc import Iterator

from billing.ledger.queries.accounting import BookRow, book_rows
from billing.ledger.rules import chart, fec
from billing.ledger.rules.chart import CHART, ChartAccount
from saas.kernel.values import cells

COLUMNS = ("journal", "compte", "pièce", "date", "libellé", "débit", "crédit")
_TYPES = {"1": "Equity", "4": "Liabilities", "5": "Assets", "6": "Expenses", "7": "Income"}


def csv_lines(year: int) -> Iterator[str]:
    """Yield the lines of a year's journal as CSV (separator `;`), its header first."""
    yield cells.line(COLUMNS)
    for row in book_rows(year):
        yield cells.line(
            (
                chart.journal_of(row.kind).value[0],
                CHART[row.account].number,
                cells.text(row.piece),
                row.booked_on.isoformat(),
                cells.text(row.words),
                cells.amount(max(row.cents, 0)),
                cells.amount(abs(min(row.cents, 0))),
            )
        )


def beancount_lines(year: int) -> Iterator[str]:
    """Yield a year's entries as a beancount file, each account opened on its first of January."""
    yield f'option "title" "Troovon {year}"\noption "operating_currency" "EUR"\n\n'
    for account in CHART.values():
        yield f"{dt.date(year, 1, 1).isoformat()} open {account_name(account)} EUR\n"
    for _number, rows in itertools.groupby(book_rows(year), key=lambda row: row.number):
        yield _beancount_entry(list(rows))


def account_name(account: ChartAccount) -> str:
    """Return an account's name in beancount: its type and its number, such as `Assets:A517000`."""
    return f"{_TYPES[account.number[0]]}:A{account.number}"


def _beancount_entry(rows: list[BookRow]) -> str:
    first = rows[0]
    words = fec.plain(first.words)
    words = words.replace("\\", "").replace('"', "'")
    lines = [f'\n{first.booked_on.isoformat()} * "{words}"\n', f'  number: "{first.number}"\n']
    for row in rows:
        euros, cents = divmod(abs(row.cents), 100)
        sign = "-" if row.cents < 0 else ""
        lines.append(f"  {account_name(CHART[row.account])}  {sign}{euros}.{cents:02d} EUR\n")
    return "".join(lines)
