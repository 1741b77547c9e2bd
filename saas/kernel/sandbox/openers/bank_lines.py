"""Lines of bank statements: days and amounts as banks in France write them."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from saas.kernel.sandbox.verdicts import UnfitError

LONGEST_WORDS, LONGEST_REFERENCE = 200, 60
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d")
_TIME = re.compile(r"[T ]\d\d[:h]\d\d.*\Z")
_MOST_EUROS = 10**11

type Line = dict[str, Any]


def line(day: str, cents: int, *, words: str, reference: str) -> Line:
    """Return a line as it is stored. Raises UnfitError."""
    return {
        "day": read_day(day),
        "cents": cents,
        "words": " ".join(words.split())[:LONGEST_WORDS],
        "reference": reference[:LONGEST_REFERENCE],
    }


def cents_of(text: str) -> int:
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


def read_day(text: str) -> str:
    """Read a day; a time after it is dropped. Raises UnfitError."""
    plain = _TIME.sub("", text.strip())
    for form in _DAYS:
        try:
            day = dt.datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
        if 2000 <= day.year <= 2100:  # noqa: PLR2004 - the years of a business
            return day.isoformat()
    raise UnfitError("day")


read_day("01/02/2026")  # loads the reader of days, which a locked child cannot
