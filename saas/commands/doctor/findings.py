"""Findings of the doctor: a part of the installation, its state, and the next step."""

from collections.abc import Callable
from typing import NamedTuple

OK, WARNING, WRONG = "ok", "warning", "wrong"


class Finding(NamedTuple):
    """A part that was tried, and its state; a fault has a next step."""

    part: str
    state: str
    sentence: str
    next_step: str = ""

    def line(self) -> str:
        """Return the finding as it is printed."""
        words = f"{self.state:<8}{self.part}: {self.sentence}"
        return f"{words}\n        next: {self.next_step}" if self.next_step else words


type Check = Callable[[], list[Finding]]


def examine(checks: dict[str, Check]) -> list[Finding]:
    """Try each part; a check that itself fails is a fault of its part, and the others go on."""
    found: list[Finding] = []
    for part, check in checks.items():
        try:
            found += check()
        except Exception as error:  # noqa: BLE001 - whatever a server or a library raises
            text = f"could not be tried ({type(error).__name__})"
            found.append(Finding(part, WRONG, text, "Read the log, then try again."))
    return found
