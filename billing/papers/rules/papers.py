"""Contents of an invoice, a credit note or a self-billed invoice, as plain values.

Amounts are cents; days are days of the seller's time zone. Nothing here reads a table: a paper
keeps the values of its rows at their creation, and gives the same page and the same data for ever.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from saas.kernel.money import BASIS, allocate

# Invoices are in the language of French accounts, whatever the language of the page.
LANGUAGE = "fr"


class Kind(StrEnum):
    """The kinds of papers; the value is the code in UNTDID 1001, as EN 16931 (BT-3) asks for it."""

    INVOICE = "380"
    CREDIT_NOTE = "381"
    SELF_BILLED = "389"
    SELF_BILLED_CREDIT = "261"

    @property
    def is_credit(self) -> bool:
        """Whether it takes something back."""
        return self in {Kind.CREDIT_NOTE, Kind.SELF_BILLED_CREDIT}

    @property
    def is_self_billed(self) -> bool:
        """Whether the buyer writes it in the seller's name."""
        return self in {Kind.SELF_BILLED, Kind.SELF_BILLED_CREDIT}


class Party(NamedTuple):
    """The seller or the buyer, as on the day of the paper."""

    name: str
    street: str
    postcode: str
    city: str
    country: str = "FR"
    trade_name: str = ""
    siren: str = ""
    vat_number: str = ""
    email: str = ""
    legal_form: str = ""
    capital: str = ""
    rcs: str = ""
    iban: str = ""


class PaperLine(NamedTuple):
    """A line: description, quantity, price, discount, and its own tax."""

    description: str
    unit_cents: int
    net_cents: int
    vat_cents: int
    vat_rate_bp: int
    quantity: int = 1
    unit: str = "C62"
    discount_cents: int = 0
    discount_reason: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None


class VatBreakdown(NamedTuple):
    """The base at a rate, and its tax: the sum of its lines."""

    vat_rate_bp: int
    net_cents: int
    vat_cents: int


class Corrected(NamedTuple):
    """The invoice that a credit note corrects."""

    number: str
    issued_on: dt.date


class Paper(NamedTuple):
    """A paper with all details required by law; without a due day it is settled."""

    kind: Kind
    number: str
    issued_on: dt.date
    first_day: dt.date
    last_day: dt.date
    paid_on: dt.date
    seller: Party
    buyer: Party
    lines: tuple[PaperLine, ...]
    method: str = ""
    order_reference: str = ""
    corrects: Corrected | None = None
    due_on: dt.date | None = None
    is_reverse_charge: bool = False
    is_vat_on_debits: bool = False
    is_fictional: bool = False
    mandate_version: int = 0

    @property
    def net_cents(self) -> int:
        """The sum of its lines before tax."""
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        """The sum of its lines' taxes."""
        return sum(line.vat_cents for line in self.lines)

    @property
    def gross_cents(self) -> int:
        """Cents paid, or given back."""
        return self.net_cents + self.vat_cents

    @property
    def taxes(self) -> list[VatBreakdown]:
        """Its tax by rate, the highest first."""
        return taxes_of(self.lines)


def taxes_of(lines: Iterable[PaperLine]) -> list[VatBreakdown]:
    """Add the lines of each rate up."""
    sums: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, vat = sums.get(line.vat_rate_bp, (0, 0))
        sums[line.vat_rate_bp] = (net + line.net_cents, vat + line.vat_cents)
    return [VatBreakdown(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]


def vat_of_lines(
    lines: Sequence[tuple[int, int | None]], *, rate_bp: int, total_cents: int
) -> list[int]:
    """Return each line's tax: its own, or its part of the total if lines have no tax yet."""
    known = [vat for _, vat in lines if vat is not None]
    if len(known) == len(lines):
        return known
    exact = {place: Fraction(net * rate_bp, BASIS) for place, (net, _) in enumerate(lines)}
    parts = allocate(total_cents, exact, dict.fromkeys(exact, total_cents))
    return [parts[place] for place in range(len(lines))]
