"""Bank statements, CAMT.053 (ISO 20022) or CSV: the account, both balances, and each booked line.

Amounts are cents, money received positive. Entries that the bank has not booked yet are skipped.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from saas.kernel.sandbox.openers.texts import decoded
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_LINES = 5_000
LONGEST_WORDS, LONGEST_REFERENCE = 200, 60
_CAMT = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d")
_HEADINGS = {
    "day": "date dateoperation datecomptable datedoperation bookingdate datecomptabilisation",
    "words": "libelle libelleoperation description nature operation label libellecomplet motif",
    "reference": "reference ref referencebanque numero",
    "cents": "montant amount montanteur montanteneuros",
    "debit": "debit debiteur montantdebit debiteuros debiteur",
    "credit": "credit montantcredit crediteuros",
}
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_FEWEST_HEADINGS = 3
_MOST_EUROS = 10**11

type Line = dict[str, Any]


def statement_of(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield a statement's account, balances and lines. Raises UnfitError."""
    found = (
        _of_camt(content)
        if content.lstrip()[:1] == b"<" or b"camt.053" in content[:2_000]
        else _of_csv(content)
    )
    if not found["lines"]:
        raise UnfitError("empty")
    if len(found["lines"]) > MOST_LINES:
        raise UnfitError("too_many_lines")
    opening, closing = found["opening"], found["closing"]
    if None not in {opening, closing} and opening + _sum(found["lines"]) != closing:
        raise UnfitError("sum")
    yield Piece(found)


def _sum(lines: list[Line]) -> int:
    return sum(int(line["cents"]) for line in lines)


