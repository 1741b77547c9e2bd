"""Report of the run, told while it goes on and at the end."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from tenants.spaces.database.upkeep.replay import Outcome

type Say = Callable[[str], None]

_WIDTH = 30
_STEPS = 10  # lines, where no terminal shows a bar


@dataclass
class Report:
    """A run over all spaces. The lists are disjoint and cover every space."""

    current: int = 0
    migrated: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many spaces were looked at."""
        return self.current + self.migrated + len(self.failed) + len(self.skipped)

    def count_outcome(self, outcome: Outcome) -> None:
        """Count the outcome of a space."""
        if outcome.trouble:
            self.failed[outcome.name] = outcome.trouble
        else:
            self.migrated += 1

    def add(self, other: "Report") -> None:
        """Add the report of another cluster."""
        self.current += other.current
        self.migrated += other.migrated
        self.failed |= other.failed
        self.skipped |= other.skipped
        self.seconds += other.seconds

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {"total": self.total, **asdict(self)}

    def _numbers(self) -> str:
        return (
            f"spaces: {self.migrated} migrated, {self.current} already current,"
            f" {len(self.failed)} failed, {len(self.skipped)} left alone ({self.seconds:.2f} s)"
        )

    def lines(self) -> list[str]:
        """Return the report for people: numbers first, then each failed or skipped space."""
        return [
            self._numbers(),
            *(f"  failed {name}: {reason}" for name, reason in sorted(self.failed.items())),
            *(f"  left alone {name}: {reason}" for name, reason in sorted(self.skipped.items())),
        ]


class Progress:
    """A bar on a terminal; elsewhere a line now and then."""

    def __init__(self, total: int, say: Say, *, terminal: bool) -> None:
        self.total, self.say, self.terminal = total, say, terminal
        self.done = self.failed = 0
        self._drawn = 0.0

    def show_outcome(self, outcome: Outcome) -> None:
        """Show that a further space is finished."""
        self.done += 1
        self.failed += bool(outcome.trouble)
        if self._is_due():
            self.say(self._bar() if self.terminal else self._line() + "\n")

    def _is_due(self) -> bool:
        if self.done == self.total:
            return True
        if not self.terminal:
            return self.done * _STEPS // self.total > (self.done - 1) * _STEPS // self.total
        due = time.monotonic() - self._drawn > 0.1  # noqa: PLR2004 - ten times a second is smooth
        if due:
            self._drawn = time.monotonic()
        return due

    def _line(self) -> str:
        return f"{self.done}/{self.total} spaces, {self.failed} failed"

    def _bar(self) -> str:
        full = self.done * _WIDTH // self.total
        end = "\n" if self.done == self.total else ""
        return f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {self._line()}{end}"
