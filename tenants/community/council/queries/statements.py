"""Existing statements, usual periods for new statements, and the journal as a sheet."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils.files import statements as papers
from billing.councils.queries.statements import statement_of
from billing.councils.queries.taxes import taxes_here
from billing.councils.rules import statements
from billing.councils.rules.budgets import Budgets
from billing.councils.rules.statements import StatementPage
from billing.models import Council, OwnStatement, Statement
from billing.wording.taxes import in_words
from saas.kernel.display.writing import month as month_words
from saas.kernel.values import cells
from saas.kernel.values.months import first_of, months_later
from tenants.community.council.queries.ledger import Filters, entries_of, title_of

MOST_ROWS = 60


class Period(NamedTuple):
    """A usual period of a statement; a statement of an unfinished period is provisional."""

    words: str
    first_day: dt.date
    last_day: dt.date
    goes_on: bool


class StatementRow(NamedTuple):
    """A statement, where its VAT is if it is an invoice, and whether its period went on."""

    statement: OwnStatement
    tax_words: str
    is_provisional: bool


def statements_of(reference: str) -> list[StatementRow]:
    """Return the statements that a council of this space was handed, newest first."""
    found = list(OwnStatement.objects.filter(council_reference=reference)[:MOST_ROWS])
    words = {tax.statement_reference: in_words(tax) for tax in taxes_here(reference)}
    return [StatementRow(row, words.get(row.reference, ""), goes_on(row)) for row in found]


def goes_on(statement: OwnStatement | Statement) -> bool:
    """Return True if a statement was made before its last day was over; an invoice is final."""
    made_on = timezone.localdate(statement.made_at)
    return statement.number is None and statements.is_provisional(statement.last_day, made_on)


def is_outdated(statement: Statement, shown: StatementPage) -> bool:
    """Return True if later entries changed a statement's sums; an invoice is final."""
    sums = (statement.opening_cents, statement.net_cents, statement.closing_cents)
    now = (shown.opening.cents, shown.earned.cents, shown.closing.cents)
    return statement.number is None and sums != now


def tax_words_of(council_reference: str, reference: str) -> str:
    """Return the status of the VAT of a statement, if the statement is an invoice."""
    taxes = taxes_here(council_reference)
    return next((in_words(tax) for tax in taxes if tax.statement_reference == reference), "")


def ranges_until(today: dt.date) -> list[Period]:
    """Return the month, the quarter and the year that are over, and those that go on."""
    month = first_of(today)
    quarter = months_later(month, -((month.month - 1) % 3))
    year = month.replace(month=1)
    before = months_later(month, -1)
    earlier = months_later(quarter, -3)
    return [
        Period(month_words(before), before, month - dt.timedelta(days=1), goes_on=False),
        Period(_quarter(earlier), earlier, quarter - dt.timedelta(days=1), goes_on=False),
        Period(
            str(year.year - 1), year.replace(year=year.year - 1), _day_before(year), goes_on=False
        ),
        Period(month_words(month), month, today, goes_on=True),
        Period(_quarter(quarter), quarter, today, goes_on=True),
        Period(str(year.year), year, today, goes_on=True),
    ]


def _quarter(first: dt.date) -> str:
    return _("%(number)de trimestre %(year)d") % {
        "number": (first.month - 1) // 3 + 1,
        "year": first.year,
    }


def _day_before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1)


def sums_of(shown: StatementPage) -> list[tuple[str, Budgets]]:
    """Return the sums of a statement, in the order of their addition."""
    return [
        (_("Restait dû au début"), shown.opening),
        (_("Gagné, remboursements déduits"), shown.earned),
        (_("Reversé, reprises déduites"), shown.sent),
        (_("Compensé, abandonné ou ajouté"), shown.others),
        (_("Reste dû à la fin"), shown.closing),
    ]


def sheet_of(council: Council, statement: Statement) -> bytes:
    """Return the movements of a statement as a sheet; to be asked in the public context."""
    shown = statement_of(council, first_day=statement.first_day, last_day=statement.last_day)
    return papers.csv(shown, at=statement.made_at).encode()


def journal_name(filters: Filters) -> str:
    """Return the file name of the journal's sheet, built from its filters."""
    month = f"-{filters.month:%Y-%m}" if filters.month else ""
    council = f"-{filters.council}" if filters.council else ""
    return f"journal{council}{month}.csv"


def journal_sheet(filters: Filters, *, councils: Mapping[str, str]) -> bytes:
    """Return the lines that are asked for, oldest first, with both budgets and every reference."""
    return cells.sheet(_rows(filters, councils)).encode()


def _rows(filters: Filters, councils: Mapping[str, str]) -> Iterator[list[str]]:
    yield [
        _("Date"),
        _("CSE"),
        _("Nature"),
        _("Libellé"),
        _("Campagne"),
        _("Part"),
        _("Numéro Stripe"),
        _("AEP"),
        _("ASC"),
        _("Montant"),
        _("Solde"),
    ]
    for entry in entries_of(filters, councils):
        aep = entry.aep_cents
        yield [
            timezone.localdate(entry.occurred_at).isoformat(),
            cells.text(councils[entry.council_reference]),
            cells.text(title_of(entry)),
            cells.text(f"{entry.merchant_name} · {entry.headline}"),
            entry.campaign_reference,
            entry.share_reference,
            cells.text(entry.stripe_id),
            cells.amount(aep),
            cells.amount(entry.cents - aep),
            cells.amount(entry.cents),
            cells.amount(int(getattr(entry, "balance", 0))),
        ]
