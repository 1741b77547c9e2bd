"""Bank statements as CSV: with `;`, `,` or tabs, under the headings of banks in France."""

import csv
import io
import re
import unicodedata
from typing import Any

from saas.kernel.sandbox.openers.bank_lines import Line, cents_of, line
from saas.kernel.sandbox.openers.texts import decoded
from saas.kernel.sandbox.verdicts import UnfitError

# Words of headings that distinguish no column: "Date de l'opération (local)" is "date operation".
_FILLERS = "a au aux d de des du en et eur euro euros l la le les local ttc utc"
_HEADINGS = {
    "day": "date dateoperation datecomptable datecomptabilisation dateecriture dateop bookingdate "
    "dateexecution",
    "words": "libelle libelleoperation libellecomplet libelleecriture description nature operation "
    "label motif detailecriture detail intitule communication nomcontrepartie payee partnername",
    "reference": "reference ref referencebanque referenceoperation numero numerooperation",
    "cents": "montant amount montantoperation montanttotal",
    "debit": "debit debiteur montantdebit sortie",
    "credit": "credit montantcredit crediteur entree",
    "side": "sens debitcredit sensoperation",
    "currency": "devise currency monnaie",
}
_NEEDED_ROWS = 40  # a heading comes within these; before it are names and balances
_FEWEST_HEADINGS = 3


def read(content: bytes) -> dict[str, Any]:
    """Return a statement in euros; the file names neither account nor balances. Raises UnfitError.

    The separator is the first, from the most frequent on, that makes a heading.
    """
    text = decoded(content)
    if "\0" in text:
        raise UnfitError("unreadable")
    for mark in sorted(";\t,", key=text[:4_000].count, reverse=True):
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=mark))
        except csv.Error as error:
            raise UnfitError("unreadable") from error
        for number, row in enumerate(rows[:_NEEDED_ROWS]):
            columns = _columns(row)
            if _is_heading(columns):
                lines = [found for one in rows[number + 1 :] if (found := _row(one, columns))]
                return {
                    "form": "csv",
                    "account": "",
                    "opening": None,
                    "closing": None,
                    "lines": lines,
                }
    raise UnfitError("not_a_statement")


def _columns(row: list[str]) -> dict[str, int]:
    """Return the place of each known column of a heading."""
    found: dict[str, int] = {}
    fillers = _FILLERS.split()
    for place, cell in enumerate(row):
        plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
        parts = [part for part in re.split(r"[^a-z]+", plain) if part not in fillers]
        for name, headings in _HEADINGS.items():
            if "".join(parts) in headings.split() and name not in found:
                found[name] = place
    return found


def _is_heading(columns: dict[str, int]) -> bool:
    has_amount = "cents" in columns or {"debit", "credit"} <= columns.keys()
    return len(columns) >= _FEWEST_HEADINGS and has_amount and {"day", "words"} <= columns.keys()


def _row(row: list[str], columns: dict[str, int]) -> Line | None:
    """Return a line; null for an empty row, a total without a day, or an amount of zero."""
    cells = {
        name: row[place].strip() if place < len(row) else "" for name, place in columns.items()
    }
    if not cells["day"] or cells["day"].casefold().startswith(("total", "solde")):
        return None
    if cells.get("currency", "").upper() not in {"", "EUR", "EURO", "EUROS", "€"}:
        raise UnfitError("currency")
    cents = _cents(cells)
    reference = cells.get("reference", "")
    return line(cells["day"], cents, words=cells["words"], reference=reference) if cents else None


def _cents(cells: dict[str, str]) -> int:
    if "cents" not in cells:
        return abs(cents_of(cells["credit"] or "0")) - abs(cents_of(cells["debit"] or "0"))
    cents = cents_of(cells["cents"])
    if "side" not in cells:
        return cents
    side = cells["side"].upper()[:1]
    if side not in {"C", "D", "+", "-"}:
        raise UnfitError("amount")
    return abs(cents) if side in {"C", "+"} else -abs(cents)


# Loads all that the readers load when they need it, which a locked child cannot.
read("Date;Libellé;Montant\n01/02/2026;é;1,00\n".encode("cp1252"))
