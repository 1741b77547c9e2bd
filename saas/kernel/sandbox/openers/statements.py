"""Bank statements, CAMT.053 or CSV: the account, both balances, and each booked line.

Amounts are cents, money received positive. `reference` is the bank's own, if the file has it.
"""

from collections.abc import Iterator
from typing import Any

from saas.kernel.sandbox.openers import bank_sheets, camt
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_LINES = 5_000
_PROBED = 2_000
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"


def statement_of(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield a statement's account, balances and lines. Raises UnfitError."""
    is_xml = content[:_PROBED].lstrip(_BLANK).startswith(b"<")
    found = camt.read(content) if is_xml else bank_sheets.read(content)
    if not found["lines"]:
        raise UnfitError("empty")
    if len(found["lines"]) > MOST_LINES:
        raise UnfitError("too_many_lines")
    opening, closing = found["opening"], found["closing"]
    booked = sum(int(line["cents"]) for line in found["lines"])
    if None not in {opening, closing} and opening + booked != closing:
        raise UnfitError("sum")
    yield Piece(found)
