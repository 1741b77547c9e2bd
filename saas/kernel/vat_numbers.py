"""VAT numbers of the European Union: how each country writes them, and their check digits.

Patterns: European Commission, VIES, « Quelle est la structure d'un numéro de TVA ? » (FAQ, Q11).
Greece writes EL. Northern Ireland's XI stands for goods only (Protocol on Ireland and Northern
Ireland, annex 3): a service sold there is sold outside the Union.
"""

import re
from collections.abc import Callable
from typing import Final

FRANCE: Final = "FR"
_PATTERNS: Final = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"[1-9]\d{8}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z\d]\d{7}[A-Z\d]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z\d]{2}\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])",
    "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{10}01",
    "SI": r"[1-9]\d{7}",
    "SK": r"\d{10}",
}
# Countries of the Union, as addresses name them; Greece alone has another name in its numbers.
COUNTRIES: Final = tuple(sorted({"GR", *_PATTERNS} - {"EL"}))


def prefix_of(country: str) -> str:
    """Return the two letters that a country's VAT numbers begin with."""
    return "EL" if country == "GR" else country


def is_well_formed(number: str) -> bool:
    """Say whether a number is written as its country writes them, check digits included."""
    prefix, rest = number[:2], number[2:]
    pattern = _PATTERNS.get(prefix)
    if pattern is None or re.fullmatch(pattern, rest, re.ASCII) is None:
        return False
    check = _CHECKS.get(prefix)
    return check is None or check(rest)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: str) -> bool:
    doubled = (
        sum(divmod(int(digit) * (2 if place % 2 else 1), 10))
        for place, digit in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


def _iso_7064(digits: str) -> bool:
    """Check by ISO 7064, MOD 11,10, as Germany and Croatia do."""
    product = 10
    for digit in digits[:-1]:
        product = 2 * ((int(digit) + product) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[-1])


def _austrian(rest: str) -> bool:
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 else 1), 10))
        for place, digit in enumerate(rest[1:8])
    )
    return (96 - total) % 10 == int(rest[8])


def _dutch(rest: str) -> bool:
    """Check by the old rule of the number, or by MOD 97 over all of it, as sole traders' are."""
    old = _weighted(rest[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(rest[8])
    spelled = "".join(str(int(sign, 36)) for sign in f"NL{rest}")
    return old or int(spelled) % 97 == 1


def _slovak(rest: str) -> bool:
    return int(rest) % 11 == 0


def _french(rest: str) -> bool:
    """Check where both signs are digits; the rule for letters is not published."""
    key, siren = rest[:2], rest[2:]
    return not key.isdigit() or int(key) == (12 + 3 * (int(siren) % 97)) % 97


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "AT": _austrian,
    "BE": lambda rest: 97 - int(rest[:8]) % 97 == int(rest[8:]),
    "DE": _iso_7064,
    "DK": lambda rest: _weighted(rest, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "EL": lambda rest: (
        _weighted(rest[:8], (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(rest[8])
    ),
    "FI": lambda rest: _weighted(rest, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0,
    "FR": _french,
    "HR": _iso_7064,
    "IT": _luhn,
    "LU": lambda rest: int(rest[:6]) % 89 == int(rest[6:]),
    "NL": _dutch,
    "PL": lambda rest: _weighted(rest[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(rest[9]),
    "PT": lambda rest: (
        (11 - _weighted(rest[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10 == int(rest[8])
    ),
    "SE": lambda rest: _luhn(rest[:10]),
    "SI": lambda rest: (
        (11 - _weighted(rest[:7], (8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10 == int(rest[7])
    ),
    "SK": _slovak,
}
