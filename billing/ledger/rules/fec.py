"""The accounts' file for French tax inspectors (FEC): its format, and a check of its faults.

Livre des procédures fiscales, article A47 A-1, from the order (arrêté) of 29 July 2013. It is a
flat file of eighteen columns, named in the first line, separated by a tab or a bar, in ASCII or ISO
8859-15, with days as AAAAMMJJ and amounts with a decimal comma. Entries are numbered without a gap
in the order of their validation (VII 1°: `ValidDate`, whatever their own day), and each entry
balances. The file's name is the SIREN, `FEC` and the last day of the year.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

SEPARATOR = "\t"
NEWLINE = "\r\n"
ENCODING = "iso8859-15"
COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
_NEEDED = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "ValidDate",
)
_DAYS = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
_TOGETHER = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
_AMOUNT = re.compile(r"\d{1,13},\d\d\Z")
_ACCOUNT = re.compile(r"[1-8]\d{2}[0-9A-Z]*\Z")


class FecLine(NamedTuple):
    """A line of the file, its zones by their name in lower case."""

    journal_code: str
    journal_lib: str
    ecriture_num: str
    ecriture_date: str
    compte_num: str
    compte_lib: str
    comp_aux_num: str
    comp_aux_lib: str
    piece_ref: str
    piece_date: str
    ecriture_lib: str
    debit: str
    credit: str
    ecriture_let: str = ""
    date_let: str = ""
    valid_date: str = ""
    montant_devise: str = ""
    i_devise: str = ""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Parse a line; return null unless it has eighteen columns."""
        zones = text.split(SEPARATOR)
        return cls(*zones) if len(zones) == len(COLUMNS) else None

    def zone(self, column: str) -> str:
        """Return a zone by its official name."""
        return self[COLUMNS.index(column)]

    @property
    def cents(self) -> int:
        """Its amount, debit positive; an unreadable column counts as zero."""
        return cents_of(self.debit) - cents_of(self.credit)


def header() -> str:
    """Return the first line, which names the zones."""
    return SEPARATOR.join(COLUMNS) + NEWLINE


def written(line: FecLine) -> str:
    """Write a line."""
    return SEPARATOR.join(line) + NEWLINE


def day(value: dt.date) -> str:
    """Write a day."""
    return f"{value:%Y%m%d}"


def amount(cents: int) -> str:
    """Write an amount, without its sign: there is a zone for each."""
    euros, rest = divmod(abs(cents), 100)
    return f"{euros},{rest:02d}"


def cents_of(text: str) -> int:
    """Return the cents of an amount; an invalid amount is zero, and reported separately."""
    return int(text.replace(",", "")) if _AMOUNT.match(text) else 0


def plain(text: str) -> str:
    """Return a text in the file's character set, without separators."""
    likely = text.translate(_LIKELY)
    encodable = likely.encode(ENCODING, errors="replace").decode(ENCODING)
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f|]", " ", encodable).split())


_LIKELY = str.maketrans(
    {"’": "'", "\u2018": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."}
    | dict.fromkeys("\u202f\u2009\u00a0", " ")
)


def faults(lines: Iterable[str], *, year: int | None = None) -> list[str]:
    """Return the faults of a file, line by line; an empty list if it is valid."""
    return list(_Checker(year).faults(lines))


class _Checker:
    """Single-pass checker of a file; it stores only the values needed for later comparisons."""

    def __init__(self, year: int | None) -> None:
        self.year = year
        self.before: FecLine | None = None
        self.open_cents = 0
        self.names: dict[str, str] = {}
        self.matched: dict[tuple[str, str, str], int] = {}

    def faults(self, lines: Iterable[str]) -> Iterator[str]:
        """Check every line, then the conditions on the whole file."""
        texts = iter(lines)
        if next(texts, "").rstrip("\r\n") != SEPARATOR.join(COLUMNS):
            yield "1: the first line does not name the eighteen zones"
        for number, text in enumerate(texts, start=2):
            for fault in self._line(text.rstrip("\r\n")):
                yield f"{number}: {fault}"
        yield from self._unbalanced()
        for (account, auxiliary, letter), cents in self.matched.items():
            if cents:
                yield f"the lettering {letter} of {account} {auxiliary} is not balanced"

    def _line(self, text: str) -> Iterator[str]:
        line = FecLine.read(text)
        if line is None:
            yield "a line has eighteen zones"
            return
        yield from _in_itself(line)
        yield from self._days(line)
        yield from self._in_order(line)
        yield from self._named_alike(line)
        self.open_cents += line.cents
        self.before = line
        if line.ecriture_let:
            key = line.compte_num, line.comp_aux_num, line.ecriture_let
            self.matched[key] = self.matched.get(key, 0) + line.cents

    def _days(self, line: FecLine) -> Iterator[str]:
        if self.year and not line.ecriture_date.startswith(str(self.year)):
            yield f"EcritureDate {line.ecriture_date} is not of {self.year}"
        if line.valid_date < line.ecriture_date:
            yield "ValidDate comes before EcritureDate"

    def _in_order(self, line: FecLine) -> Iterator[str]:
        """Compare an entry with the previous entry: next number, not earlier, balanced."""
        before = self.before
        if before is not None and line.ecriture_num == before.ecriture_num:
            if line[:4] != before[:4]:
                yield "the lines of an entry have one journal and one day"
            return
        yield from self._unbalanced()
        follows = int(before.ecriture_num) + 1 if before and before.ecriture_num.isdecimal() else 1
        # A year whose accounts all begin at zero has no opening entry: 1 is not used.
        begins_without_opening = before is None and line.ecriture_num == "2"
        if line.ecriture_num != str(follows) and not begins_without_opening:
            yield f"EcritureNum {line.ecriture_num} does not follow: {follows} is due"
        if before is not None and line.valid_date < before.valid_date:
            yield "ValidDate goes back"

    def _unbalanced(self) -> Iterator[str]:
        if self.open_cents and self.before is not None:
            yield f"entry {self.before.ecriture_num} is not balanced"
        self.open_cents = 0

    def _named_alike(self, line: FecLine) -> Iterator[str]:
        if self.names.setdefault(line.compte_num, line.compte_lib) != line.compte_lib:
            yield f"account {line.compte_num} has two names"


def _in_itself(line: FecLine) -> Iterator[str]:
    """Check the columns of a single line."""
    yield from (f"{column} is empty" for column in _NEEDED if not line.zone(column).strip())
    for column in _DAYS:
        if line.zone(column) and not _is_day(line.zone(column)):
            yield f"{column} {line.zone(column)} is no day"
    for one, other in _TOGETHER:
        if bool(line.zone(one)) != bool(line.zone(other)):
            yield f"{one} and {other} go together"
    yield from _amounts(line)
    yield from _character_faults(line)


def _character_faults(line: FecLine) -> Iterator[str]:
    if not _ACCOUNT.match(line.compte_num):
        yield f"CompteNum {line.compte_num} is not of the French chart"
    if not _fits(line):
        yield "a character is not of ISO 8859-15"


def _amounts(line: FecLine) -> Iterator[str]:
    for column in ("Debit", "Credit"):
        if line.zone(column) and not _AMOUNT.match(line.zone(column)):
            yield f"{column} {line.zone(column)} is no amount"
    if (cents_of(line.debit) > 0) == (cents_of(line.credit) > 0):
        yield "a line has a debit or a credit"


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("20261125") and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _fits(line: FecLine) -> bool:
    try:
        return bool(SEPARATOR.join(line).encode(ENCODING))
    except UnicodeEncodeError:
        return False
