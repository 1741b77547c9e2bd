"""Lines of the monthly VAT return (CA3, form 3310-CA3-SD) and dates of duties.

Services are taxed when they are paid (CGI, art. 269, 2-c): a sale is booked when it is collected.
Credit notes reduce the same line (CGI, art. 272, 1). A service for a company of another member
state is taxed there (art. 259, 1° and 283, 2): line E2, and the European services statement (DES,
CGI art. 289 B). VAT of an irrecoverable claim is deducted on line 21 (art. 272, 1). A credit is
carried to line 22 of the next return, unless its refund was asked for (ann. II, art. 242-0 A).
"""

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saas.kernel.values import workdays
from saas.kernel.values.months import months_later

RATE_BP = 2_000
WORKING_DAYS_OF_DES = 10


class Box(Enum):
    """A line of the return: its code, and its name on the form."""

    SALES = ("A1", _("Ventes, prestations de services"))
    ABROAD = ("E2", _("Autres opérations non imposables"))
    STANDARD = ("08", _("Taux normal 20\u00a0%"))
    DUE = ("16", _("Total de la TVA brute due"))
    DEDUCTED = ("20", _("Autres biens et services"))
    OTHER_DEDUCTED = ("21", _("Autre TVA à déduire"))
    CARRIED = ("22", _("Report du crédit du mois précédent"))
    ALL_DEDUCTED = ("23", _("Total de la TVA déductible"))
    CREDIT = ("25", _("Crédit de TVA"))
    REFUNDED = ("26", _("Remboursement de crédit demandé"))
    LEFT = ("27", _("Crédit de TVA à reporter"))
    PAYABLE = ("28", _("TVA nette due"))


class Move(NamedTuple):
    """The cents of a ledger transaction that a VAT return reads, debit positive."""

    transaction_id: int
    revenue_cents: int
    output_cents: int
    input_cents: int
    is_bad_debt: bool


class Figure(NamedTuple):
    """A line of the return: its base and its tax in cents, and the transactions behind it."""

    box: Box
    base_cents: int | None
    tax_cents: int | None
    transactions: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """The code of the line."""
        return str(self.box.value[0])

    @property
    def words(self) -> str | Promise:
        """The name of the line."""
        return self.box.value[1]


class Duty(NamedTuple):
    """A duty with its last day and its source."""

    day: dt.date
    words: str | Promise
    source: str


def figures_of(
    moves: Iterable[Move], *, carried_cents: int = 0, refunded_cents: int = 0
) -> list[Figure]:
    """Return the lines of the return of a month's moves, after the credit carried into it."""
    every = list(moves)
    taxed = [move for move in every if move.output_cents and not move.is_bad_debt]
    abroad = [move for move in every if move.revenue_cents and not move.output_cents]
    bad = [move for move in every if move.output_cents and move.is_bad_debt]
    spent = [move for move in every if move.input_cents]
    base = -sum(move.revenue_cents for move in taxed)
    due = -sum(move.output_cents for move in taxed)
    deducted = sum(move.input_cents for move in spent)
    lost = sum(move.output_cents for move in bad)
    net = due - deducted - lost - carried_cents
    return [
        Figure(Box.SALES, base, None, _ids(taxed)),
        Figure(Box.ABROAD, -sum(move.revenue_cents for move in abroad), None, _ids(abroad)),
        Figure(Box.STANDARD, base, due, _ids(taxed)),
        Figure(Box.DUE, None, due),
        Figure(Box.DEDUCTED, None, deducted, _ids(spent)),
        Figure(Box.OTHER_DEDUCTED, None, lost, _ids(bad)),
        Figure(Box.CARRIED, None, carried_cents),
        Figure(Box.ALL_DEDUCTED, None, deducted + lost + carried_cents),
        Figure(Box.CREDIT, None, max(-net, 0)),
        Figure(Box.REFUNDED, None, refunded_cents),
        Figure(Box.LEFT, None, max(-net, 0) - refunded_cents),
        Figure(Box.PAYABLE, None, max(net, 0)),
    ]


def carried(months: Iterable[tuple[int, int]]) -> int:
    """Return the credit after months of net VAT (a credit is negative) and refunds of credit."""
    credit = 0
    for net_cents, refunded_cents in months:
        credit = max(credit - net_cents, 0) - refunded_cents
    return credit


def _ids(moves: Iterable[Move]) -> tuple[int, ...]:
    return tuple(move.transaction_id for move in moves)


def duties_after(today: dt.date) -> list[Duty]:
    """Return the duties of the coming months, the next first."""
    months = [today.replace(day=1), months_later(today.replace(day=1))]
    found = [duty for month in months for duty in _duties_of(month)]
    yearly = [
        Duty(day, words, source)
        for year in (today.year, today.year + 1)
        for day, words, source in (
            (
                dt.date(year, 1, 31),
                _("Déclaration des vendeurs (DAC7) et récapitulatif aux utilisateurs"),
                "CGI, art. 242 bis et 1649 ter A",
            ),
            (
                dt.date(year, 5, 20),
                _("Liasse fiscale d’un exercice clos au 31 décembre"),
                "CGI, art. 223\u202f; ann. III, art. 344 I-0 bis",
            ),
            (
                dt.date(year, 6, 30),
                _("Approbation des comptes de l’exercice"),
                "Code de commerce, art. L225-100",
            ),
        )
    ]
    return sorted(
        (duty for duty in [*found, *yearly] if duty.day >= today), key=lambda one: one.day
    )


def _duties_of(month: dt.date) -> list[Duty]:
    """Return the duties of a month about the month before."""
    des = workdays.after(month - dt.timedelta(days=1), WORKING_DAYS_OF_DES)
    return [
        Duty(des, _("DES\u00a0: services vendus dans l’Union"), "CGI, art. 289 B"),
        Duty(
            month.replace(day=19),
            _("CA3\u00a0: TVA du mois précédent"),
            "CGI, art. 287\u202f; ann. IV, art. 39 (15–24)",
        ),
    ]
