"""OWASP ASVS 5.0, levels 1 and 2: each requirement, and its tests, or the reason for their absence.

A row of `asvs.txt` is `number | short text | tests` (paths below `tests/`), `… | - reason` for a
requirement that does not apply, or `… | ? missing part` if no test covers it yet. `test_asvs.py`
checks that the gate runs each named test, and that no requirement is missing or open.
"""

from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_suffix(".txt")


class Requirement(NamedTuple):
    """A row: its number, its text, its tests, and the reason if there are no tests."""

    number: str
    text: str
    tests: tuple[str, ...]
    reason: str

    @property
    def is_open(self) -> bool:
        """Return True if the requirement applies and no test shows it."""
        return self.reason.startswith("?")


def requirements() -> list[Requirement]:
    """Return the rows of the table."""
    rows = []
    for line in _TABLE.read_text("utf-8").splitlines():
        number, text, shown = (part.strip() for part in line.split(" | "))
        has_reason = shown[0] in "-?"
        tests = () if has_reason else tuple(shown.split())
        rows.append(Requirement(number, text, tests, shown if has_reason else ""))
    return rows
