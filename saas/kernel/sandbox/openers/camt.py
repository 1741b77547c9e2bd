"""Bank statements as CAMT.053 (ISO 20022), of any version.

Entries that the bank has not booked yet are skipped. An order of several transfers that the bank
books in one sum is split into its transfers: each may match another refund.
"""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from saas.kernel.sandbox.openers.bank_lines import LONGEST_REFERENCE, Line, cents_of, line
from saas.kernel.sandbox.verdicts import UnfitError

_MESSAGE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_LONGEST_STEM = LONGEST_REFERENCE - len("#9999")


def read(content: bytes) -> dict[str, Any]:
    """Return a statement of one account in euros. Raises UnfitError."""
    root = _root(content.lstrip(b" \t\r\n"))
    namespace = etree.QName(root).namespace or ""
    if not namespace.startswith(_MESSAGE):
        raise UnfitError("not_a_statement")
    names = {"c": namespace}
    statements = root.findall("c:BkToCstmrStmt/c:Stmt", names)
    accounts = {_account(one, names) for one in statements}
    if not statements or len(accounts) != 1:
        raise UnfitError("accounts" if statements else "empty")
    statements.sort(key=lambda one: _text(_balance(one, _OPENING, names), "c:Dt//*", names))
    return {
        "form": "camt",
        "account": accounts.pop()[:34],
        "opening": _cents_at(statements[0], _OPENING, names),
        "closing": _cents_at(statements[-1], ("CLBD",), names),
        "lines": [
            found
            for one in statements
            for entry in one.findall("c:Ntry", names)
            for found in _lines(entry, names)
        ],
    }


_OPENING = ("OPBD", "PRCD")


def _root(content: bytes) -> Any:
    """Parse a file; letters outside its named encoding are read as ISO 8859-1."""
    try:
        root = _parsed(content)
    except UnicodeDecodeError:
        root = _parsed(content, encoding="iso-8859-1")
    if root.getroottree().docinfo.doctype:
        raise UnfitError("unreadable")
    return root


def _parsed(content: bytes, *, encoding: str | None = None) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, encoding=encoding
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if encoding is None and b"\0" not in content:
            content.decode()
        raise UnfitError("unreadable") from error


def _text(node: Any, path: str, names: dict[str, str]) -> str:
    if node is None:
        return ""
    return " ".join((node.findtext(path, default="", namespaces=names) or "").split())


def _account(statement: Any, names: dict[str, str]) -> str:
    account = "c:Acct/c:Id"
    return _text(statement, f"{account}/c:IBAN", names) or _text(
        statement, f"{account}/c:Othr/c:Id", names
    )


def _balance(statement: Any, codes: tuple[str, ...], names: dict[str, str]) -> Any:
    """Return the first balance of a kind; null without any."""
    for code in codes:
        for balance in statement.findall("c:Bal", names):
            if _text(balance, "c:Tp/c:CdOrPrtry/c:Cd", names) == code:
                return balance
    return None


def _cents_at(statement: Any, codes: tuple[str, ...], names: dict[str, str]) -> int | None:
    balance = _balance(statement, codes, names)
    return None if balance is None else _signed(balance, balance.find("c:Amt", names), names)


def _signed(node: Any, amount: Any, names: dict[str, str]) -> int:
    """Return the cents of an amount, by the side of its balance, entry or transfer."""
    if amount is None or amount.get("Ccy") != "EUR":
        raise UnfitError("currency")
    cents = cents_of(amount.text or "")
    return -cents if _text(node, "c:CdtDbtInd", names) == "DBIT" else cents


def _lines(entry: Any, names: dict[str, str]) -> list[Line]:
    """Return the lines of a booked entry; a pending or zero entry has no line."""
    status = _text(entry, "c:Sts/c:Cd", names) or _text(entry, "c:Sts", names)
    cents = _signed(entry, entry.find("c:Amt", names), names)
    if status not in {"BOOK", ""} or not cents:
        return []
    day = next(
        (
            found
            for path in ("c:BookgDt/c:Dt", "c:BookgDt/c:DtTm", "c:ValDt/c:Dt", "c:ValDt/c:DtTm")
            if (found := _text(entry, path, names))
        ),
        "",
    )[: len("2026-11-20")]
    reference = _text(entry, "c:AcctSvcrRef", names) or _text(entry, "c:NtryRef", names)
    details = entry.findall("c:NtryDtls/c:TxDtls", names)
    parts = _parts(entry, details, names) if reference else []
    if parts:
        stem = reference[:_LONGEST_STEM]
        return [
            line(day, part, words=_words(entry, [detail], names), reference=f"{stem}#{number}")
            for number, (part, detail) in enumerate(zip(parts, details, strict=True), start=1)
        ]
    return [line(day, cents, words=_words(entry, details, names), reference=reference)]


def _parts(entry: Any, details: list[Any], names: dict[str, str]) -> list[int]:
    """Return the cents of an entry's transfers; empty unless there are several that add up."""
    amounts = [
        next(
            (
                found
                for path in ("c:Amt", "c:AmtDtls/c:TxAmt/c:Amt")
                if (found := detail.find(path, names)) is not None and found.get("Ccy") == "EUR"
            ),
            None,
        )
        for detail in details
    ]
    if len(details) <= 1 or None in amounts:
        return []
    parts = [
        _signed(detail if detail.find("c:CdtDbtInd", names) is not None else entry, amount, names)
        for detail, amount in zip(details, amounts, strict=True)
    ]
    whole = _signed(entry, entry.find("c:Amt", names), names)
    return parts if sum(parts) == whole and all(parts) else []


_WORDS = (
    "c:RmtInf/c:Ustrd",
    "c:RltdPties/c:Dbtr/c:Nm",
    "c:RltdPties/c:Dbtr/c:Pty/c:Nm",
    "c:RltdPties/c:Cdtr/c:Nm",
    "c:RltdPties/c:Cdtr/c:Pty/c:Nm",
)


def _words(entry: Any, details: list[Any], names: dict[str, str]) -> str:
    """Return an entry's words, each once: of its transfers, then its own, then references."""
    nodes = [node for one in details for path in _WORDS for node in one.findall(path, names)]
    nodes += entry.findall("c:AddtlNtryInf", names)
    nodes += [node for one in details for node in one.findall("c:Refs/c:EndToEndId", names)]
    texts = (" ".join((node.text or "").split()) for node in nodes)
    return " · ".join(dict.fromkeys(text for text in texts if text and text != "NOTPROVIDED"))


# Loads all that the parser loads when it needs it, which a locked child cannot.
for _encoding in ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"):
    _parsed(f'<?xml version="1.0" encoding="{_encoding}"?><a><b>é</b></a>'.encode(_encoding))