def _of_camt(content: bytes) -> dict[str, Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnfitError("unreadable") from error
    if root.getroottree().docinfo.doctype:
        raise UnfitError("unreadable")
    names = {"c": etree.QName(root).namespace or ""}
    if not _CAMT.fullmatch(names["c"]):
        raise UnfitError("not_a_statement")
    statements = root.findall("c:BkToCstmrStmt/c:Stmt", names)
    accounts = {_text(one, "c:Acct/c:Id/c:IBAN", names) for one in statements}
    if len(accounts) != 1:
        raise UnfitError("accounts")
    return {
        "form": "camt",
        "account": accounts.pop()[:34],
        "opening": _balance(statements[0], ("OPBD", "PRCD"), names),
        "closing": _balance(statements[-1], ("CLBD",), names),
        "lines": [
            line
            for one in statements
            for entry in one.findall("c:Ntry", names)
            if (line := _entry(entry, names))
        ],
    }


def _text(node: Any, path: str, names: dict[str, str]) -> str:
    return " ".join((node.findtext(path, default="", namespaces=names) or "").split())


def _balance(statement: Any, codes: tuple[str, ...], names: dict[str, str]) -> int | None:
    for code in codes:
        for balance in statement.findall("c:Bal", names):
            if _text(balance, "c:Tp/c:CdOrPrtry/c:Cd", names) == code:
                return _signed(balance, names)
    return None


def _signed(node: Any, names: dict[str, str]) -> int:
    amount = node.find("c:Amt", names)
    if amount is None or amount.get("Ccy") != "EUR":
        raise UnfitError("currency")
    cents = _cents(amount.text or "")
    return -cents if _text(node, "c:CdtDbtInd", names) == "DBIT" else cents


def _entry(entry: Any, names: dict[str, str]) -> Line | None:
    """Return a booked entry, or None for an entry that is pending or of zero."""
    status = _text(entry, "c:Sts/c:Cd", names) or _text(entry, "c:Sts", names)
    cents = _signed(entry, names)
    if status not in {"BOOK", ""} or not cents:
        return None
    day = _text(entry, "c:BookgDt/c:Dt", names) or _text(entry, "c:BookgDt/c:DtTm", names)
    details = "c:NtryDtls/c:TxDtls"
    parts = [
        _text(entry, f"{details}/c:RmtInf/c:Ustrd", names),
        _text(entry, f"{details}/c:RltdPties/c:Dbtr/c:Nm", names),
        _text(entry, f"{details}/c:RltdPties/c:Dbtr/c:Pty/c:Nm", names),
        _text(entry, f"{details}/c:RltdPties/c:Cdtr/c:Nm", names),
        _text(entry, f"{details}/c:RltdPties/c:Cdtr/c:Pty/c:Nm", names),
        _text(entry, "c:AddtlNtryInf", names),
        _text(entry, f"{details}/c:Refs/c:EndToEndId", names),
    ]
    words = " · ".join(dict.fromkeys(part for part in parts if part and part != "NOTPROVIDED"))
    reference = _text(entry, "c:AcctSvcrRef", names) or _text(entry, "c:NtryRef", names)
    return _line(day[:10], cents, words=words, reference=reference)


def _line(day: str, cents: int, *, words: str, reference: str) -> Line:
    return {
        "day": _day(day),
        "cents": cents,
        "words": words[:LONGEST_WORDS],
        "reference": reference[:LONGEST_REFERENCE],
    }


def _of_csv(content: bytes) -> dict[str, Any]:
    text = decoded(content)
    if "\0" in text:
        raise UnfitError("unreadable")
    mark = max(";\t,", key=text[:4_000].count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise UnfitError("unreadable") from error
    for number, row in enumerate(rows[:20]):
        columns = _columns(row)
        if _is_heading(columns):
            lines = [line for one in rows[number + 1 :] if (line := _row(one, columns))]
            return {"form": "csv", "account": "", "opening": None, "closing": None, "lines": lines}
    raise UnfitError("not_a_statement")


def _columns(row: list[str]) -> dict[str, int]:
    """Return the place of each known column of a heading."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        plain = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode().lower()
        plain = re.sub(r"[^a-z]", "", plain)
        for name, headings in _HEADINGS.items():
            if plain in headings.split() and name not in found:
                found[name] = place
    return found


def _is_heading(columns: dict[str, int]) -> bool:
    has_amount = "cents" in columns or {"debit", "credit"} <= columns.keys()
    return len(columns) >= _FEWEST_HEADINGS and has_amount and {"day", "words"} <= columns.keys()


def _row(row: list[str], columns: dict[str, int]) -> Line | None:
    """Return a line, or None for an empty row, a total without a day, or an amount of zero."""
    cells = {
        name: row[place].strip() if place < len(row) else "" for name, place in columns.items()
    }
    if not cells["day"]:
        return None
    if "cents" in columns:
        cents = _cents(cells["cents"])
    else:
        cents = abs(_cents(cells["credit"] or "0")) - abs(_cents(cells["debit"] or "0"))
    words = " ".join(cells["words"].split())
    reference = cells.get("reference", "")
    return _line(cells["day"], cents, words=words, reference=reference) if cents else None


def _cents(text: str) -> int:
    """Read an amount: 1 234,56 or -1234.56. Raises UnfitError."""
    plain = re.sub(r"[\s\u00a0\u202f€']|EUR", "", text).replace("\u2212", "-")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:
        raise UnfitError("amount") from error
    if not amount.is_finite() or abs(amount) > _MOST_EUROS or amount != round(amount, 2):
        raise UnfitError("amount")
    return int(amount * 100)


def _day(text: str) -> str:
    """Read a day. Raises UnfitError."""
    for form in _DAYS:
        try:
            day = dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
        if 2000 <= day.year <= 2100:  # noqa: PLR2004 - the years of a business
            return day.isoformat()
    raise UnfitError("day")


# Loads all that the parsers load when they need it, which a locked child cannot.
_day("01/02/2026")
etree.fromstring(b"<a><b>1</b></a>", etree.XMLParser(resolve_entities=False)).findall("b")
_of_csv("Date;Libellé;Montant\n01/02/2026;é;1,00\n".encode("cp1252"))
