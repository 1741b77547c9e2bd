"""Rules of bank statements: which lines are new, and which are the bank's own fees."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from billing.ledger.rules.postings import Line
from billing.models import Account
from saas.kernel.search.sorting import sort_key

# A payout arrives within days of the day that Stripe names; a transfer by hand may take longer.
ARRIVES_WITHIN = dt.timedelta(days=10)
LEAVES_WITHIN = dt.timedelta(days=30)
MOST_FEE_CENTS = 50_000
PART = "#"  # between the reference of an order and the number of a transfer in it
_FEE = re.compile(
    r"\b(frais|commissions?|cotis(ation)?s?|agios|tenue de compte|abonnement|interets debiteurs)\b"
)


class StatementLine(NamedTuple):
    """A line of a statement: its day, its cents (received positive), words and reference."""

    day: dt.date
    cents: int
    words: str
    reference: str

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "StatementLine":
        """Return a line from a stored statement."""
        day = dt.date.fromisoformat(str(stored["day"]))
        return cls(day, int(stored["cents"]), str(stored["words"]), str(stored["reference"]))


class Placed(NamedTuple):
    """A line with its place among equal lines of its day; `is_new` unless it is booked already."""

    line: StatementLine
    place: int
    is_new: bool


def placed(
    lines: Sequence[StatementLine], known: Iterable[tuple[dt.date, int, str]]
) -> list[Placed]:
    """Return which lines of a statement are new, given the booked lines of its days.

    The same line comes in files that overlap, and in another format without its reference: of
    equal days and amounts, a line is known as often as it was booked, unless both copies have a
    reference of the bank and these differ. An order of several transfers comes as its sum in one
    file, and split in another: either is a copy of the other.
    """
    booked: dict[tuple[dt.date, int], list[str]] = defaultdict(list)
    given = list(known)
    for day, cents, reference in given:
        booked[day, cents].append(reference)
    next_place = {key: len(references) for key, references in booked.items()}
    sums = _split_sums(given)
    orders = _split_sums((line.day, line.cents, line.reference) for line in lines)
    summed = {order for order, cents in orders.items() if _take(booked[order[0], cents], order[1])}
    found = []
    for line in lines:
        key, order = (line.day, line.cents), (line.day, stem_of(line.reference))
        if order in summed or _take(booked[key], line.reference) or _take_sum(line, sums):
            found.append(Placed(line, 0, is_new=False))
            continue
        place = next_place.get(key, 0)
        next_place[key] = place + 1
        found.append(Placed(line, place, is_new=True))
    return found


def stem_of(reference: str) -> str:
    """Return the reference of the order that a line is split from; empty for any other line."""
    stem, mark, _number = reference.rpartition(PART)
    return stem if mark else ""


def _split_sums(lines: Iterable[tuple[dt.date, int, str]]) -> dict[tuple[dt.date, str], int]:
    """Return the sum of each order with transfers of its own, by day and reference."""
    sums: dict[tuple[dt.date, str], int] = defaultdict(int)
    for day, cents, reference in lines:
        if stem := stem_of(reference):
            sums[day, stem] += cents
    return sums


def _take(references: list[str], reference: str) -> bool:
    """Use up the booked copy of a line: of the same reference, or a side without reference."""
    if reference in references:
        references.remove(reference)
        return True
    copy = next((one for one in references if not one or not reference), None)
    if copy is None:
        return False
    references.remove(copy)
    return True


def _take_sum(line: StatementLine, sums: dict[tuple[dt.date, str], int]) -> bool:
    """Use up the split order whose sum a line is."""
    for (day, stem), cents in sums.items():
        if (day, cents) == (line.day, line.cents) and line.reference in {"", stem}:
            del sums[day, stem]
            return True
    return False


def is_fee(line: StatementLine) -> bool:
    """Return True if a line is a small charge of the bank itself, by its words."""
    return -MOST_FEE_CENTS <= line.cents < 0 and _FEE.search(sort_key(line.words)) is not None


def banked(cents: int, counter: Account) -> list[Line]:
    """Return lines for a move of our bank account (512) against another account.

    Payouts and transfers by hand wait on 580 (virements internes) until here; a line that matches
    nothing goes to 471 (compte d'attente) until it is corrected (plan de comptes, class 5 and 47).
    """
    return [Line(Account.BANK, cents), Line(counter, -cents)]
