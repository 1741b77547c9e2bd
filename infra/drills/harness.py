"""Options, progress and report that all drills share."""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

BAR = 30
SHOWN = 20
_BETWEEN_SECONDS = 0.5


@dataclass(frozen=True)
class DrillOptions:
    """How long a drill is to try, from which seed, and which fault it should find.

    `rounds` is 0 where the drill's own full length is meant. `plant` names a fault that is built
    in on purpose, to show that the drill can fail; patches of the product, and faults of `restore`,
    may be several, with commas. `clients` and `seconds` are those of `slow-clients`, 0 where its
    full length is meant. `minutes` asks `slow-clients` and `uploads` for their long form: so many
    minutes of each trial.
    """

    rounds: int = 0
    seed: int = 1
    plant: str = ""
    clients: int = 0
    seconds: int = 0
    minutes: float = 0


@dataclass
class Report:
    """A drill's record: attempts counted by kind, and each thing that it found broken."""

    tried: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def find(self, what: str) -> None:
        """Note something that must never be."""
        self.found.append(what)

    def json(self, name: str, options: DrillOptions, seconds: float) -> str:
        """Write the counts on one line, for a program."""
        return json.dumps(
            {
                "drill": name,
                "seed": options.seed,
                "rounds": options.rounds,
                "plant": options.plant,
                "seconds": round(seconds, 1),
                "tried": dict(self.tried),
                "found": len(self.found),
                "findings": self.found[:SHOWN],
                **self.notes,
            },
            ensure_ascii=False,
        )

    def table(self) -> str:
        """Write what was tried and found, for a person."""
        lines = [f"  {count:>9,} {kind}" for kind, count in self.tried.items()]
        lines += [f"  {name}: {note}" for name, note in self.notes.items()]
        verdict = "nothing was found" if not self.found else f"{len(self.found)} found"
        return "\n".join([*lines, verdict, *(f"  - {what}" for what in self.found[:SHOWN])])


class Bar:
    """One line on standard error that says how far a drill is; silent where nobody looks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def at(self, done: int, of: int, what: str = "") -> None:
        """Say that `done` of `of` are done; drawn twice a second at the most."""
        now = time.monotonic()
        if not self._shown or (done < of and now - self._last < _BETWEEN_SECONDS):
            return
        self._last = now
        full = BAR * done // max(of, 1)
        bar = "█" * full + "·" * (BAR - full)
        end = "\n" if done >= of else ""
        sys.stderr.write(f"\r{self._name} {bar} {done:,}/{of:,} {what[:30]:30}{end}")
        sys.stderr.flush()
