"""The entries of a year for other programs: CSV for French accounting packages, and beancount.

Both hold the opening balances and the numbered entries, in the order of their numbers, as the
accounts' file (FEC) does. The CSV begins with the seven columns that French packages import, and
ends with the entry's number and its auxiliary; days are written as in ISO 8601, amounts with a
decimal comma.
Beancount (v3) wants an account's type in its name: class 1 to 5 are assets or liabilities, 6
expenses, 7 income.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator

from billing.ledger.files import fec as fec_file
from billing.ledger.files.fec import OPENING_NUMBER
from billing.ledger.queries.accounting import BookRow, book_rows
from billing.ledger.rules import chart, fec
from billing.ledger.rules.chart import CHART, ChartAccount
from saas.kernel.values import cells

_SEVEN = ("journal", "compte", "pièce", "date", "libellé", "débit", "crédit")
COLUMNS = (*_SEVEN, "écriture", "auxiliaire", "nom de l’auxiliaire")
_TYPES = {"1": "Equity", "4": "Liabilities", "5": "Assets", "6": "Expenses", "7": "Income"}


def csv_lines(year: int) -> Iterator[str]:
    """Yield the lines of a year's journal as CSV (separator `;`), its header first."""
    yield cells.BYTE_ORDER_MARK + cells.line(COLUMNS)
    for line in fec_file.opening(year):
        yield cells.line(
            (
                line.journal_code,
                line.compte_num,
                line.piece_ref,
                dt.date(year, 1, 1).isoformat(),
                line.ecriture_lib,
                line.debit,
                line.credit,
                line.ecriture_num,
                line.comp_aux_num,
                cells.text(line.comp_aux_lib),
            )
        )
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
                str(row.number),
                *_auxiliary(row),
            )
        )


def _auxiliary(row: BookRow) -> tuple[str, str]:
    """Return the reference and the name of a row's auxiliary, if its account has any."""
    has_owner = bool(CHART[row.account].of)
    return (row.auxiliary, cells.text(row.auxiliary_name)) if has_owner else ("", "")


def beancount_lines(year: int) -> Iterator[str]:
    """Yield a year's entries as a beancount file, each account opened on its first of January."""
    yield f'option "title" "Troovon {year}"\noption "operating_currency" "EUR"\n\n'
    for account in (*CHART.values(), *chart.BROUGHT_FORWARD):
        yield f"{dt.date(year, 1, 1).isoformat()} open {account_name(account)} EUR\n"
    carried = [(account_of(line.compte_num), line.cents) for line in fec_file.opening(year)]
    if carried:
        day = dt.date(year, 1, 1)
        yield _entry("Reprise des soldes", carried, number=OPENING_NUMBER, day=day)
    for number, rows in itertools.groupby(book_rows(year), key=lambda row: row.number):
        first, *others = rows
        lines = [(CHART[row.account], row.cents) for row in (first, *others)]
        yield _entry(first.words, lines, number=str(number), day=first.booked_on)


def account_of(number: str) -> ChartAccount:
    """Return an account of the chart by its number."""
    return next(one for one in (*CHART.values(), *chart.BROUGHT_FORWARD) if one.number == number)


def account_name(account: ChartAccount) -> str:
    """Return an account's name in beancount: its type and its number, such as `Assets:A517000`."""
    return f"{_TYPES[account.number[0]]}:A{account.number}"


def _entry(
    words: str, lines: Iterable[tuple[ChartAccount, int]], *, number: str, day: dt.date
) -> str:
    quoted = fec.plain(words).replace("\\", "").replace('"', "'")
    written = [f'\n{day.isoformat()} * "{quoted}"\n', f'  number: "{number}"\n']
    for account, amount in lines:
        euros, cents = divmod(abs(amount), 100)
        sign = "-" if amount < 0 else ""
        written.append(f"  {account_name(account)}  {sign}{euros}.{cents:02d} EUR\n")
    return "".join(written)
