"""The accounts of a year as the file required by French tax inspectors (FEC).

It is written line by line while the ledger is read: a year of a million entries needs only the
memory of a quiet year. The opening balances come first, as required by article A47 A-1 of the livre
des procédures fiscales; results of earlier years are carried forward in a single line.
"""

import datetime as dt
import itertools
from collections.abc import Iterator

from billing.ledger.queries.accounting import BookRow, OpeningRow, book_rows, day_of, opening_rows
from billing.ledger.queries.seller import siren
from billing.ledger.rules import chart, fec
from billing.ledger.rules.chart import CHART, ChartAccount, Journal
from billing.ledger.rules.fec import FecLine

OPENING_NUMBER = "1"  # kept free by `settlement.numbering`
ENCODING = fec.ENCODING
faults = fec.faults


def file_name(year: int) -> str:
    """Name the file of a year as the tax office asks: 732829320FEC20261231.txt."""
    return f"{siren()}FEC{year}1231.txt"


def write(year: int) -> Iterator[str]:
    """Yield the lines of the file of a year, each with its end: all entries with a number."""
    yield fec.header()
    for line in opening(year):
        yield fec.written(line)
    for row in book_rows(year):
        yield fec.written(_line(row))


def opening(year: int) -> Iterator[FecLine]:
    """Yield lines that carry forward the balance sheet, and the results of earlier years.

    An account has a line for each auxiliary; an account without auxiliaries has a single line.
    """
    results = 0
    for account, rows in itertools.groupby(opening_rows(year), key=lambda row: row.account):
        if account is None or not chart.is_of_balance_sheet(account):
            results += sum(row.cents for row in rows)
        elif CHART[account].of:
            yield from (_opening_line(year, CHART[account], row) for row in rows)
        elif cents := sum(row.cents for row in rows):
            yield _opening_line(year, CHART[account], OpeningRow(account, cents))
    if results:
        account = chart.LOSS_BROUGHT_FORWARD if results > 0 else chart.PROFIT_BROUGHT_FORWARD
        yield _opening_line(year, account, OpeningRow(account=None, cents=results))


def _opening_line(year: int, account: ChartAccount, row: OpeningRow) -> FecLine:
    begins = fec.day(dt.date(year, 1, 1))
    code, name = Journal.OPENING.value
    return FecLine(
        journal_code=code,
        journal_lib=name,
        ecriture_num=OPENING_NUMBER,
        ecriture_date=begins,
        compte_num=account.number,
        compte_lib=fec.plain(account.name),
        comp_aux_num=row.auxiliary if account.of else "",
        comp_aux_lib=fec.plain(row.auxiliary_name) if account.of else "",
        piece_ref=f"AN{year}",
        piece_date=begins,
        ecriture_lib="Reprise des soldes",
        debit=fec.amount(max(row.cents, 0)),
        credit=fec.amount(min(row.cents, 0)),
        valid_date=begins,
    )


def _line(row: BookRow) -> FecLine:
    account = CHART[row.account]
    code, name = chart.journal_of(row.kind).value
    occurred = day_of(row.occurred_at)
    return FecLine(
        journal_code=code,
        journal_lib=name,
        ecriture_num=str(row.number),
        ecriture_date=fec.day(row.booked_on),
        compte_num=account.number,
        compte_lib=fec.plain(account.name),
        comp_aux_num=row.auxiliary if account.of else "",
        comp_aux_lib=fec.plain(row.auxiliary_name) if account.of else "",
        piece_ref=fec.plain(row.piece),
        piece_date=fec.day(day_of(row.paper_at) if row.paper_at else occurred),
        ecriture_lib=fec.plain(row.words),
        debit=fec.amount(max(row.cents, 0)),
        credit=fec.amount(min(row.cents, 0)),
        ecriture_let=f"V{row.sale_id}" if row.lettered_at else "",
        date_let=fec.day(day_of(row.lettered_at)) if row.lettered_at else "",
        valid_date=fec.day(day_of(row.valid_at)),
    )
